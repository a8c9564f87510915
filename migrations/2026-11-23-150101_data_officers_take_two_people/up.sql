-- Whoever answers for personal data is proposed by one and confirmed by another, too. A CHECK is changed by making the table anew.
CREATE TABLE access_proposals_new (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN ('chair', 'committee', 'auditor', 'leader', 'data_officer', 'inspector')),
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
INSERT INTO access_proposals_new (id, agency_id, person_id, access_role, decision_no, mandate_from, mandate_to, proposed_at, proposed_by,
    decided_at, decided_by, outcome)
    SELECT id, agency_id, person_id, access_role, decision_no, mandate_from, mandate_to, proposed_at, proposed_by,
    decided_at, decided_by, outcome FROM access_proposals;
DROP TABLE access_proposals;
ALTER TABLE access_proposals_new RENAME TO access_proposals;
CREATE INDEX access_proposals_person ON access_proposals (agency_id, person_id);
CREATE UNIQUE INDEX access_proposals_one ON access_proposals (person_id, access_role) WHERE decided_at IS NULL;
