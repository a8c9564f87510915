-- Files that lie beside the text of a version, as evidence for a change; what is signed is the text.
CREATE TABLE version_files (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (version_id, sha256),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, added_by) REFERENCES persons (agency_id, id)
);
CREATE INDEX version_files_version ON version_files (agency_id, version_id);
CREATE INDEX version_files_file ON version_files (agency_id, sha256);
CREATE INDEX version_files_person ON version_files (agency_id, added_by);

-- Drafts that were opened from practice: which cases of which version showed what, with the evidence as a file.
CREATE TABLE amendments (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL UNIQUE,
    studied_id TEXT NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    cases BIGINT NOT NULL CHECK (cases >= 0),
    -- JSON: each proposal with its figures, and whether it was applied or noted
    proposals TEXT NOT NULL,
    report_sha256 TEXT NOT NULL,
    cases_sha256 TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_by_name TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    UNIQUE (agency_id, number),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, studied_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, report_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, cases_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, opened_by) REFERENCES persons (agency_id, id),
    CHECK (period_to >= period_from)
);
CREATE INDEX amendments_document ON amendments (agency_id, document_id);
CREATE INDEX amendments_version ON amendments (agency_id, version_id);
CREATE INDEX amendments_studied ON amendments (agency_id, studied_id);
CREATE INDEX amendments_report ON amendments (agency_id, report_sha256);
CREATE INDEX amendments_cases ON amendments (agency_id, cases_sha256);
CREATE INDEX amendments_person ON amendments (agency_id, opened_by);
