-- What somebody was told stays; a notice goes into one letter at most, and a letter that was sent stays sent.
DROP TRIGGER IF EXISTS notices_no_delete ON notices;
CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS notices_no_truncate ON notices;
CREATE TRIGGER notices_no_truncate BEFORE TRUNCATE ON notices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION notice_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.kind IS DISTINCT FROM OLD.kind
    OR NEW.turn IS DISTINCT FROM OLD.turn OR NEW.told_at IS DISTINCT FROM OLD.told_at
    OR NEW.is_late IS DISTINCT FROM OLD.is_late
    OR (OLD.letter_id IS NOT NULL AND NEW.letter_id IS DISTINCT FROM OLD.letter_id)
    OR (OLD.read_at IS NOT NULL AND NEW.read_at IS DISTINCT FROM OLD.read_at) THEN
        RAISE EXCEPTION 'what somebody was told stays as it was';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS notices_fixed ON notices;
CREATE TRIGGER notices_fixed BEFORE UPDATE ON notices FOR EACH ROW EXECUTE FUNCTION notice_is_fixed();
DROP TRIGGER IF EXISTS letters_no_delete ON letters;
CREATE TRIGGER letters_no_delete BEFORE DELETE ON letters FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS letters_no_truncate ON letters;
CREATE TRIGGER letters_no_truncate BEFORE TRUNCATE ON letters FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION letter_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.purpose IS DISTINCT FROM OLD.purpose
    OR NEW.address IS DISTINCT FROM OLD.address OR NEW.made_at IS DISTINCT FROM OLD.made_at
    OR OLD.state IN ('sent', 'dropped') THEN
        RAISE EXCEPTION 'a letter that was sent or dropped stays so, and goes to nobody else';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS letters_fixed ON letters;
CREATE TRIGGER letters_fixed BEFORE UPDATE ON letters FOR EACH ROW EXECUTE FUNCTION letter_is_fixed();
