-- Two accounts of one person are one person for every rule about duties. Empty: not known.
ALTER TABLE persons ADD COLUMN employee_no TEXT NOT NULL DEFAULT '';
CREATE INDEX persons_employee ON persons (agency_id, employee_no);

-- The superior inspector, with a mandate; by which decision a role was given, and who confirmed it. A CHECK is changed by
-- making the table anew.
CREATE TABLE access_grants_new (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN ('administrator', 'chair', 'committee', 'official', 'desk', 'auditor',
        'leader', 'data_officer', 'inspector')),
    granted_at TIMESTAMP NOT NULL,
    granted_by TEXT NOT NULL,
    revoked_at TIMESTAMP,
    revoked_by TEXT,
    decision_no TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT,
    mandate_from DATE,
    mandate_to DATE,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CHECK ((access_role = 'inspector') = (mandate_from IS NOT NULL)),
    CHECK ((mandate_from IS NULL) = (mandate_to IS NULL)),
    CHECK (mandate_from IS NULL OR (mandate_to >= mandate_from AND decision_no <> ''))
);
INSERT INTO access_grants_new (id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by)
    SELECT id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by FROM access_grants;
DROP TABLE access_grants;
ALTER TABLE access_grants_new RENAME TO access_grants;
CREATE INDEX access_grants_person ON access_grants (agency_id, person_id);
CREATE UNIQUE INDEX access_grants_one ON access_grants (person_id, access_role) WHERE revoked_at IS NULL;

-- A role that takes two people: proposed by one, given when another confirms.
CREATE TABLE access_proposals (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN ('chair', 'committee', 'auditor', 'leader', 'inspector')),
    decision_no TEXT NOT NULL CHECK (decision_no <> ''),
    mandate_from DATE,
    mandate_to DATE,
    proposed_at TIMESTAMP NOT NULL,
    proposed_by TEXT NOT NULL,
    decided_at TIMESTAMP,
    decided_by TEXT,
    outcome TEXT CHECK (outcome IN ('given', 'refused', 'void')),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((access_role = 'inspector') = (mandate_from IS NOT NULL)),
    CHECK ((mandate_from IS NULL) = (mandate_to IS NULL)),
    CHECK (mandate_from IS NULL OR mandate_to >= mandate_from),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX access_proposals_person ON access_proposals (agency_id, person_id);
CREATE UNIQUE INDEX access_proposals_one ON access_proposals (person_id, access_role) WHERE decided_at IS NULL;

-- Power is lent by whoever holds the position, for some of its work, and ends at once when it must.
CREATE TABLE position_holders_new (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    position_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    decision_no TEXT NOT NULL,
    capacity TEXT NOT NULL DEFAULT 'own'
        CHECK (capacity = 'own' OR (capacity IN ('kt', 'tuq', 'tl') AND valid_to IS NOT NULL AND decision_no <> '')),
    lent_by TEXT,
    scope TEXT NOT NULL DEFAULT 'all' CHECK (scope IN ('all', 'documents', 'cases')),
    reason TEXT NOT NULL DEFAULT '',
    ended_on DATE,
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, lent_by) REFERENCES persons (agency_id, id),
    CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CHECK (lent_by IS NULL OR (capacity <> 'own' AND lent_by <> person_id)),
    CHECK (capacity <> 'own' OR (scope = 'all' AND ended_on IS NULL))
);
INSERT INTO position_holders_new (id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, capacity)
    SELECT id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, capacity FROM position_holders;
DROP TABLE position_holders;
ALTER TABLE position_holders_new RENAME TO position_holders;
CREATE INDEX position_holders_position ON position_holders (agency_id, position_id);
CREATE INDEX position_holders_person ON position_holders (agency_id, person_id);
CREATE INDEX position_holders_lent_by ON position_holders (agency_id, lent_by);
