-- Accounts are deactivated and never removed, and what was theirs stays theirs, whoever writes.
-- refuse_change() is one of the guards of the ledger, which are applied first.
DROP TRIGGER IF EXISTS persons_no_delete ON persons;
CREATE TRIGGER persons_no_delete BEFORE DELETE ON persons FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS persons_no_truncate ON persons;
CREATE TRIGGER persons_no_truncate BEFORE TRUNCATE ON persons FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS access_grants_no_delete ON access_grants;
CREATE TRIGGER access_grants_no_delete BEFORE DELETE ON access_grants
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS access_grants_no_truncate ON access_grants;
CREATE TRIGGER access_grants_no_truncate BEFORE TRUNCATE ON access_grants
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION refuse_account_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account keeps its person, agency and name; what ended or was used stays so';
END $$;
DROP TRIGGER IF EXISTS persons_frozen ON persons;
CREATE TRIGGER persons_frozen BEFORE UPDATE OF id, agency_id, username, created_at ON persons FOR EACH ROW
    WHEN (NEW.id <> OLD.id OR NEW.agency_id <> OLD.agency_id OR NEW.username <> OLD.username
        OR NEW.created_at <> OLD.created_at) EXECUTE FUNCTION refuse_account_change();
DROP TRIGGER IF EXISTS sessions_stay_ended ON sessions;
CREATE TRIGGER sessions_stay_ended BEFORE UPDATE OF ended_at ON sessions FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL) EXECUTE FUNCTION refuse_account_change();
DROP TRIGGER IF EXISTS one_time_codes_once ON one_time_codes;
CREATE TRIGGER one_time_codes_once BEFORE UPDATE OF used_at ON one_time_codes FOR EACH ROW
    WHEN (OLD.used_at IS NOT NULL) EXECUTE FUNCTION refuse_account_change();
DROP TRIGGER IF EXISTS recovery_codes_once ON recovery_codes;
CREATE TRIGGER recovery_codes_once BEFORE UPDATE OF used_at ON recovery_codes FOR EACH ROW
    WHEN (OLD.used_at IS NOT NULL) EXECUTE FUNCTION refuse_account_change();
DROP TRIGGER IF EXISTS second_factors_steps_go_up ON second_factors;
CREATE TRIGGER second_factors_steps_go_up BEFORE UPDATE OF last_step ON second_factors FOR EACH ROW
    WHEN (NEW.last_step < OLD.last_step) EXECUTE FUNCTION refuse_account_change();
