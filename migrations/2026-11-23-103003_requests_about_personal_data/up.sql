-- What people ask about their personal data; who asks is sealed under the id of the request. `retention` is no request: the
-- officer proposes to erase what has been kept long enough.
CREATE TABLE data_requests (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'erasure', 'restriction', 'withdrawal', 'objection',
        'retention')),
    state TEXT NOT NULL CHECK (state IN ('received', 'taken', 'proposed', 'done', 'refused')),
    received_at TIMESTAMP NOT NULL,
    received_by TEXT NOT NULL,
    taken_at TIMESTAMP,
    answer_due_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP NOT NULL,
    extended_at TIMESTAMP,
    extension_reason TEXT,
    proposed_by TEXT,
    proposed_at TIMESTAMP,
    closed_by TEXT,
    closed_at TIMESTAMP,
    answer TEXT NOT NULL,
    basis TEXT NOT NULL,
    row_version BIGINT NOT NULL CHECK (row_version > 0),
    UNIQUE (agency_id, id),
    UNIQUE (agency_id, number),
    FOREIGN KEY (agency_id, received_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, proposed_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, closed_by) REFERENCES persons (agency_id, id),
    CHECK ((extended_at IS NULL) = (extension_reason IS NULL)),
    CHECK ((proposed_at IS NULL) = (proposed_by IS NULL)),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CHECK ((state IN ('done', 'refused')) = (closed_at IS NOT NULL)),
    CHECK (state <> 'refused' OR length(basis) > 0),
    -- two people: who proposes an erasure does not approve it
    CHECK (state <> 'done' OR kind NOT IN ('erasure', 'retention') OR closed_by <> proposed_by)
);
CREATE INDEX data_requests_state ON data_requests (agency_id, state, due_at);
CREATE INDEX data_requests_received ON data_requests (agency_id, received_by);
CREATE INDEX data_requests_proposed ON data_requests (agency_id, proposed_by);
CREATE INDEX data_requests_closed ON data_requests (agency_id, closed_by);
-- The cases that an erasure is proposed for.
CREATE TABLE data_request_cases (
    agency_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (request_id, case_id),
    FOREIGN KEY (agency_id, request_id) REFERENCES data_requests (agency_id, id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX data_request_cases_request ON data_request_cases (agency_id, request_id);
CREATE INDEX data_request_cases_case ON data_request_cases (agency_id, case_id);
