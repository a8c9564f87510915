-- Which versions stand in the index of words, and where. The index itself is each database's own, made by the guards.
CREATE TABLE version_search (
    place BIGINT PRIMARY KEY NOT NULL CHECK (place > 0),
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL,
    scheme BIGINT NOT NULL,
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id)
);
CREATE INDEX version_search_version ON version_search (agency_id, version_id);
CREATE INDEX version_search_document ON version_search (agency_id, document_id);
ALTER TABLE versions DROP COLUMN search;

-- How codes of a kind are made, where the office does not keep to the usual way.
CREATE TABLE code_patterns (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    kind TEXT NOT NULL CHECK (kind IN ('quality_policy', 'quality_objectives', 'manual', 'system_procedure',
        'work_procedure', 'work_instruction', 'form')),
    pattern TEXT NOT NULL CHECK (length(pattern) BETWEEN 1 AND 64),
    PRIMARY KEY (agency_id, kind)
);
-- Codes that are kept free for something that is still to be written; one at a time for each code.
CREATE TABLE code_reservations (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    purpose TEXT NOT NULL,
    until DATE NOT NULL,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    document_id TEXT,
    CHECK (document_id IS NULL OR ended_at IS NOT NULL),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id)
);
CREATE INDEX code_reservations_person ON code_reservations (agency_id, person_id);
CREATE INDEX code_reservations_document ON code_reservations (agency_id, document_id);
CREATE UNIQUE INDEX code_reservations_one ON code_reservations (agency_id, code) WHERE ended_at IS NULL;
-- Codes that documents had before: they lead to their document for good and are never given again.
CREATE TABLE old_codes (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    code TEXT NOT NULL,
    new_code TEXT NOT NULL CHECK (new_code <> code),
    reason TEXT NOT NULL CHECK (length(reason) > 0),
    decision_no TEXT NOT NULL,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    UNIQUE (agency_id, code),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX old_codes_document ON old_codes (agency_id, document_id);
CREATE INDEX old_codes_person ON old_codes (agency_id, person_id);
