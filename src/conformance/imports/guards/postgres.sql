-- What was compared stays as it is; a log keeps its file and what it is held against, and is never removed.
CREATE OR REPLACE FUNCTION event_log_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'done'
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.file_sha256 IS DISTINCT FROM OLD.file_sha256
    OR NEW.version_id IS DISTINCT FROM OLD.version_id
    OR NEW.net_sha256 IS DISTINCT FROM OLD.net_sha256
    OR NEW.added_by IS DISTINCT FROM OLD.added_by
    OR NEW.added_at IS DISTINCT FROM OLD.added_at
    OR NEW.row_version <> OLD.row_version + 1 THEN
        RAISE EXCEPTION 'what was compared stays as it is';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS event_logs_fixed ON event_logs;
CREATE TRIGGER event_logs_fixed BEFORE UPDATE ON event_logs
    FOR EACH ROW EXECUTE FUNCTION event_log_is_fixed();
DROP TRIGGER IF EXISTS event_logs_no_delete ON event_logs;
CREATE TRIGGER event_logs_no_delete BEFORE DELETE ON event_logs
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS event_logs_no_truncate ON event_logs;
CREATE TRIGGER event_logs_no_truncate BEFORE TRUNCATE ON event_logs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS log_maps_no_delete ON log_maps;
CREATE TRIGGER log_maps_no_delete BEFORE DELETE ON log_maps
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS log_maps_no_truncate ON log_maps;
CREATE TRIGGER log_maps_no_truncate BEFORE TRUNCATE ON log_maps
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
