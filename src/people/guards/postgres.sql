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
-- Who may give which right of access, and which of them no one person holds together (rules S3 and S4). Two accounts with
-- one employee number are one person. The pairs are those of src/access/matrix.toml; a test compares them.
CREATE OR REPLACE FUNCTION are_apart(one TEXT, other TEXT) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT one || ' ' || other IN (
        'administrator auditor', 'administrator chair', 'administrator committee', 'administrator inspector',
        'administrator leader', 'auditor administrator', 'auditor chair', 'auditor inspector',
        'chair administrator', 'chair auditor', 'chair inspector', 'committee administrator',
        'committee inspector', 'data_officer inspector', 'desk inspector', 'inspector administrator',
        'inspector auditor', 'inspector chair', 'inspector committee', 'inspector data_officer',
        'inspector desk', 'inspector leader', 'inspector official', 'leader administrator',
        'leader inspector', 'official inspector')
$$;
CREATE OR REPLACE FUNCTION check_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revoked_at IS NULL AND EXISTS (SELECT 1 FROM access_grants g
        JOIN persons p ON p.agency_id = g.agency_id AND p.id = g.person_id AND p.active
        JOIN persons n ON n.agency_id = NEW.agency_id AND n.id = NEW.person_id
        WHERE g.agency_id = NEW.agency_id AND g.revoked_at IS NULL AND (p.id = n.id OR (p.employee_no <> '' AND p.employee_no = n.employee_no))
        AND are_apart(NEW.access_role, g.access_role)) THEN
        RAISE EXCEPTION 'one person does not hold both of these at once';
    END IF;
    IF EXISTS (SELECT 1 FROM persons n JOIN persons b ON b.agency_id = n.agency_id
        WHERE n.agency_id = NEW.agency_id AND n.id = NEW.person_id
        AND (b.id = NEW.granted_by OR b.id = NEW.confirmed_by) AND (b.id = n.id OR (b.employee_no <> '' AND b.employee_no = n.employee_no))) THEN
        RAISE EXCEPTION 'nobody gives a role to himself or herself';
    END IF;
    IF NEW.access_role IN ('chair', 'committee', 'auditor', 'leader', 'data_officer', 'inspector')
        AND NEW.granted_by <> 'house' AND COALESCE(NEW.confirmed_by, '') <> 'house'
        AND NOT (NEW.access_role = 'chair' AND NEW.decision_no <> '' AND NOT EXISTS (SELECT 1 FROM access_grants g
            WHERE g.agency_id = NEW.agency_id AND g.access_role = 'chair'))
        AND (NEW.confirmed_by IS NULL OR EXISTS (SELECT 1 FROM persons g JOIN persons c ON c.agency_id = g.agency_id
            WHERE g.agency_id = NEW.agency_id AND g.id = NEW.granted_by AND c.id = NEW.confirmed_by
            AND (g.id = c.id OR (g.employee_no <> '' AND g.employee_no = c.employee_no)))) THEN
        RAISE EXCEPTION 'two people give this role';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS access_grants_apart ON access_grants;
CREATE TRIGGER access_grants_apart BEFORE INSERT ON access_grants FOR EACH ROW EXECUTE FUNCTION check_grant();
CREATE OR REPLACE FUNCTION check_employee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.employee_no <> '' AND NEW.employee_no <> OLD.employee_no THEN
        RAISE EXCEPTION 'whose account it is stays so';
    END IF;
    IF NEW.active AND NEW.employee_no <> '' AND (NEW.employee_no <> OLD.employee_no OR NOT OLD.active)
        AND EXISTS (SELECT 1 FROM access_grants own
        JOIN access_grants g ON g.agency_id = own.agency_id AND g.revoked_at IS NULL
        JOIN persons p ON p.agency_id = g.agency_id AND p.id = g.person_id AND p.active
        WHERE own.agency_id = NEW.agency_id AND own.person_id = NEW.id AND own.revoked_at IS NULL
        AND p.id <> NEW.id AND p.employee_no = NEW.employee_no AND are_apart(own.access_role, g.access_role)) THEN
        RAISE EXCEPTION 'one person does not hold both of these at once';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS persons_apart ON persons;
CREATE TRIGGER persons_apart BEFORE UPDATE OF employee_no, active ON persons
    FOR EACH ROW EXECUTE FUNCTION check_employee();
