-- A filled form stays as it was filled, and a correction belongs where the record belongs that it replaces.
DROP TRIGGER IF EXISTS form_records_no_update;
-- Only that its personal answers are sealed may change a record that was filled before they were.
CREATE TRIGGER form_records_no_update BEFORE UPDATE ON form_records
WHEN OLD.is_sealed OR NOT NEW.is_sealed OR NEW.id IS NOT OLD.id OR NEW.agency_id IS NOT OLD.agency_id
    OR NEW.code IS NOT OLD.code OR NEW.document_id IS NOT OLD.document_id OR NEW.version_id IS NOT OLD.version_id
    OR NEW.content_sha256 IS NOT OLD.content_sha256 OR NEW.form_code IS NOT OLD.form_code
    OR NEW.case_id IS NOT OLD.case_id OR NEW.case_code IS NOT OLD.case_code OR NEW.step_code IS NOT OLD.step_code
    OR NEW.person_id IS NOT OLD.person_id OR NEW.person_name IS NOT OLD.person_name
    OR NEW.position_name IS NOT OLD.position_name OR NEW.at IS NOT OLD.at OR NEW.replaces_id IS NOT OLD.replaces_id
    OR NEW.reason IS NOT OLD.reason
BEGIN SELECT RAISE(ABORT, 'form_records is only ever added to'); END;
DROP TRIGGER IF EXISTS form_records_no_delete;
CREATE TRIGGER form_records_no_delete BEFORE DELETE ON form_records
BEGIN SELECT RAISE(ABORT, 'form_records is only ever added to'); END;
DROP TRIGGER IF EXISTS form_records_replaced;
CREATE TRIGGER form_records_replaced BEFORE INSERT ON form_records
WHEN NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM form_records r WHERE r.id = NEW.replaces_id
    AND r.agency_id = NEW.agency_id AND r.case_id IS NOT DISTINCT FROM NEW.case_id
    AND r.step_code IS NOT DISTINCT FROM NEW.step_code)
BEGIN SELECT RAISE(ABORT, 'a correction belongs to the case and step of what it replaces'); END;
