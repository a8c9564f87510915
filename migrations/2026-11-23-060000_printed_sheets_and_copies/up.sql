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
