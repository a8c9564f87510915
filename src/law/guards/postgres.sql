-- A change of law and what was done about it are only ever added; a change may be cancelled once, with its reason.
DROP TRIGGER IF EXISTS external_documents_no_delete ON external_documents;
CREATE TRIGGER external_documents_no_delete BEFORE DELETE ON external_documents
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS external_documents_no_truncate ON external_documents;
CREATE TRIGGER external_documents_no_truncate BEFORE TRUNCATE ON external_documents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_changes_no_delete ON law_changes;
CREATE TRIGGER law_changes_no_delete BEFORE DELETE ON law_changes
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_changes_no_truncate ON law_changes;
CREATE TRIGGER law_changes_no_truncate BEFORE TRUNCATE ON law_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_tasks_no_delete ON law_tasks;
CREATE TRIGGER law_tasks_no_delete BEFORE DELETE ON law_tasks
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_tasks_no_truncate ON law_tasks;
CREATE TRIGGER law_tasks_no_truncate BEFORE TRUNCATE ON law_tasks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_task_acts_no_delete ON law_task_acts;
CREATE TRIGGER law_task_acts_no_delete BEFORE DELETE ON law_task_acts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_task_acts_no_truncate ON law_task_acts;
CREATE TRIGGER law_task_acts_no_truncate BEFORE TRUNCATE ON law_task_acts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_tasks_no_update ON law_tasks;
CREATE TRIGGER law_tasks_no_update BEFORE UPDATE ON law_tasks
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS law_task_acts_no_update ON law_task_acts;
CREATE TRIGGER law_task_acts_no_update BEFORE UPDATE ON law_task_acts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE FUNCTION external_document_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number OR NEW.added_by IS DISTINCT FROM OLD.added_by
    OR NEW.added_at IS DISTINCT FROM OLD.added_at OR NEW.row_version <> OLD.row_version + 1 THEN
        RAISE EXCEPTION 'the number of an external document and who added it never change';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS external_documents_fixed ON external_documents;
CREATE TRIGGER external_documents_fixed BEFORE UPDATE ON external_documents
    FOR EACH ROW EXECUTE FUNCTION external_document_is_fixed();

CREATE OR REPLACE FUNCTION law_change_is_only_cancelled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.cancelled_at IS NOT NULL OR NEW.cancelled_at IS NULL OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.old_id IS DISTINCT FROM OLD.old_id OR NEW.kind IS DISTINCT FROM OLD.kind
    OR NEW.new_id IS DISTINCT FROM OLD.new_id OR NEW.effective_on IS DISTINCT FROM OLD.effective_on
    OR NEW.due_on IS DISTINCT FROM OLD.due_on OR NEW.note IS DISTINCT FROM OLD.note
    OR NEW.registered_by IS DISTINCT FROM OLD.registered_by
    OR NEW.registered_by_name IS DISTINCT FROM OLD.registered_by_name
    OR NEW.registered_at IS DISTINCT FROM OLD.registered_at THEN
        RAISE EXCEPTION 'a change of law stays as it was registered; it may only be cancelled, once';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS law_changes_only_cancelled ON law_changes;
CREATE TRIGGER law_changes_only_cancelled BEFORE UPDATE ON law_changes
    FOR EACH ROW EXECUTE FUNCTION law_change_is_only_cancelled();

CREATE OR REPLACE FUNCTION law_task_is_of_standing_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM law_changes WHERE id = NEW.change_id AND cancelled_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a cancelled change takes no tasks';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS law_tasks_of_standing ON law_tasks;
CREATE TRIGGER law_tasks_of_standing BEFORE INSERT ON law_tasks
    FOR EACH ROW EXECUTE FUNCTION law_task_is_of_standing_change();
