-- What a draft was opened on stays as it was.
DROP TRIGGER IF EXISTS amendments_no_change ON amendments;
CREATE TRIGGER amendments_no_change BEFORE UPDATE OR DELETE ON amendments
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS amendments_no_truncate ON amendments;
CREATE TRIGGER amendments_no_truncate BEFORE TRUNCATE ON amendments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
