-- That somebody has read a version, or was reminded to, is only ever added.
DROP TRIGGER IF EXISTS acknowledgements_no_update;
CREATE TRIGGER acknowledgements_no_update BEFORE UPDATE ON acknowledgements
BEGIN SELECT RAISE(ABORT, 'acknowledgements is only ever added to'); END;
DROP TRIGGER IF EXISTS acknowledgements_no_delete;
CREATE TRIGGER acknowledgements_no_delete BEFORE DELETE ON acknowledgements
BEGIN SELECT RAISE(ABORT, 'acknowledgements is only ever added to'); END;
DROP TRIGGER IF EXISTS reading_reminders_no_update;
CREATE TRIGGER reading_reminders_no_update BEFORE UPDATE ON reading_reminders
BEGIN SELECT RAISE(ABORT, 'reading_reminders is only ever added to'); END;
DROP TRIGGER IF EXISTS reading_reminders_no_delete;
CREATE TRIGGER reading_reminders_no_delete BEFORE DELETE ON reading_reminders
BEGIN SELECT RAISE(ABORT, 'reading_reminders is only ever added to'); END;
