-- A passkey that checks its person's finger or number proves two things at once; and whoever comes by another party may
-- still be asked for the own second factor.
CREATE TABLE sessions_before AS SELECT * FROM sessions;
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
        ('password', 'password_totp', 'password_recovery', 'password_passkey', 'passkey', 'oidc', 'oidc_totp',
        'oidc_recovery', 'oidc_passkey')),
    ended_at TIMESTAMP,
    ended_why TEXT CHECK (ended_why IN ('signed_out', 'ended', 'idle', 'too_many', 'password', 'access',
        'deactivated', 'administrator', 'restored')),
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
INSERT INTO sessions (token_sha256, id, agency_id, person_id, csrf_seed, created_at, seen_at, device, address, proved_by,
    ended_at, ended_why)
SELECT token_sha256, id, agency_id, person_id, csrf_seed, created_at, seen_at, device, address, proved_by,
    ended_at, ended_why FROM sessions_before;
DROP TABLE sessions_before;
CREATE INDEX sessions_person ON sessions (agency_id, person_id);
CREATE INDEX sessions_open ON sessions (ended_at, seen_at);
