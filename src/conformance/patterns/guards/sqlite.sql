-- What a draft was opened on stays as it was.
DROP TRIGGER IF EXISTS amendments_no_update;
CREATE TRIGGER amendments_no_update BEFORE UPDATE ON amendments
BEGIN SELECT RAISE(ABORT, 'amendments is only ever added to'); END;
DROP TRIGGER IF EXISTS amendments_no_delete;
CREATE TRIGGER amendments_no_delete BEFORE DELETE ON amendments
BEGIN SELECT RAISE(ABORT, 'amendments is only ever added to'); END;
