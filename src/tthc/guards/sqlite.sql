-- An administrative procedure ends, and is never deleted; its code names the same one for good.
DROP TRIGGER IF EXISTS administrative_procedures_no_delete;
CREATE TRIGGER administrative_procedures_no_delete BEFORE DELETE ON administrative_procedures
BEGIN SELECT RAISE(ABORT, 'the catalogue is only ever added to'); END;
DROP TRIGGER IF EXISTS administrative_procedures_fixed;
CREATE TRIGGER administrative_procedures_fixed BEFORE UPDATE ON administrative_procedures
WHEN NEW.id IS NOT OLD.id OR NEW.agency_id IS NOT OLD.agency_id OR NEW.code IS NOT OLD.code
    OR NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'the code of an administrative procedure never changes'); END;
