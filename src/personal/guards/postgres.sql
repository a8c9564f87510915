-- Nothing of a citizen is kept in clear; what is sealed is only ever erased, and an access stays recorded.
CREATE OR REPLACE FUNCTION refuse_clear_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'personal data are kept sealed, in personal_data';
END $$;
DROP TRIGGER IF EXISTS case_applicants_no_change ON case_applicants;
CREATE TRIGGER case_applicants_no_change BEFORE INSERT OR UPDATE ON case_applicants
    FOR EACH ROW EXECUTE FUNCTION refuse_clear_text();
DROP TRIGGER IF EXISTS personal_data_no_delete ON personal_data;
CREATE TRIGGER personal_data_no_delete BEFORE DELETE ON personal_data
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS personal_data_no_truncate ON personal_data;
CREATE TRIGGER personal_data_no_truncate BEFORE TRUNCATE ON personal_data
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION personal_data_is_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.lost_at IS NULL AND NEW.lost_at IS NOT NULL AND NEW.subject_id IS NOT DISTINCT FROM OLD.subject_id
        AND NEW.agency_id IS NOT DISTINCT FROM OLD.agency_id AND NEW.field IS NOT DISTINCT FROM OLD.field
        AND NEW.case_id IS NOT DISTINCT FROM OLD.case_id AND NEW.commitment IS NOT DISTINCT FROM OLD.commitment
        AND NEW.salt IS NOT DISTINCT FROM OLD.salt AND NEW.ciphertext IS NOT DISTINCT FROM OLD.ciphertext)
    AND (NEW.salt IS NOT NULL OR NEW.lost_at IS DISTINCT FROM OLD.lost_at OR NEW.subject_id IS DISTINCT FROM OLD.subject_id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id OR NEW.field IS DISTINCT FROM OLD.field
    OR NEW.case_id IS DISTINCT FROM OLD.case_id OR NEW.commitment IS DISTINCT FROM OLD.commitment
    OR NOT EXISTS (SELECT 1 FROM personal_erasures e WHERE e.subject_id = OLD.subject_id)) THEN
        RAISE EXCEPTION 'what is sealed may only be erased, by an erasure that is recorded';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS personal_data_only_erased ON personal_data;
CREATE TRIGGER personal_data_only_erased BEFORE UPDATE ON personal_data
    FOR EACH ROW EXECUTE FUNCTION personal_data_is_only_erased();
DROP TRIGGER IF EXISTS personal_accesses_no_change ON personal_accesses;
CREATE TRIGGER personal_accesses_no_change BEFORE UPDATE OR DELETE ON personal_accesses
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS personal_accesses_no_truncate ON personal_accesses;
CREATE TRIGGER personal_accesses_no_truncate BEFORE TRUNCATE ON personal_accesses
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS personal_erasures_no_change ON personal_erasures;
CREATE TRIGGER personal_erasures_no_change BEFORE UPDATE OR DELETE ON personal_erasures
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS personal_erasures_no_truncate ON personal_erasures;
CREATE TRIGGER personal_erasures_no_truncate BEFORE TRUNCATE ON personal_erasures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
