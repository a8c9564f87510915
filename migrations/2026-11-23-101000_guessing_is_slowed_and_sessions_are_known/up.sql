-- Failed tries, counted by account, by place (account and address), by address, by known device and by confirmation.
-- Subjects are SHA-256 hashes: who tried is not known before signing in.
DROP TABLE sign_in_failures;
CREATE TABLE guess_counters (
    kind TEXT NOT NULL CHECK (kind IN ('account', 'place', 'address', 'device', 'confirm')),
    subject TEXT NOT NULL,
    failures BIGINT NOT NULL CHECK (failures >= 0),
    last_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, subject)
);
-- Devices from which a person signed in before: guessing elsewhere does not lock them out.
CREATE TABLE known_devices (
    token_sha256 TEXT NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (token_sha256, person_id),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id)
);
CREATE INDEX known_devices_person ON known_devices (agency_id, person_id);
-- Sessions are listed and ended by their people. Those of before the change end with it.
DROP TABLE sessions;
CREATE TABLE sessions (
    token_sha256 TEXT PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    csrf_seed TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    proved_by TEXT NOT NULL CHECK (proved_by IN
        ('password', 'password_totp', 'password_recovery', 'password_passkey', 'oidc')),
    ended_at TIMESTAMP,
    ended_why TEXT CHECK (ended_why IN ('signed_out', 'ended', 'idle', 'too_many', 'password', 'access',
        'deactivated', 'administrator', 'restored')),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX sessions_person ON sessions (agency_id, person_id);
CREATE INDEX sessions_open ON sessions (ended_at, seen_at);
-- A password of fewer than 15 characters holds only beside a second factor.
ALTER TABLE persons ADD COLUMN short_password BOOLEAN NOT NULL DEFAULT FALSE;
