-- What was signed stays as it was, and versions move only along their life: held by the database, whoever writes.
DROP TRIGGER IF EXISTS version_rounds_no_change ON version_rounds;
CREATE TRIGGER version_rounds_no_change BEFORE UPDATE OR DELETE ON version_rounds
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_sheets_no_change ON version_sheets;
CREATE TRIGGER version_sheets_no_change BEFORE UPDATE OR DELETE ON version_sheets
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_sheets_no_truncate ON version_sheets;
CREATE TRIGGER version_sheets_no_truncate BEFORE TRUNCATE ON version_sheets
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_stages_no_change ON version_stages;
CREATE TRIGGER version_stages_no_change BEFORE UPDATE OR DELETE ON version_stages
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS signatures_no_change ON signatures;
CREATE TRIGGER signatures_no_change BEFORE UPDATE OR DELETE ON signatures
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_acts_no_change ON version_acts;
CREATE TRIGGER version_acts_no_change BEFORE UPDATE OR DELETE ON version_acts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS documents_no_change ON documents;
CREATE TRIGGER documents_no_change BEFORE DELETE ON documents
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION document_has_its_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
        OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.created_at IS DISTINCT FROM OLD.created_at
        OR NOT EXISTS (SELECT 1 FROM old_codes o WHERE o.agency_id = OLD.agency_id AND o.document_id = OLD.id
            AND o.code = OLD.code AND o.new_code = NEW.code)) THEN
        RAISE EXCEPTION 'documents is only ever added to, and a code changes only with the old one kept';
    END IF;
    IF EXISTS (SELECT 1 FROM old_codes o WHERE o.agency_id = NEW.agency_id AND o.code = NEW.code) THEN
        RAISE EXCEPTION 'a code that a document had is never given again';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS documents_code ON documents;
CREATE TRIGGER documents_code BEFORE INSERT OR UPDATE ON documents
    FOR EACH ROW EXECUTE FUNCTION document_has_its_code();
CREATE OR REPLACE FUNCTION old_code_is_of_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = NEW.document_id AND d.agency_id = NEW.agency_id
        AND d.code = NEW.code) THEN
        RAISE EXCEPTION 'an old code is the one that its document has until now';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS old_codes_new ON old_codes;
CREATE TRIGGER old_codes_new BEFORE INSERT ON old_codes
    FOR EACH ROW EXECUTE FUNCTION old_code_is_of_document();
DROP TRIGGER IF EXISTS old_codes_no_change ON old_codes;
CREATE TRIGGER old_codes_no_change BEFORE UPDATE OR DELETE ON old_codes
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS old_codes_no_truncate ON old_codes;
CREATE TRIGGER old_codes_no_truncate BEFORE TRUNCATE ON old_codes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION reservation_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.code IS DISTINCT FROM OLD.code OR NEW.person_id IS DISTINCT FROM OLD.person_id
        OR NEW.agency_id IS DISTINCT FROM OLD.agency_id THEN
        RAISE EXCEPTION 'a reservation only ends';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS code_reservations_fixed ON code_reservations;
CREATE TRIGGER code_reservations_fixed BEFORE UPDATE ON code_reservations
    FOR EACH ROW EXECUTE FUNCTION reservation_only_ends();
DROP TRIGGER IF EXISTS code_reservations_no_delete ON code_reservations;
CREATE TRIGGER code_reservations_no_delete BEFORE DELETE ON code_reservations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS attached_files_no_change ON attached_files;
CREATE TRIGGER attached_files_no_change BEFORE UPDATE OR DELETE ON attached_files
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_files_no_change ON version_files;
CREATE TRIGGER version_files_no_change BEFORE UPDATE OR DELETE ON version_files
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_files_no_truncate ON version_files;
CREATE TRIGGER version_files_no_truncate BEFORE TRUNCATE ON version_files
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION version_file_is_on_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM versions WHERE id = NEW.version_id AND stage = 'draft') THEN
        RAISE EXCEPTION 'files are laid beside a draft';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS version_files_on_draft ON version_files;
CREATE TRIGGER version_files_on_draft BEFORE INSERT ON version_files
    FOR EACH ROW EXECUTE FUNCTION version_file_is_on_draft();
