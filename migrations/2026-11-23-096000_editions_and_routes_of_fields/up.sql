-- A route for one field (lĩnh vực) of a kind; the empty field is the route of the whole kind.
CREATE TABLE routes_of_fields (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    field TEXT NOT NULL,
    stage_no BIGINT NOT NULL CHECK (stage_no > 0),
    meaning TEXT NOT NULL CHECK (meaning IN ('review', 'approve')),
    needs TEXT NOT NULL CHECK (needs IN ('any', 'all')),
    position_id TEXT NOT NULL,
    days BIGINT CHECK (days BETWEEN 1 AND 60),
    UNIQUE (agency_id, kind, field, stage_no, position_id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id)
);
INSERT INTO routes_of_fields (id, agency_id, kind, field, stage_no, meaning, needs, position_id, days)
    SELECT id, agency_id, kind, '', stage_no, meaning, needs, position_id, days FROM routes;
DROP TABLE routes;
ALTER TABLE routes_of_fields RENAME TO routes;
CREATE INDEX routes_position ON routes (agency_id, position_id);

-- An edition: the documents that one decision issues together, in force from one day.
CREATE TABLE editions (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    number BIGINT NOT NULL CHECK (number > 0),
    title TEXT NOT NULL CHECK (title <> ''),
    -- Empty until the registry has given the decision its number.
    decision_no TEXT NOT NULL,
    decided_on DATE,
    effective_from DATE NOT NULL,
    position_id TEXT NOT NULL,
    -- As it is printed above the signature.
    position_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'issued', 'cancelled')),
    opened_by TEXT NOT NULL,
    opened_by_name TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    signer_id TEXT,
    signer_name TEXT NOT NULL,
    -- The decision by which the signer acted for the holder of the position.
    signer_decision_no TEXT CHECK (signer_decision_no <> ''),
    issued_at TIMESTAMP,
    reason TEXT NOT NULL,
    row_version BIGINT NOT NULL,
    UNIQUE (agency_id, number),
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id),
    FOREIGN KEY (agency_id, opened_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, signer_id) REFERENCES persons (agency_id, id),
    CHECK (decided_on IS NULL OR effective_from >= decided_on),
    CHECK ((state = 'issued') = (issued_at IS NOT NULL)),
    CHECK ((state = 'issued') = (signer_id IS NOT NULL)),
    CHECK ((state = 'cancelled') = (reason <> '')),
    CHECK (state <> 'issued' OR (decision_no <> '' AND decided_on IS NOT NULL AND signer_name <> ''))
);
CREATE INDEX editions_position ON editions (agency_id, position_id);
CREATE INDEX editions_opened_by ON editions (agency_id, opened_by);
CREATE INDEX editions_signer ON editions (agency_id, signer_id);
CREATE UNIQUE INDEX editions_decision ON editions (agency_id, decision_no, decided_on) WHERE state = 'issued';

-- Which versions were put into an edition, in which round and with which text, and what became of each in it.
CREATE TABLE edition_members (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    edition_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'returned', 'recalled', 'taken_out', 'dissolved')),
    added_by TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    FOREIGN KEY (agency_id, edition_id) REFERENCES editions (agency_id, id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (version_id, round) REFERENCES version_rounds (version_id, round),
    FOREIGN KEY (agency_id, added_by) REFERENCES persons (agency_id, id),
    CHECK ((state = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX edition_members_edition ON edition_members (agency_id, edition_id);
CREATE INDEX edition_members_version ON edition_members (agency_id, version_id);
CREATE INDEX edition_members_round ON edition_members (version_id, round);
CREATE INDEX edition_members_added_by ON edition_members (agency_id, added_by);
-- A version is in one edition at most.
CREATE UNIQUE INDEX edition_members_one ON edition_members (version_id) WHERE state IN ('waiting', 'approved');
