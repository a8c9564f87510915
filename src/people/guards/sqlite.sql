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
-- Who may give which right of access, and which of them no one person holds together (rules S3 and S4). Two accounts with
-- one employee number are one person. The pairs are those of src/access/matrix.toml; a test compares them.
DROP TRIGGER IF EXISTS access_grants_apart;
CREATE TRIGGER access_grants_apart BEFORE INSERT ON access_grants
WHEN NEW.revoked_at IS NULL AND EXISTS (SELECT 1 FROM access_grants g
    JOIN persons p ON p.agency_id = g.agency_id AND p.id = g.person_id AND p.active
    JOIN persons n ON n.agency_id = NEW.agency_id AND n.id = NEW.person_id
    WHERE g.agency_id = NEW.agency_id AND g.revoked_at IS NULL
    AND (p.id = n.id OR (p.employee_no <> '' AND p.employee_no = n.employee_no))
    AND NEW.access_role || ' ' || g.access_role IN (
        'administrator auditor', 'administrator chair', 'administrator committee', 'administrator inspector',
        'administrator leader', 'auditor administrator', 'auditor chair', 'auditor inspector',
        'chair administrator', 'chair auditor', 'chair inspector', 'committee administrator',
        'committee inspector', 'data_officer inspector', 'desk inspector', 'inspector administrator',
        'inspector auditor', 'inspector chair', 'inspector committee', 'inspector data_officer',
        'inspector desk', 'inspector leader', 'inspector official', 'leader administrator',
        'leader inspector', 'official inspector'))
BEGIN SELECT RAISE(ABORT, 'one person does not hold both of these at once'); END;
DROP TRIGGER IF EXISTS persons_apart;
CREATE TRIGGER persons_apart BEFORE UPDATE OF employee_no, active ON persons
WHEN NEW.active AND NEW.employee_no <> '' AND (NEW.employee_no <> OLD.employee_no OR NOT OLD.active)
    AND EXISTS (SELECT 1 FROM access_grants own
    JOIN access_grants g ON g.agency_id = own.agency_id AND g.revoked_at IS NULL
    JOIN persons p ON p.agency_id = g.agency_id AND p.id = g.person_id AND p.active
    WHERE own.agency_id = NEW.agency_id AND own.person_id = NEW.id AND own.revoked_at IS NULL
    AND p.id <> NEW.id AND p.employee_no = NEW.employee_no
    AND own.access_role || ' ' || g.access_role IN (
        'administrator auditor', 'administrator chair', 'administrator committee', 'administrator inspector',
        'administrator leader', 'auditor administrator', 'auditor chair', 'auditor inspector',
        'chair administrator', 'chair auditor', 'chair inspector', 'committee administrator',
        'committee inspector', 'data_officer inspector', 'desk inspector', 'inspector administrator',
        'inspector auditor', 'inspector chair', 'inspector committee', 'inspector data_officer',
        'inspector desk', 'inspector leader', 'inspector official', 'leader administrator',
        'leader inspector', 'official inspector'))
BEGIN SELECT RAISE(ABORT, 'one person does not hold both of these at once'); END;
DROP TRIGGER IF EXISTS persons_employee_frozen;
CREATE TRIGGER persons_employee_frozen BEFORE UPDATE OF employee_no ON persons
WHEN OLD.employee_no <> '' AND NEW.employee_no <> OLD.employee_no
BEGIN SELECT RAISE(ABORT, 'whose account it is stays so'); END;
DROP TRIGGER IF EXISTS access_grants_by_others;
CREATE TRIGGER access_grants_by_others BEFORE INSERT ON access_grants
WHEN EXISTS (SELECT 1 FROM persons n JOIN persons b ON b.agency_id = n.agency_id
    WHERE n.agency_id = NEW.agency_id AND n.id = NEW.person_id
    AND (b.id = NEW.granted_by OR b.id = NEW.confirmed_by)
    AND (b.id = n.id OR (b.employee_no <> '' AND b.employee_no = n.employee_no)))
BEGIN SELECT RAISE(ABORT, 'nobody gives a role to himself or herself'); END;
DROP TRIGGER IF EXISTS access_grants_confirmed;
CREATE TRIGGER access_grants_confirmed BEFORE INSERT ON access_grants
WHEN NEW.access_role IN ('chair', 'committee', 'auditor', 'leader', 'data_officer', 'inspector')
    AND NEW.granted_by <> 'house' AND COALESCE(NEW.confirmed_by, '') <> 'house'
    AND NOT (NEW.access_role = 'chair' AND NEW.decision_no <> '' AND NOT EXISTS (SELECT 1 FROM access_grants g
        WHERE g.agency_id = NEW.agency_id AND g.access_role = 'chair'))
    AND (NEW.confirmed_by IS NULL OR EXISTS (SELECT 1 FROM persons g JOIN persons c ON c.agency_id = g.agency_id
        WHERE g.agency_id = NEW.agency_id AND g.id = NEW.granted_by AND c.id = NEW.confirmed_by
        AND (g.id = c.id OR (g.employee_no <> '' AND g.employee_no = c.employee_no))))
