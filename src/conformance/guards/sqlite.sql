-- A table of severities stays with its office, and each change of it is counted.
DROP TRIGGER IF EXISTS severity_tables_no_delete;
CREATE TRIGGER severity_tables_no_delete BEFORE DELETE ON severity_tables
BEGIN SELECT RAISE(ABORT, 'a table of severities is changed, never removed'); END;
DROP TRIGGER IF EXISTS severity_tables_counted;
CREATE TRIGGER severity_tables_counted BEFORE UPDATE ON severity_tables
WHEN NEW.agency_id IS DISTINCT FROM OLD.agency_id OR NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'each change of a table of severities is counted'); END;
DROP TRIGGER IF EXISTS severity_choices_no_update;
CREATE TRIGGER severity_choices_no_update BEFORE UPDATE ON severity_choices
BEGIN SELECT RAISE(ABORT, 'the choices of a table of severities are written anew'); END;
