-- Nothing of a citizen is kept in clear; what is sealed is only ever erased, and an access stays recorded.
DROP TRIGGER IF EXISTS case_applicants_no_insert;
CREATE TRIGGER case_applicants_no_insert BEFORE INSERT ON case_applicants
BEGIN SELECT RAISE(ABORT, 'personal data are kept sealed, in personal_data'); END;
DROP TRIGGER IF EXISTS case_applicants_no_update;
CREATE TRIGGER case_applicants_no_update BEFORE UPDATE ON case_applicants
BEGIN SELECT RAISE(ABORT, 'personal data are kept sealed, in personal_data'); END;
DROP TRIGGER IF EXISTS personal_data_no_delete;
CREATE TRIGGER personal_data_no_delete BEFORE DELETE ON personal_data
BEGIN SELECT RAISE(ABORT, 'the commitment to a value stays when the value is erased'); END;
DROP TRIGGER IF EXISTS personal_data_only_erased;
CREATE TRIGGER personal_data_only_erased BEFORE UPDATE ON personal_data
WHEN NOT (OLD.lost_at IS NULL AND NEW.lost_at IS NOT NULL AND NEW.subject_id IS OLD.subject_id
        AND NEW.agency_id IS OLD.agency_id AND NEW.field IS OLD.field AND NEW.case_id IS OLD.case_id
        AND NEW.commitment IS OLD.commitment AND NEW.salt IS OLD.salt AND NEW.ciphertext IS OLD.ciphertext)
    AND (NEW.salt IS NOT NULL OR NEW.lost_at IS NOT OLD.lost_at OR NEW.subject_id IS NOT OLD.subject_id OR NEW.agency_id IS NOT OLD.agency_id
    OR NEW.field IS NOT OLD.field OR NEW.case_id IS NOT OLD.case_id OR NEW.commitment IS NOT OLD.commitment
    OR NOT EXISTS (SELECT 1 FROM personal_erasures e WHERE e.subject_id = OLD.subject_id))
BEGIN SELECT RAISE(ABORT, 'what is sealed may only be erased, by an erasure that is recorded'); END;
DROP TRIGGER IF EXISTS personal_accesses_no_update;
CREATE TRIGGER personal_accesses_no_update BEFORE UPDATE ON personal_accesses
BEGIN SELECT RAISE(ABORT, 'personal_accesses is only ever added to'); END;
DROP TRIGGER IF EXISTS personal_accesses_no_delete;
CREATE TRIGGER personal_accesses_no_delete BEFORE DELETE ON personal_accesses
BEGIN SELECT RAISE(ABORT, 'personal_accesses is only ever added to'); END;
DROP TRIGGER IF EXISTS personal_erasures_no_update;
CREATE TRIGGER personal_erasures_no_update BEFORE UPDATE ON personal_erasures
BEGIN SELECT RAISE(ABORT, 'personal_erasures is only ever added to'); END;
DROP TRIGGER IF EXISTS personal_erasures_no_delete;
CREATE TRIGGER personal_erasures_no_delete BEFORE DELETE ON personal_erasures
BEGIN SELECT RAISE(ABORT, 'personal_erasures is only ever added to'); END;
