-- Agencies: every other row belongs to one.
CREATE TABLE agencies (
    id TEXT PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    case_prefix TEXT NOT NULL UNIQUE,
    parent_id TEXT REFERENCES agencies (id)
);
CREATE INDEX agencies_parent ON agencies (parent_id);

-- The ledger: one entry for each change, numbered without gaps in each agency.
CREATE TABLE ledger (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    seq BIGINT NOT NULL CHECK (seq > 0),
    at TIMESTAMP NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('person', 'stranger', 'house')),
    actor_id TEXT,
    act TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (agency_id, seq),
    CHECK ((actor_kind = 'person') = (actor_id IS NOT NULL))
);
CREATE INDEX ledger_object ON ledger (agency_id, object_kind, object_id);
CREATE TABLE ledger_pen (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    taken BIGINT NOT NULL
);
INSERT INTO ledger_pen (id, taken) VALUES (1, 0);

-- Running numbers (case codes), allocated inside the change that uses them.
CREATE TABLE counters (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    name TEXT NOT NULL,
    value BIGINT NOT NULL CHECK (value >= 0),
    PRIMARY KEY (agency_id, name)
);

-- People.
CREATE TABLE persons (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    username TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    password_hash TEXT,
    active BOOLEAN NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('vi', 'en')),
    created_at TIMESTAMP NOT NULL,
    row_version BIGINT NOT NULL,
    UNIQUE (agency_id, id)
);
CREATE TABLE access_grants (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN
        ('administrator', 'chair', 'committee', 'official', 'desk', 'auditor', 'leader')),
    granted_at TIMESTAMP NOT NULL,
    granted_by TEXT NOT NULL,
    revoked_at TIMESTAMP,
    revoked_by TEXT,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE INDEX access_grants_person ON access_grants (agency_id, person_id);
