-- What was signed stays as it was, and versions move only along their life: held by the database, whoever writes.
DROP TRIGGER IF EXISTS version_rounds_no_update;
CREATE TRIGGER version_rounds_no_update BEFORE UPDATE ON version_rounds
BEGIN SELECT RAISE(ABORT, 'version_rounds is only ever added to'); END;
DROP TRIGGER IF EXISTS version_sheets_no_update;
CREATE TRIGGER version_sheets_no_update BEFORE UPDATE ON version_sheets
BEGIN SELECT RAISE(ABORT, 'version_sheets is only ever added to'); END;
DROP TRIGGER IF EXISTS version_sheets_no_delete;
CREATE TRIGGER version_sheets_no_delete BEFORE DELETE ON version_sheets
BEGIN SELECT RAISE(ABORT, 'version_sheets is only ever added to'); END;
DROP TRIGGER IF EXISTS version_stages_no_update;
CREATE TRIGGER version_stages_no_update BEFORE UPDATE ON version_stages
BEGIN SELECT RAISE(ABORT, 'version_stages is only ever added to'); END;
DROP TRIGGER IF EXISTS signatures_no_update;
CREATE TRIGGER signatures_no_update BEFORE UPDATE ON signatures
BEGIN SELECT RAISE(ABORT, 'signatures is only ever added to'); END;
DROP TRIGGER IF EXISTS version_acts_no_update;
CREATE TRIGGER version_acts_no_update BEFORE UPDATE ON version_acts
BEGIN SELECT RAISE(ABORT, 'version_acts is only ever added to'); END;
DROP TRIGGER IF EXISTS documents_no_update;
CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents
WHEN NEW.id IS DISTINCT FROM OLD.id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.created_at IS DISTINCT FROM OLD.created_at
    OR NOT EXISTS (SELECT 1 FROM old_codes o WHERE o.agency_id = OLD.agency_id AND o.document_id = OLD.id
        AND o.code = OLD.code AND o.new_code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'documents is only ever added to, and a code changes only with the old one kept'); END;
DROP TRIGGER IF EXISTS documents_code_once;
CREATE TRIGGER documents_code_once BEFORE INSERT ON documents
WHEN EXISTS (SELECT 1 FROM old_codes o WHERE o.agency_id = NEW.agency_id AND o.code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'a code that a document had is never given again'); END;
DROP TRIGGER IF EXISTS documents_code_once_more;
CREATE TRIGGER documents_code_once_more BEFORE UPDATE ON documents
WHEN EXISTS (SELECT 1 FROM old_codes o WHERE o.agency_id = NEW.agency_id AND o.code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'a code that a document had is never given again'); END;
DROP TRIGGER IF EXISTS old_codes_new;
CREATE TRIGGER old_codes_new BEFORE INSERT ON old_codes
WHEN NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = NEW.document_id AND d.agency_id = NEW.agency_id
    AND d.code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'an old code is the one that its document has until now'); END;
