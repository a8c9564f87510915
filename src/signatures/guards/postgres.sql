DROP TRIGGER IF EXISTS signed_statements_no_change ON signed_statements;
CREATE TRIGGER signed_statements_no_change BEFORE UPDATE OR DELETE ON signed_statements
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS signed_statements_no_truncate ON signed_statements;
CREATE TRIGGER signed_statements_no_truncate BEFORE TRUNCATE ON signed_statements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