CREATE UNIQUE INDEX access_grants_one ON access_grants (person_id, access_role) WHERE revoked_at IS NULL;
CREATE TABLE positions (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    unit TEXT NOT NULL,
    UNIQUE (agency_id, code),
    UNIQUE (agency_id, id)
);
CREATE TABLE position_holders (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    position_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    decision_no TEXT NOT NULL,
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX position_holders_position ON position_holders (agency_id, position_id);
CREATE INDEX position_holders_person ON position_holders (agency_id, person_id);
CREATE TABLE sessions (
    token_sha256 TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX sessions_person ON sessions (agency_id, person_id);
CREATE TABLE one_time_codes (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    person_id TEXT,
    code_sha256 TEXT NOT NULL UNIQUE,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX one_time_codes_person ON one_time_codes (agency_id, person_id);
CREATE TABLE sign_in_failures (
    id TEXT PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_failures_username ON sign_in_failures (username, at);

-- The working calendar: days that differ from the week.
CREATE TABLE holidays (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    day DATE NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('day_off', 'make_up_day')),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    PRIMARY KEY (agency_id, day)
);

-- Documents under control and their versions.
CREATE TABLE documents (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('quality_policy', 'quality_objectives', 'manual', 'system_procedure',
        'work_procedure', 'work_instruction', 'form')),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (agency_id, code),
    UNIQUE (agency_id, id)
);
CREATE TABLE versions (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    stage TEXT NOT NULL CHECK (stage IN ('draft', 'in_review', 'in_approval', 'approved', 'effective', 'superseded',
        'withdrawn', 'cancelled')),
    round BIGINT NOT NULL CHECK (round >= 0),
    title TEXT NOT NULL,
    title_en TEXT NOT NULL,
    field TEXT NOT NULL,
    search TEXT NOT NULL,
    source TEXT NOT NULL,
    content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    row_version BIGINT NOT NULL,
    planned_from DATE,
    effective_from DATE,
    effective_to DATE,
    UNIQUE (document_id, number),
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, author_id) REFERENCES persons (agency_id, id),
    CHECK ((stage IN ('effective', 'superseded', 'withdrawn')) = (effective_from IS NOT NULL)),
    CHECK ((stage IN ('superseded', 'withdrawn')) = (effective_to IS NOT NULL)),
    CHECK (effective_to IS NULL OR effective_to >= effective_from),
    CHECK (stage <> 'approved' OR planned_from IS NOT NULL)
);
CREATE INDEX versions_document ON versions (agency_id, document_id, number);
CREATE INDEX versions_stage ON versions (agency_id, stage);
CREATE INDEX versions_author ON versions (agency_id, author_id);
CREATE UNIQUE INDEX versions_one_open ON versions (document_id) WHERE stage IN ('draft', 'in_review', 'in_approval');
CREATE UNIQUE INDEX versions_one_effective ON versions (document_id) WHERE stage = 'effective';
-- Whoever wrote any byte of a version: they may not sign it.
CREATE TABLE version_writers (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    last_at TIMESTAMP NOT NULL,
    PRIMARY KEY (version_id, person_id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX version_writers_version ON version_writers (agency_id, version_id);
CREATE INDEX version_writers_person ON version_writers (agency_id, person_id);
-- Rebuilt from the text of a version: which roles have a step in it.
CREATE TABLE version_roles (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    role_code TEXT NOT NULL,
    PRIMARY KEY (version_id, role_code),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id)
);
CREATE INDEX version_roles_role ON version_roles (agency_id, role_code);
CREATE INDEX version_roles_version ON version_roles (agency_id, version_id);
-- Each round of review and approval keeps the text that it was about.
CREATE TABLE version_rounds (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL CHECK (round > 0),
    source TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    submitted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (version_id, round),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id)
);
CREATE INDEX version_rounds_version ON version_rounds (agency_id, version_id);
-- The route of a kind: stages in order, each one or more positions, any of them or all of them.
CREATE TABLE routes (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    stage_no BIGINT NOT NULL CHECK (stage_no > 0),
    meaning TEXT NOT NULL CHECK (meaning IN ('review', 'approve')),
    needs TEXT NOT NULL CHECK (needs IN ('any', 'all')),
    position_id TEXT NOT NULL,
    UNIQUE (agency_id, kind, stage_no, position_id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id)
);
CREATE INDEX routes_position ON routes (agency_id, position_id);
-- The route as it stood when the version was submitted.
CREATE TABLE version_stages (
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    stage_no BIGINT NOT NULL,
    meaning TEXT NOT NULL CHECK (meaning IN ('review', 'approve')),
    needs TEXT NOT NULL CHECK (needs IN ('any', 'all')),
    position_id TEXT NOT NULL,
    position_name TEXT NOT NULL,
    PRIMARY KEY (version_id, round, stage_no, position_id),
    FOREIGN KEY (version_id, round) REFERENCES version_rounds (version_id, round),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id)
);
CREATE INDEX version_stages_position ON version_stages (agency_id, position_id);
CREATE INDEX version_stages_version ON version_stages (agency_id, version_id);
CREATE TABLE signatures (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    stage_no BIGINT NOT NULL,
    position_id TEXT NOT NULL,
    position_name TEXT NOT NULL,
    meaning TEXT NOT NULL CHECK (meaning IN ('review', 'approve')),
    verdict TEXT NOT NULL CHECK (verdict IN ('signed', 'returned')),
    reason TEXT,
    content_sha256 TEXT NOT NULL,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    UNIQUE (version_id, round, stage_no, position_id),
    FOREIGN KEY (version_id, round, stage_no, position_id)
        REFERENCES version_stages (version_id, round, stage_no, position_id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((verdict = 'returned') = (reason IS NOT NULL))
);
CREATE INDEX signatures_version ON signatures (agency_id, version_id);
CREATE INDEX signatures_person ON signatures (agency_id, person_id);
-- The history of a version: who did what, in which round, on which content.
CREATE TABLE version_acts (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    round BIGINT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('created', 'submitted', 'recalled', 'returned', 'reviewed', 'approved',
        'made_effective', 'superseded', 'withdrawn', 'cancelled')),
    person_id TEXT,
    person_name TEXT NOT NULL,
    reason TEXT,
    content_sha256 TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX version_acts_version ON version_acts (agency_id, version_id, at);
CREATE INDEX version_acts_person ON version_acts (agency_id, person_id);
-- Files attached to versions, kept outside the database under their content hash.
CREATE TABLE attached_files (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (agency_id, sha256)
);

-- Roles of steps and who is assigned to them.
CREATE TABLE roles (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    unit TEXT NOT NULL,
    external BOOLEAN NOT NULL,
    UNIQUE (agency_id, code),
    UNIQUE (agency_id, id)
);
CREATE TABLE assignments (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    document_id TEXT,
    position_id TEXT,
    person_id TEXT,
    valid_from DATE NOT NULL,
    valid_to DATE,
    decision_no TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    ended_by TEXT,
    ended_at TIMESTAMP,
    end_decision_no TEXT,
    FOREIGN KEY (agency_id, role_id) REFERENCES roles (agency_id, id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((position_id IS NULL) <> (person_id IS NULL)),
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX assignments_role ON assignments (agency_id, role_id);
CREATE INDEX assignments_document ON assignments (agency_id, document_id);
CREATE INDEX assignments_position ON assignments (agency_id, position_id);
CREATE INDEX assignments_person ON assignments (agency_id, person_id);

-- Cases: what was done is only ever added; the columns after the line are rebuilt from it at each event.
CREATE TABLE cases (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    duration_code TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    promised_at TIMESTAMP,
    received_by TEXT NOT NULL,
    -- rebuilt
    due_at TIMESTAMP,
    last_seq BIGINT NOT NULL,
    ended TEXT CHECK (ended IN ('completed', 'refused', 'withdrawn', 'stopped')),
    ended_at TIMESTAMP,
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    FOREIGN KEY (agency_id, received_by) REFERENCES persons (agency_id, id),
    CHECK ((ended IS NULL) = (ended_at IS NULL))
);
CREATE INDEX cases_document ON cases (agency_id, document_id, received_at);
CREATE INDEX cases_version ON cases (agency_id, version_id);
CREATE INDEX cases_received ON cases (agency_id, received_at);
CREATE INDEX cases_due ON cases (agency_id, ended, due_at);
CREATE INDEX cases_received_by ON cases (agency_id, received_by);
-- Who asked: personal data, apart from the rest.
CREATE TABLE case_applicants (
    case_id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    full_name TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX case_applicants_case ON case_applicants (agency_id, case_id);
CREATE TABLE case_events (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    kind TEXT NOT NULL CHECK (kind IN ('step', 'end')),
    step_code TEXT,
    outcome TEXT,
    note TEXT NOT NULL,
    outputs TEXT NOT NULL,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    position_name TEXT NOT NULL,
    version_id TEXT NOT NULL,
    done_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    off_workflow BOOLEAN NOT NULL,
    reason TEXT,
    UNIQUE (case_id, seq),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, recorded_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, version_id) REFERENCES versions (agency_id, id),
    CHECK ((kind = 'step') = (step_code IS NOT NULL)),
    CHECK (NOT off_workflow OR reason IS NOT NULL)
);
CREATE INDEX case_events_case ON case_events (agency_id, case_id, seq);
CREATE INDEX case_events_person ON case_events (agency_id, person_id, done_at);
CREATE INDEX case_events_recorded_by ON case_events (agency_id, recorded_by);
CREATE INDEX case_events_version ON case_events (agency_id, version_id);
-- The checklist of papers: one row for each paper that was handed in, at which event (0 = intake).
CREATE TABLE case_papers (
    case_id TEXT NOT NULL,
    agency_id TEXT NOT NULL,
    paper_no BIGINT NOT NULL CHECK (paper_no > 0),
    at_seq BIGINT NOT NULL CHECK (at_seq >= 0),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, paper_no),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX case_papers_case ON case_papers (agency_id, case_id);
-- Rebuilt at each event: the steps that a case waits for.
CREATE TABLE case_waiting (
    case_id TEXT NOT NULL,
    agency_id TEXT NOT NULL,
    step_code TEXT NOT NULL,
    step_name TEXT NOT NULL,
    role_code TEXT NOT NULL,
    since TIMESTAMP NOT NULL,
    due_at TIMESTAMP,
    PRIMARY KEY (case_id, step_code, role_code),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX case_waiting_role ON case_waiting (agency_id, role_code, due_at);
CREATE INDEX case_waiting_case ON case_waiting (agency_id, case_id);
