-- A filled form stays as it was filled, and a correction belongs where the record belongs that it replaces.
DROP TRIGGER IF EXISTS form_records_no_update;
CREATE TRIGGER form_records_no_update BEFORE UPDATE ON form_records
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
