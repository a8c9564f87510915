-- Signatures that somebody made elsewhere, with a token of the state or of an authority, over a version as the office made
-- it: each was judged when it was received. They stand beside the signatures of the office and replace none.
CREATE TABLE token_signatures (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('cms', 'pdf')),
    part TEXT NOT NULL CHECK (part IN ('manifest', 'statement', 'sheet', 'issue')),
    content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
    content_bytes BIGINT NOT NULL CHECK (content_bytes > 0),
    file_sha256 TEXT NOT NULL,
    place BIGINT NOT NULL CHECK (place >= 0),
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    serial TEXT NOT NULL,
    certificate_sha256 TEXT NOT NULL CHECK (length(certificate_sha256) = 64),
    root_sha256 TEXT NOT NULL CHECK (length(root_sha256) = 64),
    hash TEXT NOT NULL CHECK (hash IN ('SHA-256', 'SHA-384', 'SHA-512')),
    claimed_at TIMESTAMP,
    judged_at TIMESTAMP NOT NULL,
    time_from TEXT NOT NULL CHECK (time_from IN ('stamp', 'receipt')),
    revocation TEXT NOT NULL CHECK (revocation IN ('unchecked', 'ocsp', 'crl')),
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    UNIQUE (agency_id, id),
    UNIQUE (agency_id, version_id, file_sha256, place),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, file_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX token_signatures_version ON token_signatures (agency_id, version_id, at);
CREATE INDEX token_signatures_file ON token_signatures (agency_id, file_sha256);
CREATE INDEX token_signatures_person ON token_signatures (agency_id, person_id);
