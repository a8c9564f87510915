-- Accounts are deactivated and never removed, and what was theirs stays theirs, whoever writes.
DROP TRIGGER IF EXISTS persons_no_delete;
CREATE TRIGGER persons_no_delete BEFORE DELETE ON persons
BEGIN SELECT RAISE(ABORT, 'an account is deactivated, never removed'); END;
DROP TRIGGER IF EXISTS persons_frozen;
CREATE TRIGGER persons_frozen BEFORE UPDATE OF id, agency_id, username, created_at ON persons
WHEN NEW.id <> OLD.id OR NEW.agency_id <> OLD.agency_id OR NEW.username <> OLD.username
    OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'an account keeps its person, agency and name'); END;
DROP TRIGGER IF EXISTS access_grants_no_delete;
CREATE TRIGGER access_grants_no_delete BEFORE DELETE ON access_grants
BEGIN SELECT RAISE(ABORT, 'a grant is revoked, never removed'); END;
DROP TRIGGER IF EXISTS sessions_stay_ended;
CREATE TRIGGER sessions_stay_ended BEFORE UPDATE OF ended_at ON sessions
WHEN OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL
BEGIN SELECT RAISE(ABORT, 'a session that ended stays ended'); END;
DROP TRIGGER IF EXISTS one_time_codes_once;
CREATE TRIGGER one_time_codes_once BEFORE UPDATE OF used_at ON one_time_codes
WHEN OLD.used_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a one-time code is used once'); END;
DROP TRIGGER IF EXISTS recovery_codes_once;
CREATE TRIGGER recovery_codes_once BEFORE UPDATE OF used_at ON recovery_codes
WHEN OLD.used_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a recovery code is used once'); END;
DROP TRIGGER IF EXISTS second_factors_steps_go_up;
CREATE TRIGGER second_factors_steps_go_up BEFORE UPDATE OF last_step ON second_factors
WHEN NEW.last_step < OLD.last_step
BEGIN SELECT RAISE(ABORT, 'a code of an app is used once'); END;
