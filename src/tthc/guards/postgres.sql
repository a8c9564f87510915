-- An administrative procedure ends, and is never deleted; its code names the same one for good.
DROP TRIGGER IF EXISTS administrative_procedures_no_delete ON administrative_procedures;
CREATE TRIGGER administrative_procedures_no_delete BEFORE DELETE ON administrative_procedures
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS administrative_procedures_no_truncate ON administrative_procedures;
CREATE TRIGGER administrative_procedures_no_truncate BEFORE TRUNCATE ON administrative_procedures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION administrative_procedure_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.code IS DISTINCT FROM OLD.code OR NEW.row_version <> OLD.row_version + 1 THEN
        RAISE EXCEPTION 'the code of an administrative procedure never changes';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS administrative_procedures_fixed ON administrative_procedures;
CREATE TRIGGER administrative_procedures_fixed BEFORE UPDATE ON administrative_procedures
    FOR EACH ROW EXECUTE FUNCTION administrative_procedure_is_fixed();