DROP TRIGGER IF EXISTS versions_no_delete ON versions;
CREATE TRIGGER versions_no_delete BEFORE DELETE ON versions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_writers_no_delete ON version_writers;
CREATE TRIGGER version_writers_no_delete BEFORE DELETE ON version_writers
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_rounds_no_truncate ON version_rounds;
CREATE TRIGGER version_rounds_no_truncate BEFORE TRUNCATE ON version_rounds
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_stages_no_truncate ON version_stages;
CREATE TRIGGER version_stages_no_truncate BEFORE TRUNCATE ON version_stages
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS signatures_no_truncate ON signatures;
CREATE TRIGGER signatures_no_truncate BEFORE TRUNCATE ON signatures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_acts_no_truncate ON version_acts;
CREATE TRIGGER version_acts_no_truncate BEFORE TRUNCATE ON version_acts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS documents_no_truncate ON documents;
CREATE TRIGGER documents_no_truncate BEFORE TRUNCATE ON documents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS attached_files_no_truncate ON attached_files;
CREATE TRIGGER attached_files_no_truncate BEFORE TRUNCATE ON attached_files
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS versions_no_truncate ON versions;
CREATE TRIGGER versions_no_truncate BEFORE TRUNCATE ON versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS version_writers_no_truncate ON version_writers;
CREATE TRIGGER version_writers_no_truncate BEFORE TRUNCATE ON version_writers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE FUNCTION version_writer_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version_id IS DISTINCT FROM OLD.version_id OR NEW.person_id IS DISTINCT FROM OLD.person_id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id THEN
        RAISE EXCEPTION 'who wrote a version is only ever added to';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS version_writers_fixed ON version_writers;
CREATE TRIGGER version_writers_fixed BEFORE UPDATE ON version_writers
    FOR EACH ROW EXECUTE FUNCTION version_writer_is_fixed();

CREATE OR REPLACE FUNCTION version_begins_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage <> 'draft' OR NEW.round <> 0 THEN
        RAISE EXCEPTION 'a version begins as a draft';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS versions_new ON versions;
CREATE TRIGGER versions_new BEFORE INSERT ON versions
    FOR EACH ROW EXECUTE FUNCTION version_begins_as_draft();

