-- A run that ended stays as it was recorded, and none is ever removed.
DROP TRIGGER IF EXISTS backup_runs_no_delete ON backup_runs;
CREATE TRIGGER backup_runs_no_delete BEFORE DELETE ON backup_runs FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS backup_runs_no_truncate ON backup_runs;
CREATE TRIGGER backup_runs_no_truncate BEFORE TRUNCATE ON backup_runs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION backup_run_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'asked' OR NEW.agency_id IS DISTINCT FROM OLD.agency_id OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.cause IS DISTINCT FROM OLD.cause
    OR NEW.asked_by IS DISTINCT FROM OLD.asked_by OR NEW.asked_at IS DISTINCT FROM OLD.asked_at THEN
        RAISE EXCEPTION 'a run of backup that ended stays as it was recorded';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS backup_runs_fixed ON backup_runs;
CREATE TRIGGER backup_runs_fixed BEFORE UPDATE ON backup_runs FOR EACH ROW EXECUTE FUNCTION backup_run_is_fixed();
