-- Backups and rehearsals of recovery: asked for by a person, or done by the calendar or by a command; with their results.
CREATE TABLE backup_runs (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    number BIGINT NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind IN ('backup', 'drill')),
    cause TEXT NOT NULL CHECK (cause IN ('schedule', 'person', 'command')),
    state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'failed')),
    asked_by TEXT,
    asked_by_name TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    file_name TEXT NOT NULL,
    file_sha256 TEXT CHECK (length(file_sha256) = 64),
    file_bytes BIGINT CHECK (file_bytes > 0),
    took_ms BIGINT CHECK (took_ms >= 0),
    fault TEXT NOT NULL,
    fault_text TEXT NOT NULL,
    report TEXT NOT NULL,
    report_sha256 TEXT CHECK (length(report_sha256) = 64),
    report_signature TEXT,
    figures TEXT NOT NULL,
    PRIMARY KEY (agency_id, number),
    FOREIGN KEY (agency_id, asked_by) REFERENCES persons (agency_id, id),
    CHECK ((state = 'asked') = (ended_at IS NULL)),
    CHECK ((cause = 'person') = (asked_by IS NOT NULL)),
    CHECK (state <> 'done' OR (file_sha256 IS NOT NULL AND file_bytes IS NOT NULL AND took_ms IS NOT NULL)),
    CHECK ((state = 'failed') = (fault <> '')),
    CHECK ((report = '') = (report_sha256 IS NULL)),
    CHECK (report_signature IS NULL OR report <> ''),
    CHECK (kind = 'backup' OR state <> 'done' OR report <> '')
);
CREATE INDEX backup_runs_asked_by ON backup_runs (agency_id, asked_by);
CREATE INDEX backup_runs_kind ON backup_runs (agency_id, kind, state, ended_at);
-- One of each kind is asked for at a time.
CREATE UNIQUE INDEX backup_runs_one_asked ON backup_runs (agency_id, kind) WHERE state = 'asked';
