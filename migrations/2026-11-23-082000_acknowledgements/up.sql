-- Who has read which version: once for each person, bound to the content that was read.
CREATE TABLE acknowledgements (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    person_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (version_id, person_id),
    FOREIGN KEY (agency_id, version_id, content_sha256) REFERENCES versions (agency_id, id, content_sha256),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX acknowledgements_version ON acknowledgements (agency_id, version_id, content_sha256);
CREATE INDEX acknowledgements_person ON acknowledgements (agency_id, person_id);
-- Who was reminded to read what, by whom.
CREATE TABLE reading_reminders (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    by_id TEXT,
    by_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, by_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX reading_reminders_version ON reading_reminders (agency_id, version_id);
CREATE INDEX reading_reminders_person ON reading_reminders (agency_id, person_id);
CREATE INDEX reading_reminders_by ON reading_reminders (agency_id, by_id);
