CREATE OR REPLACE FUNCTION signing_key_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.retired_at IS NOT NULL
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.person_id IS DISTINCT FROM OLD.person_id
    OR NEW.public_key IS DISTINCT FROM OLD.public_key
    OR NEW.made_at IS DISTINCT FROM OLD.made_at
    OR (OLD.certificate IS NOT NULL AND NEW.certificate IS DISTINCT FROM OLD.certificate) THEN
        RAISE EXCEPTION 'a signing key stays its person''s and, once certified or retired, as it is';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS signing_keys_fixed ON signing_keys;
CREATE TRIGGER signing_keys_fixed BEFORE UPDATE ON signing_keys
    FOR EACH ROW EXECUTE FUNCTION signing_key_is_fixed();
DROP TRIGGER IF EXISTS signing_keys_no_delete ON signing_keys;
CREATE TRIGGER signing_keys_no_delete BEFORE DELETE ON signing_keys
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS signing_keys_no_truncate ON signing_keys;
CREATE TRIGGER signing_keys_no_truncate BEFORE TRUNCATE ON signing_keys
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION key_attestation_is_anothers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM signing_keys k WHERE k.id = NEW.key_id AND k.person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'nobody attests the own key';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS key_attestations_new ON key_attestations;
CREATE TRIGGER key_attestations_new BEFORE INSERT ON key_attestations
    FOR EACH ROW EXECUTE FUNCTION key_attestation_is_anothers();
DROP TRIGGER IF EXISTS key_attestations_no_change ON key_attestations;
CREATE TRIGGER key_attestations_no_change BEFORE UPDATE OR DELETE ON key_attestations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS key_attestations_no_truncate ON key_attestations;
CREATE TRIGGER key_attestations_no_truncate BEFORE TRUNCATE ON key_attestations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