CREATE OR REPLACE FUNCTION version_moves_rightly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.document_id IS DISTINCT FROM OLD.document_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.author_id IS DISTINCT FROM OLD.author_id
    OR NEW.author_name IS DISTINCT FROM OLD.author_name
    OR NEW.created_at IS DISTINCT FROM OLD.created_at THEN
        RAISE EXCEPTION 'what a version is of, its number and its author never change';
    END IF;
    IF (OLD.stage <> 'draft' OR NEW.stage <> 'draft') AND (
    NEW.source IS DISTINCT FROM OLD.source
    OR NEW.content_sha256 IS DISTINCT FROM OLD.content_sha256
    OR NEW.title IS DISTINCT FROM OLD.title
    OR NEW.title_en IS DISTINCT FROM OLD.title_en
    OR NEW.field IS DISTINCT FROM OLD.field
    OR NEW.saved_at IS DISTINCT FROM OLD.saved_at) THEN
        RAISE EXCEPTION 'the text of a version changes only while it is a draft';
    END IF;
    IF NEW.stage <> OLD.stage AND NOT (
    (OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval', 'cancelled'))
    OR (OLD.stage = 'in_review' AND NEW.stage IN ('in_approval', 'draft'))
    OR (OLD.stage = 'in_approval' AND NEW.stage IN ('approved', 'draft'))
    OR (OLD.stage = 'approved' AND NEW.stage = 'effective')
    OR (OLD.stage = 'effective' AND NEW.stage IN ('superseded', 'withdrawn'))) THEN
        RAISE EXCEPTION 'a version moves only along its life';
    END IF;
    IF NEW.round <> OLD.round + (CASE WHEN
    OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval') THEN 1 ELSE 0 END) THEN
        RAISE EXCEPTION 'the round of a version grows by one when it is submitted, and only then';
    END IF;
    IF OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval') AND NOT EXISTS (
        SELECT 1 FROM version_rounds r WHERE r.version_id = NEW.id AND r.round = NEW.round
            AND r.content_sha256 = NEW.content_sha256 AND r.source = NEW.source) THEN
        RAISE EXCEPTION 'a version is submitted with its text kept as a round';
    END IF;
    IF ((OLD.stage = 'in_review' AND NEW.stage = 'in_approval') OR NEW.stage = 'approved') AND OLD.stage <> NEW.stage
    AND (NOT EXISTS (SELECT 1 FROM version_stages s WHERE s.version_id = NEW.id AND s.round = NEW.round
            AND s.meaning = 'approve')
        OR EXISTS (SELECT 1 FROM version_stages s WHERE s.version_id = NEW.id AND s.round = NEW.round
            AND (s.meaning = 'review' OR NEW.stage = 'approved')
            AND NOT EXISTS (SELECT 1 FROM signatures g WHERE g.version_id = NEW.id AND g.round = NEW.round
                AND g.stage_no = s.stage_no AND (s.needs = 'any' OR g.position_id = s.position_id)
                AND g.verdict = 'signed' AND g.content_sha256 = NEW.content_sha256))) THEN
        RAISE EXCEPTION 'a version moves on only with the signatures of its stages on its content';
    END IF;
    IF (NEW.planned_from IS DISTINCT FROM OLD.planned_from AND OLD.stage <> 'draft'
        AND NOT (OLD.stage = 'in_approval' AND NEW.stage = 'approved' AND EXISTS (
            SELECT 1 FROM edition_members m JOIN editions e ON e.id = m.edition_id WHERE m.version_id = NEW.id
                AND m.state = 'waiting' AND e.state = 'open' AND e.effective_from = NEW.planned_from)))
    OR (NEW.effective_from IS DISTINCT FROM OLD.effective_from AND OLD.stage <> 'approved')
    OR (NEW.effective_to IS DISTINCT FROM OLD.effective_to AND OLD.stage <> 'effective') THEN
        RAISE EXCEPTION 'the dates of a version are set as it is submitted, comes into force and goes out of it';
    END IF;
    IF OLD.stage = 'in_approval' AND NEW.stage <> 'in_approval' AND EXISTS (
        SELECT 1 FROM edition_members m JOIN editions e ON e.id = m.edition_id
        WHERE m.version_id = NEW.id AND m.state = 'waiting'
            AND (NEW.stage <> 'approved' OR NEW.planned_from IS DISTINCT FROM e.effective_from)) THEN
        RAISE EXCEPTION 'a version leaves its edition before it goes back, and is approved in it for its day';
    END IF;
    IF (NEW.issue_no IS DISTINCT FROM OLD.issue_no OR NEW.amendment_no IS DISTINCT FROM OLD.amendment_no)
    AND OLD.stage <> 'draft' THEN
        RAISE EXCEPTION 'the numbers of issue and amendment are settled as a version is submitted';
    END IF;
    IF OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval')
    AND NOT (NEW.amendment_no = 0 AND NEW.issue_no = 1 + coalesce((SELECT max(o.issue_no) FROM versions o
        WHERE o.document_id = NEW.document_id
            AND o.stage IN ('approved', 'effective', 'superseded', 'withdrawn')), 0))
    AND NOT EXISTS (SELECT 1 FROM versions l WHERE l.document_id = NEW.document_id
        AND l.stage IN ('approved', 'effective', 'superseded', 'withdrawn')
        AND l.issue_no = NEW.issue_no AND l.amendment_no = NEW.amendment_no - 1
        AND NOT EXISTS (SELECT 1 FROM versions o WHERE o.document_id = NEW.document_id
            AND o.stage IN ('approved', 'effective', 'superseded', 'withdrawn')
            AND (o.issue_no > l.issue_no OR (o.issue_no = l.issue_no AND o.amendment_no > l.amendment_no)))) THEN
        RAISE EXCEPTION 'a version is the next issue, or the next amendment of the last one';
    END IF;
    IF NEW.effective_from IS NOT NULL AND EXISTS (
        SELECT 1 FROM versions o WHERE o.document_id = NEW.document_id AND o.id <> NEW.id
            AND o.effective_from IS NOT NULL
            AND (NEW.effective_to IS NULL OR o.effective_from < NEW.effective_to)
            AND (o.effective_to IS NULL OR NEW.effective_from < o.effective_to)) THEN
        RAISE EXCEPTION 'the versions of a document are in force one after the other';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS versions_moved ON versions;
CREATE TRIGGER versions_moved BEFORE UPDATE ON versions
    FOR EACH ROW EXECUTE FUNCTION version_moves_rightly();

CREATE OR REPLACE FUNCTION round_is_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.agency_id = NEW.agency_id
            AND v.stage = 'draft' AND NEW.round = v.round + 1 AND v.content_sha256 = NEW.content_sha256
            AND v.source = NEW.source) THEN
        RAISE EXCEPTION 'a round keeps the text of a draft that is being submitted';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS version_rounds_checked ON version_rounds;
