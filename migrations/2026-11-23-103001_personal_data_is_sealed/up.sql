-- Citizens' data: sealed with the key of their case, which is kept outside this database. What a value was is bound by its
-- commitment, which stays when the value is erased.
CREATE TABLE personal_data (
    subject_id TEXT NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    -- a column of the applicant, or `form.` and the id of a filled form
    field TEXT NOT NULL CHECK (length(field) > 0),
    -- the case that it belongs to; none for a form outside of cases
    case_id TEXT,
    -- both sealed, hexadecimal; both gone after an erasure
    salt TEXT,
    ciphertext TEXT,
    commitment TEXT NOT NULL CHECK (length(commitment) = 64),
    PRIMARY KEY (subject_id, field),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id),
    CHECK (case_id IS NULL OR case_id = subject_id),
    CHECK ((salt IS NULL) = (ciphertext IS NULL))
);
CREATE INDEX personal_data_case ON personal_data (agency_id, case_id);
-- By which words a case is found: keyed hashes of folded words, from which no word can be told without the key.
CREATE TABLE personal_words (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    token TEXT NOT NULL CHECK (length(token) = 32),
    subject_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, token, subject_id)
);
CREATE INDEX personal_words_subject ON personal_words (agency_id, subject_id);
-- Who saw whose data, when and what for: a row for each case that was opened.
CREATE TABLE personal_accesses (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    person_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('list', 'page', 'shown', 'receipt', 'form', 'export', 'request')),
    reason TEXT CHECK (reason IN ('audit', 'complaint', 'request', 'incident')),
    request_no BIGINT,
    fields TEXT NOT NULL,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX personal_accesses_subject ON personal_accesses (agency_id, subject_id, at);
CREATE INDEX personal_accesses_person ON personal_accesses (agency_id, person_id, at);
-- What was erased by whom, on what basis: one proposes, another approves.
CREATE TABLE personal_erasures (
    subject_id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    request_no BIGINT,
    basis TEXT NOT NULL CHECK (length(basis) > 0),
    proposed_by TEXT NOT NULL,
    erased_by TEXT NOT NULL,
    erased_at TIMESTAMP NOT NULL,
    FOREIGN KEY (agency_id, proposed_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, erased_by) REFERENCES persons (agency_id, id),
    CHECK (proposed_by <> erased_by)
);
CREATE INDEX personal_erasures_proposed ON personal_erasures (agency_id, proposed_by);
CREATE INDEX personal_erasures_erased ON personal_erasures (agency_id, erased_by);

-- One more access role: the data protection officer. A CHECK is changed by making the table anew.
CREATE TABLE access_grants_new (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    access_role TEXT NOT NULL CHECK (access_role IN
        ('administrator', 'chair', 'committee', 'official', 'desk', 'auditor', 'leader', 'data_officer')),
    granted_at TIMESTAMP NOT NULL,
    granted_by TEXT NOT NULL,
    revoked_at TIMESTAMP,
    revoked_by TEXT,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
INSERT INTO access_grants_new (id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by)
    SELECT id, agency_id, person_id, access_role, granted_at, granted_by, revoked_at, revoked_by FROM access_grants;
DROP TABLE access_grants;
ALTER TABLE access_grants_new RENAME TO access_grants;
CREATE INDEX access_grants_person ON access_grants (agency_id, person_id);
CREATE UNIQUE INDEX access_grants_one ON access_grants (person_id, access_role) WHERE revoked_at IS NULL;
