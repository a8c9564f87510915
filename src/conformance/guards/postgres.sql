-- A table of severities stays with its office, and each change of it is counted.
CREATE OR REPLACE FUNCTION refuse_severity_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'each change of a table of severities is counted, and it is never removed';
END $$;
DROP TRIGGER IF EXISTS severity_tables_no_delete ON severity_tables;
CREATE TRIGGER severity_tables_no_delete BEFORE DELETE ON severity_tables
    FOR EACH ROW EXECUTE FUNCTION refuse_severity_change();
DROP TRIGGER IF EXISTS severity_tables_counted ON severity_tables;
CREATE TRIGGER severity_tables_counted BEFORE UPDATE ON severity_tables FOR EACH ROW
    WHEN (NEW.agency_id IS DISTINCT FROM OLD.agency_id OR NEW.row_version <> OLD.row_version + 1)
    EXECUTE FUNCTION refuse_severity_change();
DROP TRIGGER IF EXISTS severity_choices_no_update ON severity_choices;
CREATE TRIGGER severity_choices_no_update BEFORE UPDATE ON severity_choices
    FOR EACH ROW EXECUTE FUNCTION refuse_severity_change();
