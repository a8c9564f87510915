-- Requests that changed something, by the hash of their key: one that arrives again is answered as before. Kept for a day.
CREATE TABLE request_keys (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    -- of the person and the key
    key_sha256 TEXT NOT NULL CHECK (length(key_sha256) = 64),
    -- of the address and everything that the form said
    body_sha256 TEXT NOT NULL CHECK (length(body_sha256) = 64),
    -- which of the tries with this key did it
    claimed_by TEXT NOT NULL,
    claimed_at TIMESTAMP NOT NULL,
    -- what was answered, sealed with the key itself, which is not kept here
    answer TEXT,
    PRIMARY KEY (agency_id, key_sha256)
);
CREATE INDEX request_keys_claimed_at ON request_keys (claimed_at);