DROP TRIGGER IF EXISTS old_codes_no_update;
CREATE TRIGGER old_codes_no_update BEFORE UPDATE ON old_codes
BEGIN SELECT RAISE(ABORT, 'old_codes is only ever added to'); END;
DROP TRIGGER IF EXISTS old_codes_no_delete;
CREATE TRIGGER old_codes_no_delete BEFORE DELETE ON old_codes
BEGIN SELECT RAISE(ABORT, 'old_codes is only ever added to'); END;
DROP TRIGGER IF EXISTS code_reservations_fixed;
CREATE TRIGGER code_reservations_fixed BEFORE UPDATE ON code_reservations
WHEN OLD.ended_at IS NOT NULL OR NEW.code IS DISTINCT FROM OLD.code OR NEW.person_id IS DISTINCT FROM OLD.person_id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
BEGIN SELECT RAISE(ABORT, 'a reservation only ends'); END;
DROP TRIGGER IF EXISTS code_reservations_no_delete;
CREATE TRIGGER code_reservations_no_delete BEFORE DELETE ON code_reservations
BEGIN SELECT RAISE(ABORT, 'code_reservations is only ever added to'); END;
DROP TRIGGER IF EXISTS attached_files_no_update;
CREATE TRIGGER attached_files_no_update BEFORE UPDATE ON attached_files
BEGIN SELECT RAISE(ABORT, 'attached_files is only ever added to'); END;
DROP TRIGGER IF EXISTS version_rounds_no_delete;
CREATE TRIGGER version_rounds_no_delete BEFORE DELETE ON version_rounds
BEGIN SELECT RAISE(ABORT, 'version_rounds is only ever added to'); END;
DROP TRIGGER IF EXISTS version_stages_no_delete;
CREATE TRIGGER version_stages_no_delete BEFORE DELETE ON version_stages
BEGIN SELECT RAISE(ABORT, 'version_stages is only ever added to'); END;
DROP TRIGGER IF EXISTS signatures_no_delete;
CREATE TRIGGER signatures_no_delete BEFORE DELETE ON signatures
BEGIN SELECT RAISE(ABORT, 'signatures is only ever added to'); END;
DROP TRIGGER IF EXISTS version_acts_no_delete;
CREATE TRIGGER version_acts_no_delete BEFORE DELETE ON version_acts
BEGIN SELECT RAISE(ABORT, 'version_acts is only ever added to'); END;
DROP TRIGGER IF EXISTS documents_no_delete;
CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents
BEGIN SELECT RAISE(ABORT, 'documents is only ever added to'); END;
DROP TRIGGER IF EXISTS attached_files_no_delete;
CREATE TRIGGER attached_files_no_delete BEFORE DELETE ON attached_files
BEGIN SELECT RAISE(ABORT, 'attached_files is only ever added to'); END;
DROP TRIGGER IF EXISTS version_files_no_update;
CREATE TRIGGER version_files_no_update BEFORE UPDATE ON version_files
BEGIN SELECT RAISE(ABORT, 'version_files is only ever added to'); END;
DROP TRIGGER IF EXISTS version_files_no_delete;
CREATE TRIGGER version_files_no_delete BEFORE DELETE ON version_files
BEGIN SELECT RAISE(ABORT, 'version_files is only ever added to'); END;
DROP TRIGGER IF EXISTS version_files_on_draft;
CREATE TRIGGER version_files_on_draft BEFORE INSERT ON version_files
WHEN NOT EXISTS (SELECT 1 FROM versions WHERE id = NEW.version_id AND stage = 'draft')
BEGIN SELECT RAISE(ABORT, 'files are laid beside a draft'); END;
DROP TRIGGER IF EXISTS versions_no_delete;
CREATE TRIGGER versions_no_delete BEFORE DELETE ON versions
BEGIN SELECT RAISE(ABORT, 'versions is only ever added to'); END;
DROP TRIGGER IF EXISTS version_writers_no_delete;
CREATE TRIGGER version_writers_no_delete BEFORE DELETE ON version_writers
BEGIN SELECT RAISE(ABORT, 'version_writers is only ever added to'); END;

DROP TRIGGER IF EXISTS version_writers_fixed;
CREATE TRIGGER version_writers_fixed BEFORE UPDATE ON version_writers
WHEN NEW.version_id IS DISTINCT FROM OLD.version_id OR NEW.person_id IS DISTINCT FROM OLD.person_id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
BEGIN SELECT RAISE(ABORT, 'who wrote a version is only ever added to'); END;
DROP TRIGGER IF EXISTS versions_new;
CREATE TRIGGER versions_new BEFORE INSERT ON versions
WHEN NEW.stage <> 'draft' OR NEW.round <> 0
BEGIN SELECT RAISE(ABORT, 'a version begins as a draft'); END;
DROP TRIGGER IF EXISTS versions_fixed;
CREATE TRIGGER versions_fixed BEFORE UPDATE ON versions
WHEN NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.document_id IS DISTINCT FROM OLD.document_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.author_id IS DISTINCT FROM OLD.author_id
    OR NEW.author_name IS DISTINCT FROM OLD.author_name
    OR NEW.created_at IS DISTINCT FROM OLD.created_at