BEGIN SELECT RAISE(ABORT, 'two people give this role'); END;
DROP TRIGGER IF EXISTS access_grants_frozen;
CREATE TRIGGER access_grants_frozen BEFORE UPDATE ON access_grants
WHEN NEW.id <> OLD.id OR NEW.agency_id <> OLD.agency_id OR NEW.person_id <> OLD.person_id
    OR NEW.access_role <> OLD.access_role OR NEW.granted_by <> OLD.granted_by OR NEW.decision_no <> OLD.decision_no
    OR NEW.confirmed_by IS NOT OLD.confirmed_by OR NEW.mandate_from IS NOT OLD.mandate_from
    OR NEW.mandate_to IS NOT OLD.mandate_to OR OLD.revoked_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a grant is revoked, never altered'); END;
DROP TRIGGER IF EXISTS access_proposals_no_delete;
CREATE TRIGGER access_proposals_no_delete BEFORE DELETE ON access_proposals
BEGIN SELECT RAISE(ABORT, 'a proposal is decided, never removed'); END;
DROP TRIGGER IF EXISTS access_proposals_frozen;
CREATE TRIGGER access_proposals_frozen BEFORE UPDATE ON access_proposals
WHEN NEW.agency_id <> OLD.agency_id OR NEW.person_id <> OLD.person_id OR NEW.access_role <> OLD.access_role
    OR NEW.proposed_by <> OLD.proposed_by OR NEW.decision_no <> OLD.decision_no OR OLD.decided_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a proposal is decided once, never altered'); END;
-- Lent power: by whoever holds the position, for 90 days at most, with a reason, signed with the own key; never lent again.
DROP TRIGGER IF EXISTS position_holders_lent;
CREATE TRIGGER position_holders_lent BEFORE INSERT ON position_holders
WHEN NEW.capacity <> 'own' AND (NEW.lent_by IS NULL OR NEW.reason = '' OR NEW.statement IS NULL
    OR NOT EXISTS (SELECT 1 FROM signing_keys k WHERE k.agency_id = NEW.agency_id AND k.id = NEW.key_id
        AND k.person_id = NEW.lent_by AND k.retired_at IS NULL)
    OR julianday(NEW.valid_to) - julianday(NEW.valid_from) > 89
    OR NOT EXISTS (SELECT 1 FROM position_holders o WHERE o.agency_id = NEW.agency_id AND o.position_id = NEW.position_id
        AND o.person_id = NEW.lent_by AND o.capacity = 'own' AND o.valid_from <= NEW.valid_from
        AND (o.valid_to IS NULL OR o.valid_to >= NEW.valid_from))
    OR EXISTS (SELECT 1 FROM persons l JOIN persons d ON d.agency_id = l.agency_id
        WHERE l.agency_id = NEW.agency_id AND l.id = NEW.lent_by AND d.id = NEW.person_id
        AND (l.id = d.id OR (l.employee_no <> '' AND l.employee_no = d.employee_no))))
BEGIN SELECT RAISE(ABORT, 'power is lent by its holder to another person, for 90 days at most, for a reason, and signed'); END;
DROP TRIGGER IF EXISTS position_holders_lent_frozen;
CREATE TRIGGER position_holders_lent_frozen BEFORE UPDATE ON position_holders
WHEN (OLD.capacity = 'own' AND NEW.capacity <> 'own') OR NEW.person_id <> OLD.person_id
    OR NEW.position_id <> OLD.position_id OR NEW.lent_by IS NOT OLD.lent_by
    OR NEW.statement IS NOT OLD.statement OR NEW.signature IS NOT OLD.signature OR NEW.key_id IS NOT OLD.key_id
    OR NEW.ledger_size IS NOT OLD.ledger_size OR NEW.lent_at IS NOT OLD.lent_at
    OR (OLD.capacity <> 'own' AND (NEW.valid_from <> OLD.valid_from OR NEW.valid_to > OLD.valid_to
        OR NEW.capacity <> OLD.capacity OR NEW.scope <> OLD.scope OR NEW.reason <> OLD.reason
        OR NEW.decision_no <> OLD.decision_no
        OR (OLD.ended_on IS NOT NULL AND NEW.ended_on IS NOT OLD.ended_on)))
BEGIN SELECT RAISE(ABORT, 'power that is lent is ended, never altered'); END;
