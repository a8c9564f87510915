DROP TRIGGER IF EXISTS signed_statements_no_update;
CREATE TRIGGER signed_statements_no_update BEFORE UPDATE ON signed_statements
BEGIN SELECT RAISE(ABORT, 'signed_statements is only ever added to'); END;
DROP TRIGGER IF EXISTS signed_statements_no_delete;
CREATE TRIGGER signed_statements_no_delete BEFORE DELETE ON signed_statements
BEGIN SELECT RAISE(ABORT, 'signed_statements is only ever added to'); END;
