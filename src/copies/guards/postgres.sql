-- A copy begins as one that is out, ends once, and is never deleted: whoever writes.
CREATE OR REPLACE FUNCTION copy_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'out' THEN
        RAISE EXCEPTION 'a copy begins as one that is out';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS document_copies_new ON document_copies;
CREATE TRIGGER document_copies_new BEFORE INSERT ON document_copies
    FOR EACH ROW EXECUTE FUNCTION copy_begins();
CREATE OR REPLACE FUNCTION copy_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'out' OR NEW.state = 'out'
        OR NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
        OR NEW.document_id IS DISTINCT FROM OLD.document_id OR NEW.version_id IS DISTINCT FROM OLD.version_id
        OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.number IS DISTINCT FROM OLD.number
        OR NEW.holder IS DISTINCT FROM OLD.holder OR NEW.place IS DISTINCT FROM OLD.place
        OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.position_id IS DISTINCT FROM OLD.position_id
        OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.issued_by IS DISTINCT FROM OLD.issued_by
        OR NEW.issued_by_name IS DISTINCT FROM OLD.issued_by_name THEN
        RAISE EXCEPTION 'a copy ends once, and nothing else of it changes';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS document_copies_fixed ON document_copies;
CREATE TRIGGER document_copies_fixed BEFORE UPDATE ON document_copies
    FOR EACH ROW EXECUTE FUNCTION copy_ends_once();
DROP TRIGGER IF EXISTS document_copies_no_delete ON document_copies;
CREATE TRIGGER document_copies_no_delete BEFORE DELETE ON document_copies
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS document_copies_no_truncate ON document_copies;
CREATE TRIGGER document_copies_no_truncate BEFORE TRUNCATE ON document_copies
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
