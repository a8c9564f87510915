-- A run that ended stays as it was recorded, and none is ever removed.
DROP TRIGGER IF EXISTS backup_runs_no_delete;
CREATE TRIGGER backup_runs_no_delete BEFORE DELETE ON backup_runs
BEGIN SELECT RAISE(ABORT, 'runs of backup are only ever added to'); END;
DROP TRIGGER IF EXISTS backup_runs_fixed;
CREATE TRIGGER backup_runs_fixed BEFORE UPDATE ON backup_runs
WHEN OLD.state <> 'asked' OR NEW.agency_id IS NOT OLD.agency_id OR NEW.number IS NOT OLD.number
    OR NEW.kind IS NOT OLD.kind OR NEW.cause IS NOT OLD.cause OR NEW.asked_by IS NOT OLD.asked_by
    OR NEW.asked_at IS NOT OLD.asked_at
BEGIN SELECT RAISE(ABORT, 'a run of backup that ended stays as it was recorded'); END;
