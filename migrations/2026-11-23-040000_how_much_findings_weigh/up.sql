-- How much each kind of finding weighs in an office: what its committee changed, and how often the table was changed.
CREATE TABLE severity_tables (
    agency_id TEXT PRIMARY KEY NOT NULL REFERENCES agencies (id),
    row_version BIGINT NOT NULL CHECK (row_version > 0)
);
CREATE TABLE severity_choices (
    agency_id TEXT NOT NULL REFERENCES severity_tables (agency_id),
    kind TEXT NOT NULL CHECK (kind <> ''),
    weight TEXT NOT NULL CHECK (weight IN ('off', 'info', 'low', 'medium', 'high')),
    PRIMARY KEY (agency_id, kind)
);
