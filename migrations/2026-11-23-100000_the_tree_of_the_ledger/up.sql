-- The tree of the ledger (RFC 6962): one leaf for each entry, the exact bytes that were hashed. Entry n is leaf n - 1.
-- No foreign key to agencies: the log of checkpoints of the whole deployment stands here too, under no agency.
CREATE TABLE ledger_leaves (
    agency_id TEXT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 0),
    bytes TEXT NOT NULL,
    leaf_hash TEXT NOT NULL CHECK (length(leaf_hash) = 64),
    PRIMARY KEY (agency_id, seq)
);
-- Hashes above the leaves, at the places of Go's checksum database; those of level 0 are the leaves'.
CREATE TABLE ledger_nodes (
    agency_id TEXT NOT NULL,
    idx BIGINT NOT NULL CHECK (idx > 0),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (agency_id, idx)
);
-- Signed checkpoints: the note is a C2SP signed note of a tlog-checkpoint.
CREATE TABLE ledger_checkpoints (
    agency_id TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    root TEXT NOT NULL CHECK (length(root) = 64),
    note TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (agency_id, size)
);
