-- A record names its form, the version of it and the content: one that mixes them cannot be written.
CREATE UNIQUE INDEX versions_document_content ON versions (agency_id, document_id, id, content_sha256);
-- Forms that were filled on a screen: each names the version of the form that it was made on, by its content. Kept for
-- good: what is corrected is a new record that names the one it replaces.
CREATE TABLE form_records (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 120),
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    form_code TEXT NOT NULL,
    case_id TEXT,
    case_code TEXT,
    step_code TEXT,
    filled TEXT NOT NULL CHECK (length(filled) BETWEEN 2 AND 400000),
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    position_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    replaces_id TEXT CHECK (replaces_id <> id),
    reason TEXT CHECK (length(trim(reason)) > 0),
    UNIQUE (agency_id, code),
    UNIQUE (agency_id, id),
    UNIQUE (agency_id, document_id, id),
    UNIQUE (agency_id, document_id, replaces_id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, document_id, version_id, content_sha256)
        REFERENCES versions (agency_id, document_id, id, content_sha256),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, document_id, replaces_id) REFERENCES form_records (agency_id, document_id, id),
    CHECK ((case_id IS NULL) = (case_code IS NULL)),
    CHECK ((case_id IS NULL) = (step_code IS NULL)),
    CHECK ((replaces_id IS NULL) = (reason IS NULL))
);
CREATE INDEX form_records_at ON form_records (agency_id, at, id);
CREATE INDEX form_records_document ON form_records (agency_id, document_id, at, id);
CREATE INDEX form_records_version ON form_records (agency_id, document_id, version_id, content_sha256);
CREATE INDEX form_records_case ON form_records (agency_id, case_id, at);
CREATE INDEX form_records_case_code ON form_records (agency_id, case_code);
CREATE INDEX form_records_person ON form_records (agency_id, person_id);
