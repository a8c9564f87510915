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
