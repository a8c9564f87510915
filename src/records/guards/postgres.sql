-- A filled form stays as it was filled, and a correction belongs where the record belongs that it replaces.
DROP TRIGGER IF EXISTS form_records_no_change ON form_records;
CREATE TRIGGER form_records_no_change BEFORE DELETE ON form_records
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Only that its personal answers are sealed may change a record that was filled before they were.
CREATE OR REPLACE FUNCTION form_record_is_only_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_sealed OR NOT NEW.is_sealed OR to_jsonb(NEW) - 'filled' - 'is_sealed'
        IS DISTINCT FROM to_jsonb(OLD) - 'filled' - 'is_sealed' THEN
        RAISE EXCEPTION 'form_records is only ever added to';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS form_records_only_sealed ON form_records;
CREATE TRIGGER form_records_only_sealed BEFORE UPDATE ON form_records
    FOR EACH ROW EXECUTE FUNCTION form_record_is_only_sealed();
DROP TRIGGER IF EXISTS form_records_no_truncate ON form_records;
CREATE TRIGGER form_records_no_truncate BEFORE TRUNCATE ON form_records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION check_form_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM form_records r WHERE r.id = NEW.replaces_id
        AND r.agency_id = NEW.agency_id AND r.case_id IS NOT DISTINCT FROM NEW.case_id
        AND r.step_code IS NOT DISTINCT FROM NEW.step_code) THEN
        RAISE EXCEPTION 'a correction belongs to the case and step of what it replaces';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS form_records_new ON form_records;
CREATE TRIGGER form_records_new BEFORE INSERT ON form_records
    FOR EACH ROW EXECUTE FUNCTION check_form_record();
