CREATE TABLE position_holders_old (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    position_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    decision_no TEXT NOT NULL,
    capacity TEXT NOT NULL DEFAULT 'own'
        CHECK (capacity = 'own' OR (capacity IN ('kt', 'tuq', 'tl') AND valid_to IS NOT NULL AND decision_no <> '')),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
INSERT INTO position_holders_old (id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, capacity)
    SELECT id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, capacity FROM position_holders;
DROP TABLE position_holders;
ALTER TABLE position_holders_old RENAME TO position_holders;
CREATE INDEX position_holders_position ON position_holders (agency_id, position_id);
CREATE INDEX position_holders_person ON position_holders (agency_id, person_id);

DROP TABLE access_proposals;

CREATE TABLE access_grants_old (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN
        ('administrator', 'chair', 'committee', 'official', 'desk', 'auditor', 'leader', 'data_officer')),
    granted_at TIMESTAMP NOT NULL,
    granted_by TEXT NOT NULL,
    revoked_at TIMESTAMP,
    revoked_by TEXT,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
INSERT INTO access_grants_old (id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by)
    SELECT id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by FROM access_grants
    WHERE access_role <> 'inspector';
DROP TABLE access_grants;
ALTER TABLE access_grants_old RENAME TO access_grants;
CREATE INDEX access_grants_person ON access_grants (agency_id, person_id);
CREATE UNIQUE INDEX access_grants_one ON access_grants (person_id, access_role) WHERE revoked_at IS NULL;

DROP INDEX persons_employee;
ALTER TABLE persons DROP COLUMN employee_no;
