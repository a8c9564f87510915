-- Logs of other systems that an auditor holds against a version or a Petri net; the files are kept by their hash.
CREATE TABLE event_logs (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    name TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    version_id TEXT,
    net_sha256 TEXT,
    net_name TEXT NOT NULL,
    -- TOML: how the log is read
    map TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('mapping', 'running', 'done', 'failed', 'cancelled')),
    -- JSON: the figures when it is done, what was wrong when it failed
    result TEXT NOT NULL,
    report_sha256 TEXT,
    findings_sha256 TEXT,
    added_by TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    judged_at TIMESTAMP,
    row_version BIGINT NOT NULL,
    UNIQUE (agency_id, number),
    FOREIGN KEY (agency_id, file_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, net_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, report_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, findings_sha256) REFERENCES attached_files (agency_id, sha256),
    FOREIGN KEY (agency_id, added_by) REFERENCES persons (agency_id, id),
    CHECK ((version_id IS NULL) <> (net_sha256 IS NULL)),
    CHECK ((state = 'done') = (report_sha256 IS NOT NULL)),
    CHECK ((state = 'done') = (findings_sha256 IS NOT NULL)),
    CHECK ((state = 'done') = (judged_at IS NOT NULL))
);
CREATE INDEX event_logs_file ON event_logs (agency_id, file_sha256);
CREATE INDEX event_logs_version ON event_logs (agency_id, version_id);
CREATE INDEX event_logs_net ON event_logs (agency_id, net_sha256);
CREATE INDEX event_logs_report ON event_logs (agency_id, report_sha256);
CREATE INDEX event_logs_findings ON event_logs (agency_id, findings_sha256);
CREATE INDEX event_logs_person ON event_logs (agency_id, added_by);

-- Maps that were saved under a name, to read the next log of the same system.
CREATE TABLE log_maps (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    name TEXT NOT NULL,
    map TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_by_name TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    UNIQUE (agency_id, name),
    FOREIGN KEY (agency_id, saved_by) REFERENCES persons (agency_id, id)
);
CREATE INDEX log_maps_person ON log_maps (agency_id, saved_by);
