-- Under which name another party (OpenID Connect) knows a person of the office. Nobody is known to it who is not linked here.
CREATE TABLE oidc_links (
    id TEXT PRIMARY KEY NOT NULL,
    agency_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    issuer TEXT NOT NULL CHECK (issuer <> ''),
    subject TEXT NOT NULL CHECK (subject <> ''),
    linked_at TIMESTAMP NOT NULL,
    linked_by TEXT NOT NULL,
    removed_at TIMESTAMP,
    removed_by TEXT,
    FOREIGN KEY (agency_id, person_id) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, linked_by) REFERENCES persons (agency_id, id),
    FOREIGN KEY (agency_id, removed_by) REFERENCES persons (agency_id, id),
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX oidc_links_subject ON oidc_links (issuer, subject) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX oidc_links_own ON oidc_links (agency_id, person_id, issuer) WHERE removed_at IS NULL;
CREATE INDEX oidc_links_person ON oidc_links (agency_id, person_id);
CREATE INDEX oidc_links_linked ON oidc_links (agency_id, linked_by);
CREATE INDEX oidc_links_removed ON oidc_links (agency_id, removed_by);
-- A second factor may be awaited after the other party let somebody in, as after the password.
ALTER TABLE half_sign_ins ADD COLUMN is_oidc BOOLEAN NOT NULL DEFAULT FALSE;
