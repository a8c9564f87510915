-- Working days in which each stage of a route is to be signed; none means no deadline.
ALTER TABLE routes ADD COLUMN days BIGINT CHECK (days BETWEEN 1 AND 60);
ALTER TABLE version_stages ADD COLUMN days BIGINT CHECK (days BETWEEN 1 AND 60);
