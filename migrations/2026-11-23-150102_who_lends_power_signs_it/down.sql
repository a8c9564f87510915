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
INSERT INTO position_holders_old (id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, capacity, lent_by,
    scope, reason, ended_on)
    SELECT id, agency_id, position_id, person_id, valid_from, valid_to, decision_no, capacity, lent_by,
    scope, reason, ended_on FROM position_holders;
DROP TABLE position_holders;
ALTER TABLE position_holders_old RENAME TO position_holders;
CREATE INDEX position_holders_position ON position_holders (agency_id, position_id);
CREATE INDEX position_holders_person ON position_holders (agency_id, person_id);
CREATE INDEX position_holders_lent_by ON position_holders (agency_id, lent_by);
