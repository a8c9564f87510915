-- refuse_change() is one of the guards of the ledger, which are applied first.
CREATE OR REPLACE FUNCTION refuse_case_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was fixed at intake stays, and a case is never removed';
END $$;
DROP TRIGGER IF EXISTS case_events_no_change ON case_events;
CREATE TRIGGER case_events_no_change BEFORE UPDATE OR DELETE ON case_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS case_events_no_truncate ON case_events;
CREATE TRIGGER case_events_no_truncate BEFORE TRUNCATE ON case_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS cases_no_delete ON cases;
CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases FOR EACH ROW EXECUTE FUNCTION refuse_case_change();
DROP TRIGGER IF EXISTS cases_frozen ON cases;
CREATE TRIGGER cases_frozen BEFORE UPDATE OF id, agency_id, code, document_id, version_id, duration_code, received_at,
    promised_at, received_by ON cases FOR EACH ROW EXECUTE FUNCTION refuse_case_change();
