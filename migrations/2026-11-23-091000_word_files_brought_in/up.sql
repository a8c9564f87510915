-- Word files that were brought in: each waits until somebody makes a draft of it or leaves it. Nothing is a document
-- before that. A file that cannot be read has no content, only the reason.
CREATE TABLE word_files (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    file_name TEXT NOT NULL,
    file_sha256 TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'unreadable', 'drafted', 'left')),
    -- what was recognised when it was brought in
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    notes BIGINT NOT NULL CHECK (notes >= 0),
    -- JSON: why it cannot be read
    reason TEXT NOT NULL,
    version_id TEXT,
    added_by TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_by_name TEXT NOT NULL,
    decided_at TIMESTAMP,
    row_version BIGINT NOT NULL,
    UNIQUE (agency_id, number),
    FOREIGN KEY (agency_id, file_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, added_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, decided_by) REFERENCES persons (agency_id, id),
    CHECK ((file_sha256 IS NULL) = (reason <> '')),
    CHECK (state NOT IN ('waiting', 'drafted') OR file_sha256 IS NOT NULL),
    CHECK (state <> 'unreadable' OR file_sha256 IS NULL),
    CHECK ((state = 'drafted') = (version_id IS NOT NULL)),
    CHECK ((state IN ('drafted', 'left')) = (decided_at IS NOT NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL))
);
CREATE INDEX word_files_file ON word_files (agency_id, file_sha256);
CREATE INDEX word_files_version ON word_files (agency_id, version_id);
CREATE INDEX word_files_person ON word_files (agency_id, added_by);
CREATE INDEX word_files_decider ON word_files (agency_id, decided_by);