DROP TRIGGER IF EXISTS access_grants_frozen ON access_grants;
CREATE TRIGGER access_grants_frozen BEFORE UPDATE ON access_grants FOR EACH ROW
    WHEN (NEW.id <> OLD.id OR NEW.agency_id <> OLD.agency_id OR NEW.person_id <> OLD.person_id
    OR NEW.access_role <> OLD.access_role OR NEW.granted_by <> OLD.granted_by OR NEW.decision_no <> OLD.decision_no
    OR NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by OR NEW.mandate_from IS DISTINCT FROM OLD.mandate_from
    OR NEW.mandate_to IS DISTINCT FROM OLD.mandate_to OR OLD.revoked_at IS NOT NULL)
    EXECUTE FUNCTION refuse_account_change();
DROP TRIGGER IF EXISTS access_proposals_no_delete ON access_proposals;
CREATE TRIGGER access_proposals_no_delete BEFORE DELETE ON access_proposals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS access_proposals_no_truncate ON access_proposals;
CREATE TRIGGER access_proposals_no_truncate BEFORE TRUNCATE ON access_proposals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS access_proposals_frozen ON access_proposals;
CREATE TRIGGER access_proposals_frozen BEFORE UPDATE ON access_proposals FOR EACH ROW
    WHEN (NEW.agency_id <> OLD.agency_id OR NEW.person_id <> OLD.person_id OR NEW.access_role <> OLD.access_role
    OR NEW.proposed_by <> OLD.proposed_by OR NEW.decision_no <> OLD.decision_no OR OLD.decided_at IS NOT NULL)
    EXECUTE FUNCTION refuse_account_change();
-- Lent power: by whoever holds the position, for 90 days at most, with a reason, signed with the own key; never lent again.
CREATE OR REPLACE FUNCTION check_loan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.capacity <> 'own' AND (NEW.lent_by IS NULL OR NEW.reason = '' OR NEW.valid_to - NEW.valid_from > 89
        OR NEW.statement IS NULL
        OR NOT EXISTS (SELECT 1 FROM signing_keys k WHERE k.agency_id = NEW.agency_id AND k.id = NEW.key_id
            AND k.person_id = NEW.lent_by AND k.retired_at IS NULL)
        OR NOT EXISTS (SELECT 1 FROM position_holders o WHERE o.agency_id = NEW.agency_id
            AND o.position_id = NEW.position_id AND o.person_id = NEW.lent_by AND o.capacity = 'own'
            AND o.valid_from <= NEW.valid_from AND (o.valid_to IS NULL OR o.valid_to >= NEW.valid_from))
        OR EXISTS (SELECT 1 FROM persons l JOIN persons d ON d.agency_id = l.agency_id
            WHERE l.agency_id = NEW.agency_id AND l.id = NEW.lent_by AND d.id = NEW.person_id
            AND (l.id = d.id OR (l.employee_no <> '' AND l.employee_no = d.employee_no)))) THEN
        RAISE EXCEPTION 'power is lent by its holder to another person, for 90 days at most, for a reason, and signed';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS position_holders_lent ON position_holders;
CREATE TRIGGER position_holders_lent BEFORE INSERT ON position_holders FOR EACH ROW EXECUTE FUNCTION check_loan();
DROP TRIGGER IF EXISTS position_holders_lent_frozen ON position_holders;
CREATE TRIGGER position_holders_lent_frozen BEFORE UPDATE ON position_holders FOR EACH ROW
    WHEN ((OLD.capacity = 'own' AND NEW.capacity <> 'own') OR NEW.person_id <> OLD.person_id
    OR NEW.position_id <> OLD.position_id OR NEW.lent_by IS DISTINCT FROM OLD.lent_by
    OR NEW.statement IS DISTINCT FROM OLD.statement OR NEW.signature IS DISTINCT FROM OLD.signature
    OR NEW.key_id IS DISTINCT FROM OLD.key_id OR NEW.ledger_size IS DISTINCT FROM OLD.ledger_size
    OR NEW.lent_at IS DISTINCT FROM OLD.lent_at
    OR (OLD.capacity <> 'own' AND (NEW.valid_from <> OLD.valid_from OR NEW.valid_to > OLD.valid_to
        OR NEW.capacity <> OLD.capacity OR NEW.scope <> OLD.scope OR NEW.reason <> OLD.reason
        OR NEW.decision_no <> OLD.decision_no
        OR (OLD.ended_on IS NOT NULL AND NEW.ended_on IS DISTINCT FROM OLD.ended_on))))
    EXECUTE FUNCTION refuse_account_change();
