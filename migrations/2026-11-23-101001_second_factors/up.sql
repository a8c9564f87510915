-- What proves a person besides the password: codes of an app, whose secret is sealed with the key file, and passkeys.
CREATE TABLE second_factors (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('totp', 'passkey')),
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    used_at TIMESTAMP,
    removed_at TIMESTAMP,
    removed_by TEXT CHECK (removed_by IN ('own', 'administrator')),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE INDEX second_factors_person ON second_factors (agency_id, person_id);
-- Codes for when the other factors are lost: hashes only, each used once.
CREATE TABLE recovery_codes (
    code_sha256 TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX recovery_codes_person ON recovery_codes (agency_id, person_id);
-- Somebody whose password was right and whose second factor is awaited.
CREATE TABLE half_sign_ins (
    token_sha256 TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX half_sign_ins_person ON half_sign_ins (agency_id, person_id);
-- Who must have a second factor; the newest rule of an agency holds. Without one: administrators, chair and auditors.
CREATE TABLE factor_rules (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    rule TEXT NOT NULL CHECK (rule IN ('duties', 'everybody', 'nobody')),
    reason TEXT NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    FOREIGN KEY (agency_id, decided_by) REFERENCES persons (agency_id, id),
    CHECK (rule <> 'nobody' OR reason <> '')
);
CREATE INDEX factor_rules_agency ON factor_rules (agency_id, decided_by);
