-- What people typed in a draft and did not save yet: theirs alone, and gone when they save.
CREATE TABLE draft_typings (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    row_version BIGINT NOT NULL CHECK (row_version > 0),
    fields TEXT NOT NULL CHECK (length(fields) <= 8000000),
    kept_at TIMESTAMP NOT NULL,
    PRIMARY KEY (version_id, person_id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX draft_typings_version ON draft_typings (agency_id, version_id);
CREATE INDEX draft_typings_person ON draft_typings (agency_id, person_id);
