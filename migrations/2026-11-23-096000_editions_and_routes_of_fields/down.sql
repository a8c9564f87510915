DROP TABLE edition_members;
DROP TABLE editions;
-- Routes of single fields have no place in the old table.
DELETE FROM routes WHERE field <> '';
CREATE TABLE routes_of_kinds (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    stage_no BIGINT NOT NULL CHECK (stage_no > 0),
    meaning TEXT NOT NULL CHECK (meaning IN ('review', 'approve')),
    needs TEXT NOT NULL CHECK (needs IN ('any', 'all')),
    position_id TEXT NOT NULL,
    days BIGINT CHECK (days BETWEEN 1 AND 60),
    UNIQUE (agency_id, kind, stage_no, position_id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id)
);
INSERT INTO routes_of_kinds (id, agency_id, kind, stage_no, meaning, needs, position_id, days)
    SELECT id, agency_id, kind, stage_no, meaning, needs, position_id, days FROM routes;
DROP TABLE routes;
ALTER TABLE routes_of_kinds RENAME TO routes;
CREATE INDEX routes_position ON routes (agency_id, position_id);