BEGIN SELECT RAISE(ABORT, 'what a version is of, its number and its author never change'); END;
DROP TRIGGER IF EXISTS versions_text;
CREATE TRIGGER versions_text BEFORE UPDATE ON versions
WHEN (OLD.stage <> 'draft' OR NEW.stage <> 'draft') AND (
    NEW.source IS DISTINCT FROM OLD.source
    OR NEW.content_sha256 IS DISTINCT FROM OLD.content_sha256
    OR NEW.title IS DISTINCT FROM OLD.title
    OR NEW.title_en IS DISTINCT FROM OLD.title_en
    OR NEW.field IS DISTINCT FROM OLD.field
    OR NEW.saved_at IS DISTINCT FROM OLD.saved_at)
BEGIN SELECT RAISE(ABORT, 'the text of a version changes only while it is a draft'); END;
DROP TRIGGER IF EXISTS versions_life;
CREATE TRIGGER versions_life BEFORE UPDATE ON versions
WHEN NEW.stage <> OLD.stage AND NOT (
    (OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval', 'cancelled'))
    OR (OLD.stage = 'in_review' AND NEW.stage IN ('in_approval', 'draft'))
    OR (OLD.stage = 'in_approval' AND NEW.stage IN ('approved', 'draft'))
    OR (OLD.stage = 'approved' AND NEW.stage = 'effective')
    OR (OLD.stage = 'effective' AND NEW.stage IN ('superseded', 'withdrawn')))
BEGIN SELECT RAISE(ABORT, 'a version moves only along its life'); END;
DROP TRIGGER IF EXISTS versions_round;
CREATE TRIGGER versions_round BEFORE UPDATE ON versions
WHEN NEW.round <> OLD.round + (CASE WHEN
    OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval') THEN 1 ELSE 0 END)
BEGIN SELECT RAISE(ABORT, 'the round of a version grows by one when it is submitted, and only then'); END;
DROP TRIGGER IF EXISTS versions_kept;
CREATE TRIGGER versions_kept BEFORE UPDATE ON versions
WHEN OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval') AND NOT EXISTS (
        SELECT 1 FROM version_rounds r WHERE r.version_id = NEW.id AND r.round = NEW.round
            AND r.content_sha256 = NEW.content_sha256 AND r.source = NEW.source)
BEGIN SELECT RAISE(ABORT, 'a version is submitted with its text kept as a round'); END;
DROP TRIGGER IF EXISTS versions_signed;
CREATE TRIGGER versions_signed BEFORE UPDATE ON versions
WHEN ((OLD.stage = 'in_review' AND NEW.stage = 'in_approval') OR NEW.stage = 'approved') AND OLD.stage <> NEW.stage
    AND (NOT EXISTS (SELECT 1 FROM version_stages s WHERE s.version_id = NEW.id AND s.round = NEW.round
            AND s.meaning = 'approve')
        OR EXISTS (SELECT 1 FROM version_stages s WHERE s.version_id = NEW.id AND s.round = NEW.round
            AND (s.meaning = 'review' OR NEW.stage = 'approved')
            AND NOT EXISTS (SELECT 1 FROM signatures g WHERE g.version_id = NEW.id AND g.round = NEW.round
                AND g.stage_no = s.stage_no AND (s.needs = 'any' OR g.position_id = s.position_id)
                AND g.verdict = 'signed' AND g.content_sha256 = NEW.content_sha256)))
BEGIN SELECT RAISE(ABORT, 'a version moves on only with the signatures of its stages on its content'); END;
DROP TRIGGER IF EXISTS versions_dates;
CREATE TRIGGER versions_dates BEFORE UPDATE ON versions
WHEN (NEW.planned_from IS DISTINCT FROM OLD.planned_from AND OLD.stage <> 'draft'
        AND NOT (OLD.stage = 'in_approval' AND NEW.stage = 'approved' AND EXISTS (
            SELECT 1 FROM edition_members m JOIN editions e ON e.id = m.edition_id WHERE m.version_id = NEW.id
                AND m.state = 'waiting' AND e.state = 'open' AND e.effective_from = NEW.planned_from)))
    OR (NEW.effective_from IS DISTINCT FROM OLD.effective_from AND OLD.stage <> 'approved')
    OR (NEW.effective_to IS DISTINCT FROM OLD.effective_to AND OLD.stage <> 'effective')
BEGIN
    SELECT RAISE(ABORT, 'the dates of a version are set as it is submitted, comes into force and goes out of it'); END;
DROP TRIGGER IF EXISTS versions_overlap;
CREATE TRIGGER versions_overlap BEFORE UPDATE ON versions
WHEN NEW.effective_from IS NOT NULL AND EXISTS (
        SELECT 1 FROM versions o WHERE o.document_id = NEW.document_id AND o.id <> NEW.id
            AND o.effective_from IS NOT NULL
            AND (NEW.effective_to IS NULL OR o.effective_from < NEW.effective_to)
            AND (o.effective_to IS NULL OR NEW.effective_from < o.effective_to))
BEGIN SELECT RAISE(ABORT, 'the versions of a document are in force one after the other'); END;

DROP TRIGGER IF EXISTS versions_in_edition;
CREATE TRIGGER versions_in_edition BEFORE UPDATE ON versions
WHEN OLD.stage = 'in_approval' AND NEW.stage <> 'in_approval' AND EXISTS (
        SELECT 1 FROM edition_members m JOIN editions e ON e.id = m.edition_id
        WHERE m.version_id = NEW.id AND m.state = 'waiting'
            AND (NEW.stage <> 'approved' OR NEW.planned_from IS DISTINCT FROM e.effective_from))
BEGIN
    SELECT RAISE(ABORT, 'a version leaves its edition before it goes back, and is approved in it for its day'); END;
DROP TRIGGER IF EXISTS versions_issue_fixed;
CREATE TRIGGER versions_issue_fixed BEFORE UPDATE ON versions
WHEN (NEW.issue_no IS DISTINCT FROM OLD.issue_no OR NEW.amendment_no IS DISTINCT FROM OLD.amendment_no)
    AND OLD.stage <> 'draft'
BEGIN SELECT RAISE(ABORT, 'the numbers of issue and amendment are settled as a version is submitted'); END;
DROP TRIGGER IF EXISTS versions_issue_follows;
CREATE TRIGGER versions_issue_follows BEFORE UPDATE ON versions
WHEN OLD.stage = 'draft' AND NEW.stage IN ('in_review', 'in_approval')
    AND NOT (NEW.amendment_no = 0 AND NEW.issue_no = 1 + coalesce((SELECT max(o.issue_no) FROM versions o
        WHERE o.document_id = NEW.document_id
            AND o.stage IN ('approved', 'effective', 'superseded', 'withdrawn')), 0))
    AND NOT EXISTS (SELECT 1 FROM versions l WHERE l.document_id = NEW.document_id
        AND l.stage IN ('approved', 'effective', 'superseded', 'withdrawn')
        AND l.issue_no = NEW.issue_no AND l.amendment_no = NEW.amendment_no - 1
        AND NOT EXISTS (SELECT 1 FROM versions o WHERE o.document_id = NEW.document_id
            AND o.stage IN ('approved', 'effective', 'superseded', 'withdrawn')
            AND (o.issue_no > l.issue_no OR (o.issue_no = l.issue_no AND o.amendment_no > l.amendment_no))))
BEGIN SELECT RAISE(ABORT, 'a version is the next issue, or the next amendment of the last one'); END;

DROP TRIGGER IF EXISTS version_rounds_checked;
CREATE TRIGGER version_rounds_checked BEFORE INSERT ON version_rounds BEGIN
    SELECT RAISE(ABORT, 'a round keeps the text of a draft that is being submitted') WHERE NOT EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.agency_id = NEW.agency_id
            AND v.stage = 'draft' AND NEW.round = v.round + 1 AND v.content_sha256 = NEW.content_sha256
            AND v.source = NEW.source);
