ALTER TABLE version_search DROP COLUMN code;
ALTER TABLE version_search DROP COLUMN stage;
UPDATE version_search SET scheme = 0;
