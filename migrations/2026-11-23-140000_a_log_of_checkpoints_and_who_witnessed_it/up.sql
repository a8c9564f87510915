-- Who outside saw which checkpoint, and when: one line (C2SP tlog-cosignature) for each witness and checkpoint.
CREATE TABLE ledger_cosignatures (
    agency_id TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (agency_id, size, witness, at),
    FOREIGN KEY (agency_id, size) REFERENCES ledger_checkpoints (agency_id, size)
);
