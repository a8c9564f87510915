-- What is sealed cannot be put back in clear by SQL: it is lost here.
DROP TABLE personal_erasures;
DROP TABLE personal_accesses;
DROP TABLE personal_words;
DROP TABLE personal_data;
CREATE TABLE access_grants_old (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN
        ('administrator', 'chair', 'committee', 'official', 'desk', 'auditor', 'leader')),
    granted_at TIMESTAMP NOT NULL,
    granted_by TEXT NOT NULL,
    revoked_at TIMESTAMP,
    revoked_by TEXT,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
INSERT INTO access_grants_old (id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by)
    SELECT id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by FROM access_grants
    WHERE access_role <> 'data_officer';
DROP TABLE access_grants;
ALTER TABLE access_grants_old RENAME TO access_grants;
CREATE INDEX access_grants_person ON access_grants (agency_id, person_id);
CREATE UNIQUE INDEX access_grants_one ON access_grants (person_id, access_role) WHERE revoked_at IS NULL;
