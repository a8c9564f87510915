ALTER TABLE persons DROP COLUMN short_password;
DROP TABLE sessions;
CREATE TABLE sessions (
    token_sha256 TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX sessions_person ON sessions (agency_id, person_id);
DROP TABLE known_devices;
DROP TABLE guess_counters;
CREATE TABLE sign_in_failures (
    id TEXT PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_failures_username ON sign_in_failures (username, at);
