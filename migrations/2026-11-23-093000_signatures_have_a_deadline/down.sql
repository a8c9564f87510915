ALTER TABLE version_stages DROP COLUMN days;
ALTER TABLE routes DROP COLUMN days;
