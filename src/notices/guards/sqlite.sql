-- What somebody was told stays; a notice goes into one letter at most, and a letter that was sent stays sent.
DROP TRIGGER IF EXISTS notices_no_delete;
CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices
BEGIN SELECT RAISE(ABORT, 'notices are only ever added to'); END;
DROP TRIGGER IF EXISTS notices_fixed;
CREATE TRIGGER notices_fixed BEFORE UPDATE ON notices
WHEN NEW.id IS NOT OLD.id OR NEW.agency_id IS NOT OLD.agency_id OR NEW.person_id IS NOT OLD.person_id
    OR NEW.kind IS NOT OLD.kind OR NEW.turn IS NOT OLD.turn OR NEW.told_at IS NOT OLD.told_at
    OR NEW.is_late IS NOT OLD.is_late OR (OLD.letter_id IS NOT NULL AND NEW.letter_id IS NOT OLD.letter_id)
    OR (OLD.read_at IS NOT NULL AND NEW.read_at IS NOT OLD.read_at)
BEGIN SELECT RAISE(ABORT, 'what somebody was told stays as it was'); END;
DROP TRIGGER IF EXISTS letters_no_delete;
CREATE TRIGGER letters_no_delete BEFORE DELETE ON letters
BEGIN SELECT RAISE(ABORT, 'letters are only ever added to'); END;
DROP TRIGGER IF EXISTS letters_fixed;
CREATE TRIGGER letters_fixed BEFORE UPDATE ON letters
WHEN NEW.id IS NOT OLD.id OR NEW.agency_id IS NOT OLD.agency_id OR NEW.person_id IS NOT OLD.person_id
    OR NEW.purpose IS NOT OLD.purpose OR NEW.address IS NOT OLD.address OR NEW.made_at IS NOT OLD.made_at
    OR OLD.state IN ('sent', 'dropped')
BEGIN SELECT RAISE(ABORT, 'a letter that was sent or dropped stays so, and goes to nobody else'); END;
