-- A request stays in the register, and stays closed when it was closed.
DROP TRIGGER IF EXISTS data_requests_no_delete ON data_requests;
CREATE TRIGGER data_requests_no_delete BEFORE DELETE ON data_requests
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION data_request_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL OR NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number OR NEW.kind IS DISTINCT FROM OLD.kind
    OR NEW.received_at IS DISTINCT FROM OLD.received_at OR NEW.received_by IS DISTINCT FROM OLD.received_by
    OR NEW.answer_due_at IS DISTINCT FROM OLD.answer_due_at
    OR (OLD.extended_at IS NOT NULL AND NEW.due_at IS DISTINCT FROM OLD.due_at)
    OR NEW.row_version <> OLD.row_version + 1 THEN
        RAISE EXCEPTION 'what was registered stays, a time is extended once, and a closed request stays closed';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS data_requests_fixed ON data_requests;
CREATE TRIGGER data_requests_fixed BEFORE UPDATE ON data_requests
    FOR EACH ROW EXECUTE FUNCTION data_request_is_fixed();
