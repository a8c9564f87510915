ALTER TABLE half_sign_ins DROP COLUMN is_oidc;
DROP TABLE oidc_links;