CREATE TRIGGER version_rounds_checked BEFORE INSERT ON version_rounds
    FOR EACH ROW EXECUTE FUNCTION round_is_of_draft();

CREATE OR REPLACE FUNCTION stage_is_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.agency_id = NEW.agency_id
            AND v.stage = 'draft' AND NEW.round = v.round + 1) THEN
        RAISE EXCEPTION 'stages are copied from the route while a draft is being submitted';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS version_stages_checked ON version_stages;
CREATE TRIGGER version_stages_checked BEFORE INSERT ON version_stages
    FOR EACH ROW EXECUTE FUNCTION stage_is_of_draft();

CREATE OR REPLACE FUNCTION signature_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM versions v JOIN version_stages s ON s.version_id = v.id AND s.round = v.round
        WHERE v.id = NEW.version_id AND v.agency_id = NEW.agency_id AND v.round = NEW.round
            AND s.stage_no = NEW.stage_no
            AND s.position_id = NEW.position_id AND s.meaning = NEW.meaning
            AND v.stage = CASE NEW.meaning WHEN 'review' THEN 'in_review' ELSE 'in_approval' END) THEN
        RAISE EXCEPTION 'a signature is given in the present round, at a stage that waits';
    END IF;
    IF EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.content_sha256 <> NEW.content_sha256) THEN
        RAISE EXCEPTION 'a signature is given on the content of the version';
    END IF;
    IF EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.author_id = NEW.person_id)
    OR EXISTS (SELECT 1 FROM version_writers w
        WHERE w.version_id = NEW.version_id AND w.person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'whoever wrote any of a version does not sign it';
    END IF;
    IF NEW.verdict = 'signed' AND EXISTS (
        SELECT 1 FROM signatures g WHERE g.version_id = NEW.version_id AND g.round = NEW.round
            AND g.person_id = NEW.person_id AND g.verdict = 'signed' AND g.meaning <> NEW.meaning) THEN
        RAISE EXCEPTION 'whoever reviews does not approve in the same round';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS signatures_checked ON signatures;
CREATE TRIGGER signatures_checked BEFORE INSERT ON signatures
    FOR EACH ROW EXECUTE FUNCTION signature_is_due();

-- The index of words: which entries stand at which place of version_search.
CREATE TABLE IF NOT EXISTS version_words (
    place BIGINT PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX IF NOT EXISTS version_words_gin ON version_words USING gin (words) WITH (gin_pending_list_limit = 1024);
-- A Word file that was decided on stays as it is; none is removed.
CREATE OR REPLACE FUNCTION word_file_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('drafted', 'left')
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.file_name IS DISTINCT FROM OLD.file_name
    OR NEW.file_sha256 IS DISTINCT FROM OLD.file_sha256
    OR NEW.reason IS DISTINCT FROM OLD.reason
    OR NEW.added_by IS DISTINCT FROM OLD.added_by
    OR NEW.added_at IS DISTINCT FROM OLD.added_at
    OR NEW.row_version <> OLD.row_version + 1 THEN
        RAISE EXCEPTION 'a word file that was decided on stays as it is';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS word_files_fixed ON word_files;
CREATE TRIGGER word_files_fixed BEFORE UPDATE ON word_files
    FOR EACH ROW EXECUTE FUNCTION word_file_is_fixed();
DROP TRIGGER IF EXISTS word_files_no_delete ON word_files;
CREATE TRIGGER word_files_no_delete BEFORE DELETE ON word_files
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS word_files_no_truncate ON word_files;
CREATE TRIGGER word_files_no_truncate BEFORE TRUNCATE ON word_files
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- An edition that was issued or given up stays as it is; one is issued with what was approved in it, for its day.
CREATE OR REPLACE FUNCTION edition_begins_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'open' THEN
        RAISE EXCEPTION 'an edition begins open';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS editions_new ON editions;
CREATE TRIGGER editions_new BEFORE INSERT ON editions
    FOR EACH ROW EXECUTE FUNCTION edition_begins_open();
CREATE OR REPLACE FUNCTION edition_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open'
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.opened_by IS DISTINCT FROM OLD.opened_by
    OR NEW.opened_by_name IS DISTINCT FROM OLD.opened_by_name
    OR NEW.opened_at IS DISTINCT FROM OLD.opened_at
    OR NEW.row_version <> OLD.row_version + 1 THEN
        RAISE EXCEPTION 'an edition that was issued or given up stays as it is';
    END IF;
    IF NEW.state <> 'open' AND (
    EXISTS (SELECT 1 FROM edition_members m WHERE m.edition_id = NEW.id AND m.state = 'waiting')
    OR (NEW.state = 'issued') <> EXISTS (
        SELECT 1 FROM edition_members m WHERE m.edition_id = NEW.id AND m.state = 'approved')
    OR EXISTS (SELECT 1 FROM edition_members m JOIN versions v ON v.id = m.version_id
        WHERE m.edition_id = NEW.id AND m.state = 'approved'
            AND v.planned_from IS DISTINCT FROM NEW.effective_from)) THEN
        RAISE EXCEPTION 'an edition is issued when each of its versions has its verdict';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS editions_fixed ON editions;
CREATE TRIGGER editions_fixed BEFORE UPDATE ON editions
    FOR EACH ROW EXECUTE FUNCTION edition_is_fixed();
DROP TRIGGER IF EXISTS editions_no_delete ON editions;
CREATE TRIGGER editions_no_delete BEFORE DELETE ON editions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS editions_no_truncate ON editions;
CREATE TRIGGER editions_no_truncate BEFORE TRUNCATE ON editions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE FUNCTION edition_member_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'waiting' OR NOT EXISTS (
        SELECT 1 FROM editions e JOIN versions v ON v.id = NEW.version_id
        WHERE e.id = NEW.edition_id AND e.state = 'open'
            AND e.agency_id = v.agency_id AND v.stage = 'in_approval' AND v.round = NEW.round
            AND v.content_sha256 = NEW.content_sha256) THEN
        RAISE EXCEPTION 'what waits for approval is put into an open edition as it stands';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS edition_members_new ON edition_members;
CREATE TRIGGER edition_members_new BEFORE INSERT ON edition_members
    FOR EACH ROW EXECUTE FUNCTION edition_member_begins();
CREATE OR REPLACE FUNCTION edition_member_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'waiting'
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.edition_id IS DISTINCT FROM OLD.edition_id
    OR NEW.version_id IS DISTINCT FROM OLD.version_id
    OR NEW.round IS DISTINCT FROM OLD.round
    OR NEW.content_sha256 IS DISTINCT FROM OLD.content_sha256
    OR NEW.title IS DISTINCT FROM OLD.title
    OR NEW.added_by IS DISTINCT FROM OLD.added_by
    OR NEW.added_by_name IS DISTINCT FROM OLD.added_by_name
    OR NEW.added_at IS DISTINCT FROM OLD.added_at THEN
        RAISE EXCEPTION 'what became of a version in an edition is told once';
    END IF;
    IF NEW.state = 'approved' AND NOT EXISTS (
        SELECT 1 FROM editions e JOIN versions v ON v.id = NEW.version_id
        WHERE e.id = NEW.edition_id AND e.state = 'open'
            AND v.stage = 'approved' AND v.round = NEW.round AND v.content_sha256 = NEW.content_sha256
            AND v.planned_from = e.effective_from) THEN
        RAISE EXCEPTION 'a version is approved in its edition once it is approved for its day';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS edition_members_fixed ON edition_members;
CREATE TRIGGER edition_members_fixed BEFORE UPDATE ON edition_members
    FOR EACH ROW EXECUTE FUNCTION edition_member_is_fixed();
DROP TRIGGER IF EXISTS edition_members_no_delete ON edition_members;
CREATE TRIGGER edition_members_no_delete BEFORE DELETE ON edition_members
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS edition_members_no_truncate ON edition_members;
CREATE TRIGGER edition_members_no_truncate BEFORE TRUNCATE ON edition_members
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS token_signatures_no_change ON token_signatures;
CREATE TRIGGER token_signatures_no_change BEFORE UPDATE OR DELETE ON token_signatures
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS token_signatures_no_truncate ON token_signatures;
CREATE TRIGGER token_signatures_no_truncate BEFORE TRUNCATE ON token_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
