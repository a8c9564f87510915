-- What was compared stays as it is; a log keeps its file and what it is held against, and is never removed.
DROP TRIGGER IF EXISTS event_logs_fixed;
CREATE TRIGGER event_logs_fixed BEFORE UPDATE ON event_logs
WHEN OLD.state = 'done'
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.file_sha256 IS DISTINCT FROM OLD.file_sha256
    OR NEW.version_id IS DISTINCT FROM OLD.version_id
    OR NEW.net_sha256 IS DISTINCT FROM OLD.net_sha256
    OR NEW.added_by IS DISTINCT FROM OLD.added_by
    OR NEW.added_at IS DISTINCT FROM OLD.added_at
    OR NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'what was compared stays as it is'); END;
DROP TRIGGER IF EXISTS event_logs_no_delete;
CREATE TRIGGER event_logs_no_delete BEFORE DELETE ON event_logs
BEGIN SELECT RAISE(ABORT, 'event_logs is only ever added to'); END;
DROP TRIGGER IF EXISTS log_maps_no_delete;
CREATE TRIGGER log_maps_no_delete BEFORE DELETE ON log_maps
BEGIN SELECT RAISE(ABORT, 'log_maps is only ever added to'); END;