END;
DROP TRIGGER IF EXISTS version_stages_checked;
CREATE TRIGGER version_stages_checked BEFORE INSERT ON version_stages BEGIN
    SELECT RAISE(ABORT, 'stages are copied from the route while a draft is being submitted') WHERE NOT EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.agency_id = NEW.agency_id
            AND v.stage = 'draft' AND NEW.round = v.round + 1);
END;
DROP TRIGGER IF EXISTS signatures_checked;
CREATE TRIGGER signatures_checked BEFORE INSERT ON signatures BEGIN
    SELECT RAISE(ABORT, 'a signature is given in the present round, at a stage that waits') WHERE NOT EXISTS (
        SELECT 1 FROM versions v JOIN version_stages s ON s.version_id = v.id AND s.round = v.round
        WHERE v.id = NEW.version_id AND v.agency_id = NEW.agency_id AND v.round = NEW.round
            AND s.stage_no = NEW.stage_no
            AND s.position_id = NEW.position_id AND s.meaning = NEW.meaning
            AND v.stage = CASE NEW.meaning WHEN 'review' THEN 'in_review' ELSE 'in_approval' END);
    SELECT RAISE(ABORT, 'a signature is given on the content of the version') WHERE EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.content_sha256 <> NEW.content_sha256);
    SELECT RAISE(ABORT, 'whoever wrote any of a version does not sign it') WHERE EXISTS (
        SELECT 1 FROM versions v WHERE v.id = NEW.version_id AND v.author_id = NEW.person_id)
    OR EXISTS (SELECT 1 FROM version_writers w
        WHERE w.version_id = NEW.version_id AND w.person_id = NEW.person_id);
    SELECT RAISE(ABORT, 'whoever reviews does not approve in the same round') WHERE NEW.verdict = 'signed' AND EXISTS (
        SELECT 1 FROM signatures g WHERE g.version_id = NEW.version_id AND g.round = NEW.round
            AND g.person_id = NEW.person_id AND g.verdict = 'signed' AND g.meaning <> NEW.meaning);
