-- The administrative procedures (TTHC) that the agency carries out, as decisions publish them.
CREATE TABLE administrative_procedures (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    code TEXT NOT NULL CHECK (length(code) > 0),
    name TEXT NOT NULL CHECK (length(name) > 0),
    field TEXT NOT NULL CHECK (length(field) > 0),
    level TEXT NOT NULL CHECK (level IN ('commune', 'province', 'ministry')),
    reception TEXT NOT NULL CHECK (reception IN ('one_stop', 'linked', 'elsewhere')),
    decision_no TEXT NOT NULL,
    valid_from DATE,
    -- the first day on which it is no longer in force
    ended_from DATE,
    end_decision_no TEXT NOT NULL,
    changed_by TEXT,
    changed_by_name TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    row_version BIGINT NOT NULL CHECK (row_version > 0),
    UNIQUE (agency_id, code),
    FOREIGN KEY (agency_id, changed_by) REFERENCES persons (agency_id, id),
    CHECK (valid_from IS NULL OR ended_from IS NULL OR ended_from >= valid_from),
    CHECK (ended_from IS NOT NULL OR end_decision_no = '')
);
CREATE INDEX administrative_procedures_person ON administrative_procedures (agency_id, changed_by);

-- How a person wants to be told, and the secret address of the person's calendar.
CREATE TABLE notice_settings (
    person_id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    address TEXT NOT NULL,
    confirmed_at TIMESTAMP,
    -- of the one-time link that confirms the address
    token_sha256 TEXT UNIQUE,
    token_until TIMESTAMP,
    mode TEXT NOT NULL CHECK (mode IN ('none', 'at_once', 'daily')),
    hour BIGINT NOT NULL CHECK (hour BETWEEN 0 AND 23),
    language TEXT NOT NULL CHECK (language IN ('vi', 'en')),
    feed_sha256 TEXT UNIQUE,
    row_version BIGINT NOT NULL CHECK (row_version > 0),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK (confirmed_at IS NULL OR address <> ''),
    CHECK (confirmed_at IS NULL OR token_sha256 IS NULL),
    CHECK ((token_sha256 IS NULL) = (token_until IS NULL))
);
CREATE INDEX notice_settings_person ON notice_settings (agency_id, person_id);

-- Letters on their way and those that were sent; what a letter about notices says is decided when it is sent.
CREATE TABLE letters (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm', 'test', 'at_once', 'digest')),
    address TEXT NOT NULL CHECK (length(address) > 2),
    language TEXT NOT NULL CHECK (language IN ('vi', 'en')),
    -- of the link that confirms an address: forgotten as soon as the letter is done with
    token TEXT,
    digest_on DATE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    tries BIGINT NOT NULL CHECK (tries >= 0),
    next_try_at TIMESTAMP,
    last_error TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    done_at TIMESTAMP,
    UNIQUE (agency_id, id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((state = 'waiting') = (done_at IS NULL)),
    CHECK ((state = 'waiting') = (next_try_at IS NOT NULL)),
    CHECK (token IS NULL OR (purpose = 'confirm' AND state = 'waiting')),
    CHECK ((purpose = 'digest') = (digest_on IS NOT NULL))
);
CREATE INDEX letters_person ON letters (agency_id, person_id);
CREATE INDEX letters_due ON letters (agency_id, next_try_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX letters_one_digest_a_day ON letters (person_id, digest_on) WHERE purpose = 'digest';

-- That something became somebody's turn: told on the page at once, and in at most one letter.
CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sign', 'returned', 'read', 'review', 'law', 'step', 'escalate', 'copy')),
    -- what makes this turn this one: the same turn is never told twice
    turn TEXT NOT NULL CHECK (length(turn) > 0),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    path TEXT NOT NULL CHECK (path LIKE '/%'),
    due_on DATE,
    is_late BOOLEAN NOT NULL,
    told_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP,
    -- since when it is no longer the person's turn
    over_at TIMESTAMP,
    letter_id TEXT,
    UNIQUE (person_id, turn),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letters (agency_id, id)
);
CREATE INDEX notices_person ON notices (agency_id, person_id, id);
CREATE INDEX notices_unread ON notices (agency_id, person_id) WHERE read_at IS NULL AND over_at IS NULL;
CREATE INDEX notices_letter ON notices (agency_id, letter_id);
