DROP TRIGGER IF EXISTS signing_keys_fixed;
CREATE TRIGGER signing_keys_fixed BEFORE UPDATE ON signing_keys
WHEN OLD.retired_at IS NOT NULL
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.person_id IS DISTINCT FROM OLD.person_id
    OR NEW.public_key IS DISTINCT FROM OLD.public_key
    OR NEW.made_at IS DISTINCT FROM OLD.made_at
    OR (OLD.certificate IS NOT NULL AND NEW.certificate IS DISTINCT FROM OLD.certificate)
BEGIN SELECT RAISE(ABORT, 'a signing key stays its person''s and, once certified or retired, as it is'); END;
DROP TRIGGER IF EXISTS signing_keys_no_delete;
CREATE TRIGGER signing_keys_no_delete BEFORE DELETE ON signing_keys
BEGIN SELECT RAISE(ABORT, 'signing_keys is only ever added to'); END;
DROP TRIGGER IF EXISTS key_attestations_no_update;
CREATE TRIGGER key_attestations_no_update BEFORE UPDATE ON key_attestations
BEGIN SELECT RAISE(ABORT, 'key_attestations is only ever added to'); END;
DROP TRIGGER IF EXISTS key_attestations_no_delete;
CREATE TRIGGER key_attestations_no_delete BEFORE DELETE ON key_attestations
BEGIN SELECT RAISE(ABORT, 'key_attestations is only ever added to'); END;
DROP TRIGGER IF EXISTS key_attestations_new;
CREATE TRIGGER key_attestations_new BEFORE INSERT ON key_attestations
WHEN EXISTS (SELECT 1 FROM signing_keys k WHERE k.id = NEW.key_id AND k.person_id = NEW.person_id)
BEGIN SELECT RAISE(ABORT, 'nobody attests the own key'); END;