END;

-- The index of words: no texts in it, only which entries stand at which place of version_search.
CREATE VIRTUAL TABLE IF NOT EXISTS version_words USING fts5(
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
-- A Word file that was decided on stays as it is; none is removed.
DROP TRIGGER IF EXISTS word_files_fixed;
CREATE TRIGGER word_files_fixed BEFORE UPDATE ON word_files
WHEN OLD.state IN ('drafted', 'left')
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.file_name IS DISTINCT FROM OLD.file_name
    OR NEW.file_sha256 IS DISTINCT FROM OLD.file_sha256
    OR NEW.reason IS DISTINCT FROM OLD.reason
    OR NEW.added_by IS DISTINCT FROM OLD.added_by
    OR NEW.added_at IS DISTINCT FROM OLD.added_at
    OR NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'a word file that was decided on stays as it is'); END;
DROP TRIGGER IF EXISTS word_files_no_delete;
CREATE TRIGGER word_files_no_delete BEFORE DELETE ON word_files
BEGIN SELECT RAISE(ABORT, 'word_files is only ever added to'); END;
-- An edition that was issued or given up stays as it is; one is issued with what was approved in it, for its day.
DROP TRIGGER IF EXISTS editions_new;
CREATE TRIGGER editions_new BEFORE INSERT ON editions
WHEN NEW.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'an edition begins open'); END;
DROP TRIGGER IF EXISTS editions_fixed;
CREATE TRIGGER editions_fixed BEFORE UPDATE ON editions
WHEN OLD.state <> 'open'
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.number IS DISTINCT FROM OLD.number
    OR NEW.opened_by IS DISTINCT FROM OLD.opened_by
    OR NEW.opened_by_name IS DISTINCT FROM OLD.opened_by_name
    OR NEW.opened_at IS DISTINCT FROM OLD.opened_at
    OR NEW.row_version <> OLD.row_version + 1
