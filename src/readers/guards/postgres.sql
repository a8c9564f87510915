-- That somebody has read a version, or was reminded to, is only ever added.
DROP TRIGGER IF EXISTS acknowledgements_no_change ON acknowledgements;
CREATE TRIGGER acknowledgements_no_change BEFORE UPDATE OR DELETE ON acknowledgements
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS acknowledgements_no_truncate ON acknowledgements;
CREATE TRIGGER acknowledgements_no_truncate BEFORE TRUNCATE ON acknowledgements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS reading_reminders_no_change ON reading_reminders;
CREATE TRIGGER reading_reminders_no_change BEFORE UPDATE OR DELETE ON reading_reminders
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS reading_reminders_no_truncate ON reading_reminders;
CREATE TRIGGER reading_reminders_no_truncate BEFORE TRUNCATE ON reading_reminders
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
