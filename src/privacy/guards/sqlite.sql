-- A request stays in the register, and stays closed when it was closed.
DROP TRIGGER IF EXISTS data_requests_no_delete;
CREATE TRIGGER data_requests_no_delete BEFORE DELETE ON data_requests
BEGIN SELECT RAISE(ABORT, 'the register of requests is only ever added to'); END;
DROP TRIGGER IF EXISTS data_requests_fixed;
CREATE TRIGGER data_requests_fixed BEFORE UPDATE ON data_requests
WHEN OLD.closed_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.agency_id IS NOT OLD.agency_id
    OR NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind OR NEW.received_at IS NOT OLD.received_at
    OR NEW.received_by IS NOT OLD.received_by OR NEW.answer_due_at IS NOT OLD.answer_due_at
    OR (OLD.extended_at IS NOT NULL AND NEW.due_at IS NOT OLD.due_at) OR NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'what was registered stays, a time is extended once, and a closed request stays closed'); END;