BEGIN SELECT RAISE(ABORT, 'an edition that was issued or given up stays as it is'); END;
DROP TRIGGER IF EXISTS editions_whole;
CREATE TRIGGER editions_whole BEFORE UPDATE ON editions
WHEN OLD.state = 'open' AND NEW.state <> 'open' AND (
    EXISTS (SELECT 1 FROM edition_members m WHERE m.edition_id = NEW.id AND m.state = 'waiting')
    OR (NEW.state = 'issued') <> EXISTS (
        SELECT 1 FROM edition_members m WHERE m.edition_id = NEW.id AND m.state = 'approved')
    OR EXISTS (SELECT 1 FROM edition_members m JOIN versions v ON v.id = m.version_id
        WHERE m.edition_id = NEW.id AND m.state = 'approved' AND v.planned_from IS DISTINCT FROM NEW.effective_from))
BEGIN SELECT RAISE(ABORT, 'an edition is issued when each of its versions has its verdict'); END;
DROP TRIGGER IF EXISTS editions_no_delete;
CREATE TRIGGER editions_no_delete BEFORE DELETE ON editions
BEGIN SELECT RAISE(ABORT, 'editions is only ever added to'); END;
DROP TRIGGER IF EXISTS edition_members_new;
CREATE TRIGGER edition_members_new BEFORE INSERT ON edition_members
WHEN NEW.state <> 'waiting' OR NOT EXISTS (
    SELECT 1 FROM editions e JOIN versions v ON v.id = NEW.version_id WHERE e.id = NEW.edition_id AND e.state = 'open'
        AND e.agency_id = v.agency_id AND v.stage = 'in_approval' AND v.round = NEW.round
        AND v.content_sha256 = NEW.content_sha256)
BEGIN SELECT RAISE(ABORT, 'what waits for approval is put into an open edition as it stands'); END;
DROP TRIGGER IF EXISTS edition_members_fixed;
CREATE TRIGGER edition_members_fixed BEFORE UPDATE ON edition_members
WHEN OLD.state <> 'waiting'
    OR NEW.id IS DISTINCT FROM OLD.id
    OR NEW.agency_id IS DISTINCT FROM OLD.agency_id
    OR NEW.edition_id IS DISTINCT FROM OLD.edition_id
    OR NEW.version_id IS DISTINCT FROM OLD.version_id
    OR NEW.round IS DISTINCT FROM OLD.round
    OR NEW.content_sha256 IS DISTINCT FROM OLD.content_sha256
    OR NEW.title IS DISTINCT FROM OLD.title
    OR NEW.added_by IS DISTINCT FROM OLD.added_by
    OR NEW.added_by_name IS DISTINCT FROM OLD.added_by_name
    OR NEW.added_at IS DISTINCT FROM OLD.added_at
BEGIN SELECT RAISE(ABORT, 'what became of a version in an edition is told once'); END;
DROP TRIGGER IF EXISTS edition_members_approved;
CREATE TRIGGER edition_members_approved BEFORE UPDATE ON edition_members
WHEN OLD.state = 'waiting' AND NEW.state = 'approved' AND NOT EXISTS (
    SELECT 1 FROM editions e JOIN versions v ON v.id = NEW.version_id WHERE e.id = NEW.edition_id AND e.state = 'open'
        AND v.stage = 'approved' AND v.round = NEW.round AND v.content_sha256 = NEW.content_sha256
        AND v.planned_from = e.effective_from)
BEGIN SELECT RAISE(ABORT, 'a version is approved in its edition once it is approved for its day'); END;
DROP TRIGGER IF EXISTS edition_members_no_delete;
CREATE TRIGGER edition_members_no_delete BEFORE DELETE ON edition_members
BEGIN SELECT RAISE(ABORT, 'edition_members is only ever added to'); END;
DROP TRIGGER IF EXISTS token_signatures_no_update;
CREATE TRIGGER token_signatures_no_update BEFORE UPDATE ON token_signatures
BEGIN SELECT RAISE(ABORT, 'token_signatures is only ever added to'); END;
DROP TRIGGER IF EXISTS token_signatures_no_delete;
CREATE TRIGGER token_signatures_no_delete BEFORE DELETE ON token_signatures
BEGIN SELECT RAISE(ABORT, 'token_signatures is only ever added to'); END;
