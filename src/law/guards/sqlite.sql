-- A change of law and what was done about it are only ever added; a change may be cancelled once, with its reason.
DROP TRIGGER IF EXISTS external_documents_no_delete;
CREATE TRIGGER external_documents_no_delete BEFORE DELETE ON external_documents
BEGIN SELECT RAISE(ABORT, 'the register is only ever added to'); END;
DROP TRIGGER IF EXISTS external_documents_fixed;
CREATE TRIGGER external_documents_fixed BEFORE UPDATE ON external_documents
WHEN NEW.id IS NOT OLD.id OR NEW.agency_id IS NOT OLD.agency_id OR NEW.number IS NOT OLD.number
    OR NEW.added_by IS NOT OLD.added_by OR NEW.added_at IS NOT OLD.added_at OR NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'the number of an external document and who added it never change'); END;
DROP TRIGGER IF EXISTS law_changes_no_delete;
CREATE TRIGGER law_changes_no_delete BEFORE DELETE ON law_changes
BEGIN SELECT RAISE(ABORT, 'law_changes is only ever added to'); END;
DROP TRIGGER IF EXISTS law_changes_only_cancelled;
CREATE TRIGGER law_changes_only_cancelled BEFORE UPDATE ON law_changes
WHEN OLD.cancelled_at IS NOT NULL OR NEW.cancelled_at IS NULL OR NEW.id IS NOT OLD.id
    OR NEW.agency_id IS NOT OLD.agency_id OR NEW.number IS NOT OLD.number OR NEW.old_id IS NOT OLD.old_id
    OR NEW.kind IS NOT OLD.kind OR NEW.new_id IS NOT OLD.new_id OR NEW.effective_on IS NOT OLD.effective_on
    OR NEW.due_on IS NOT OLD.due_on OR NEW.note IS NOT OLD.note OR NEW.registered_by IS NOT OLD.registered_by
    OR NEW.registered_by_name IS NOT OLD.registered_by_name OR NEW.registered_at IS NOT OLD.registered_at
BEGIN SELECT RAISE(ABORT, 'a change of law stays as it was registered; it may only be cancelled, once'); END;
DROP TRIGGER IF EXISTS law_tasks_no_update;
CREATE TRIGGER law_tasks_no_update BEFORE UPDATE ON law_tasks
BEGIN SELECT RAISE(ABORT, 'law_tasks is only ever added to'); END;
DROP TRIGGER IF EXISTS law_tasks_no_delete;
CREATE TRIGGER law_tasks_no_delete BEFORE DELETE ON law_tasks
BEGIN SELECT RAISE(ABORT, 'law_tasks is only ever added to'); END;
DROP TRIGGER IF EXISTS law_tasks_of_standing;
CREATE TRIGGER law_tasks_of_standing BEFORE INSERT ON law_tasks
WHEN EXISTS (SELECT 1 FROM law_changes WHERE id = NEW.change_id AND cancelled_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a cancelled change takes no tasks'); END;
DROP TRIGGER IF EXISTS law_task_acts_no_update;
CREATE TRIGGER law_task_acts_no_update BEFORE UPDATE ON law_task_acts
BEGIN SELECT RAISE(ABORT, 'law_task_acts is only ever added to'); END;
DROP TRIGGER IF EXISTS law_task_acts_no_delete;
CREATE TRIGGER law_task_acts_no_delete BEFORE DELETE ON law_task_acts
BEGIN SELECT RAISE(ABORT, 'law_task_acts is only ever added to'); END;
