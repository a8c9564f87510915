-- The keys people sign with: the private part wrapped under the person's password, which alone opens it. A key that was
-- retired has no private part any more; its public part stays, for what was signed with it.
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    public_key TEXT NOT NULL CHECK (length(public_key) = 64),
    wrapped_private TEXT NOT NULL,
    salt TEXT NOT NULL CHECK (length(salt) = 32),
    made_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP,
    retired_why TEXT CHECK (retired_why IN ('reset', 'lost')),
    certificate TEXT CHECK (certificate <> ''),
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((retired_at IS NULL) = (retired_why IS NULL)),
    CHECK ((retired_at IS NULL) = (wrapped_private <> ''))
);
CREATE UNIQUE INDEX signing_keys_live ON signing_keys (agency_id, person_id) WHERE retired_at IS NULL;
CREATE INDEX signing_keys_person ON signing_keys (agency_id, person_id);
-- Two others say that a new key is its person's, after a password was set without the old one.
CREATE TABLE key_attestations (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN ('administrator', 'committee')),
    by_key_id TEXT NOT NULL,
    statement TEXT NOT NULL,
    signature TEXT NOT NULL CHECK (length(signature) = 88),
    at TIMESTAMP NOT NULL,
    UNIQUE (key_id, access_role),
    UNIQUE (key_id, person_id),
    FOREIGN KEY (agency_id, key_id) REFERENCES signing_keys (agency_id, id),
    FOREIGN KEY (agency_id, by_key_id) REFERENCES signing_keys (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX key_attestations_key ON key_attestations (agency_id, key_id);
CREATE INDEX key_attestations_by ON key_attestations (agency_id, by_key_id);
CREATE INDEX key_attestations_person ON key_attestations (agency_id, person_id);
-- What was signed, word for word, with the list of what it covers.
CREATE TABLE signed_statements (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('soat-xet', 'phe-duyet', 'ban-hanh', 'tra-lai', 'dong-y-huy-bo', 'xac-nhan', 'rut-chu-ky')),
    person_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    content_root TEXT NOT NULL CHECK (length(content_root) = 64),
    manifest TEXT NOT NULL,
    statement TEXT NOT NULL,
    signature TEXT NOT NULL CHECK (length(signature) = 88),
    nonce TEXT,
    refers_to TEXT,
    ledger_size BIGINT NOT NULL CHECK (ledger_size >= 0),
    at TIMESTAMP NOT NULL,
    UNIQUE (agency_id, id),
    UNIQUE (agency_id, nonce),
    UNIQUE (agency_id, refers_to),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, key_id) REFERENCES signing_keys (agency_id, id),
    FOREIGN KEY (agency_id, refers_to) REFERENCES signed_statements (agency_id, id),
    CHECK ((act = 'rut-chu-ky') = (refers_to IS NOT NULL))
);
CREATE INDEX signed_statements_version ON signed_statements (agency_id, version_id, at);
CREATE INDEX signed_statements_person ON signed_statements (agency_id, person_id);
CREATE INDEX signed_statements_key ON signed_statements (agency_id, key_id);
