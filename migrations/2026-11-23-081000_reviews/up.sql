-- What is said of a version names the content that it was said of: a row that names another content cannot be written.
CREATE UNIQUE INDEX versions_content ON versions (agency_id, id, content_sha256);
-- Periodic reviews: somebody looked at the version in force and signed what is to become of it. Kept for good.
CREATE TABLE document_reviews (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    due_on DATE NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('keep', 'revise', 'withdraw')),
    reason TEXT NOT NULL CHECK (length(trim(reason)) > 0),
    next_due DATE,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    position_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, version_id, content_sha256) REFERENCES versions (agency_id, id, content_sha256),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((verdict = 'keep') = (next_due IS NOT NULL))
);
CREATE INDEX document_reviews_document ON document_reviews (agency_id, document_id, at);
CREATE INDEX document_reviews_version ON document_reviews (agency_id, version_id, content_sha256);
CREATE INDEX document_reviews_person ON document_reviews (agency_id, person_id);
