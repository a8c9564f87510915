-- Laws, decrees, circulars, decisions: documents of others that ours rest on.
CREATE TABLE external_documents (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    number BIGINT NOT NULL CHECK (number > 0),
    sign TEXT NOT NULL CHECK (length(sign) > 0),
    -- the sign without marks and in small letters: by it citations find the entry
    sign_key TEXT NOT NULL CHECK (length(sign_key) > 0),
    -- the year of issue; 0 while nobody knows it (decisions carry no year in their sign)
    year BIGINT NOT NULL CHECK (year = 0 OR year BETWEEN 1900 AND 2200),
    kind TEXT NOT NULL CHECK (kind IN ('constitution', 'code', 'law', 'ordinance', 'resolution', 'joint_resolution',
        'decree', 'decision', 'circular', 'joint_circular', 'directive', 'consolidated', 'standard', 'other')),
    title TEXT NOT NULL,
    issuer TEXT NOT NULL,
    issued_on DATE,
    effective_from DATE,
    effective_to DATE,
    link TEXT NOT NULL CHECK (link = '' OR link LIKE 'http://%' OR link LIKE 'https://%'),
    source TEXT NOT NULL,
    unconfirmed BOOLEAN NOT NULL,
    added_by TEXT,
    added_by_name TEXT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    row_version BIGINT NOT NULL CHECK (row_version > 0),
    UNIQUE (agency_id, number),
    UNIQUE (agency_id, sign_key, year),
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, added_by) REFERENCES persons (agency_id, id),
    CHECK (effective_to IS NULL OR effective_from IS NULL OR effective_to >= effective_from),
    CHECK (effective_from IS NULL OR issued_on IS NULL OR effective_from >= issued_on)
);
CREATE INDEX external_documents_person ON external_documents (agency_id, added_by);

-- One was amended or replaced by another, or ended: from that day our documents have three months to follow.
CREATE TABLE law_changes (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    old_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('amended', 'replaced', 'expired')),
    new_id TEXT,
    effective_on DATE NOT NULL,
    due_on DATE NOT NULL,
    note TEXT NOT NULL,
    registered_by TEXT,
    registered_by_name TEXT NOT NULL,
    registered_at TIMESTAMP NOT NULL,
    cancelled_by TEXT,
    cancelled_by_name TEXT,
    cancelled_at TIMESTAMP,
    cancel_reason TEXT,
    UNIQUE (agency_id, number),
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, old_id) REFERENCES external_documents (agency_id, id),
    FOREIGN KEY (agency_id, new_id) REFERENCES external_documents (agency_id, id),
    FOREIGN KEY (agency_id, registered_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, cancelled_by) REFERENCES persons (agency_id, id),
    CHECK ((kind = 'expired') = (new_id IS NULL)),
    CHECK (new_id IS NULL OR new_id <> old_id),
    CHECK (due_on > effective_on),
    CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL)),
    CHECK ((cancelled_at IS NULL) = (cancelled_by_name IS NULL)),
    CHECK (cancelled_by IS NULL OR cancelled_at IS NOT NULL)
);
CREATE INDEX law_changes_old ON law_changes (agency_id, old_id);
CREATE INDEX law_changes_new ON law_changes (agency_id, new_id);
CREATE INDEX law_changes_registered ON law_changes (agency_id, registered_by);
CREATE INDEX law_changes_cancelled ON law_changes (agency_id, cancelled_by);
CREATE UNIQUE INDEX law_changes_once ON law_changes (old_id, new_id, kind) WHERE cancelled_at IS NULL;
CREATE UNIQUE INDEX law_changes_ends_once ON law_changes (old_id) WHERE kind = 'expired' AND cancelled_at IS NULL;

-- Each document that a change touches; what was done about it is added to it.
CREATE TABLE law_tasks (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    change_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    UNIQUE (change_id, document_id),
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, change_id) REFERENCES law_changes (agency_id, id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id)
);
CREATE INDEX law_tasks_change ON law_tasks (agency_id, change_id);
CREATE INDEX law_tasks_document ON law_tasks (agency_id, document_id);
CREATE INDEX law_tasks_version ON law_tasks (agency_id, version_id);
CREATE TABLE law_task_acts (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('assigned', 'no_change', 'reopened', 'draft_opened')),
    assignee_id TEXT,
    version_id TEXT,
    reason TEXT,
    by_id TEXT,
    by_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    FOREIGN KEY (agency_id, task_id) REFERENCES law_tasks (agency_id, id),
    FOREIGN KEY (agency_id, assignee_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, by_id) REFERENCES persons (agency_id, id),
    CHECK ((act = 'assigned') = (assignee_id IS NOT NULL)),
    CHECK ((act = 'draft_opened') = (version_id IS NOT NULL)),
    CHECK ((act IN ('no_change', 'reopened')) = (reason IS NOT NULL)),
    CHECK (reason IS NULL OR length(trim(reason)) > 0)
);
CREATE INDEX law_task_acts_task ON law_task_acts (agency_id, task_id, at);
CREATE INDEX law_task_acts_assignee ON law_task_acts (agency_id, assignee_id);
CREATE INDEX law_task_acts_version ON law_task_acts (agency_id, version_id);
CREATE INDEX law_task_acts_by ON law_task_acts (agency_id, by_id);
