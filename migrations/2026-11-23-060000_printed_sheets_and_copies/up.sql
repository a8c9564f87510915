-- The sheet of a round: the print that lay before the signers. Its bytes are made again from the text of the round and
-- `facts` (JSON: names as they stood on the day of submission) by a program that sets pages in the same way.
CREATE TABLE version_sheets (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    setting BIGINT NOT NULL CHECK (setting > 0),
    facts TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    pages BIGINT NOT NULL CHECK (pages > 0),
    PRIMARY KEY (version_id, round),
    FOREIGN KEY (version_id, round) REFERENCES version_rounds (version_id, round),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id)
);
CREATE INDEX version_sheets_version ON version_sheets (agency_id, version_id);
-- So that a copy can only be of a version of its own document.
CREATE UNIQUE INDEX versions_of_document ON versions (agency_id, document_id, id);
-- Copies on paper: numbered ones with a holder, and posted ones. The number runs through the document.
CREATE TABLE document_copies (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('held', 'posted')),
    number BIGINT CHECK (number > 0),
    holder TEXT NOT NULL,
    place TEXT NOT NULL,
    person_id TEXT,
    position_id TEXT,
    issued_at TIMESTAMP NOT NULL,
    issued_by TEXT NOT NULL,
    issued_by_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('out', 'recalled', 'destroyed', 'lost', 'replaced', 'removed')),
    closed_at TIMESTAMP,
    closed_by TEXT,
    closed_by_name TEXT,
    closed_note TEXT,
    UNIQUE (agency_id, document_id, number),
    CHECK ((kind = 'held') = (number IS NOT NULL)),
    CHECK (kind = 'posted' OR holder <> ''),
    CHECK (kind = 'held' OR place <> ''),
    CHECK (person_id IS NULL OR position_id IS NULL),
    CHECK (kind = 'held' OR (person_id IS NULL AND position_id IS NULL)),
    CHECK (kind = 'held' AND state IN ('out', 'recalled', 'destroyed', 'lost')
        OR kind = 'posted' AND state IN ('out', 'replaced', 'removed', 'lost')),
    CHECK ((state = 'out') = (closed_at IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_by_name IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_note IS NULL)),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, document_id, version_id) REFERENCES versions (agency_id, document_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id)
);
CREATE INDEX document_copies_version ON document_copies (agency_id, document_id, version_id);
CREATE INDEX document_copies_person ON document_copies (agency_id, person_id);
CREATE INDEX document_copies_position ON document_copies (agency_id, position_id);
CREATE INDEX document_copies_state ON document_copies (agency_id, state, id);
