DROP TRIGGER IF EXISTS case_events_no_update;
DROP TRIGGER IF EXISTS case_events_no_delete;
DROP TRIGGER IF EXISTS cases_no_delete;
DROP TRIGGER IF EXISTS cases_frozen;
CREATE TRIGGER case_events_no_update BEFORE UPDATE ON case_events
BEGIN SELECT RAISE(ABORT, 'what was done in a case is only ever added to'); END;
CREATE TRIGGER case_events_no_delete BEFORE DELETE ON case_events
BEGIN SELECT RAISE(ABORT, 'what was done in a case is only ever added to'); END;
CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases
BEGIN SELECT RAISE(ABORT, 'a case is never removed'); END;
CREATE TRIGGER cases_frozen BEFORE UPDATE OF id, agency_id, code, document_id, version_id, duration_code, received_at,
    promised_at, received_by ON cases
BEGIN SELECT RAISE(ABORT, 'what was fixed at intake stays'); END;
