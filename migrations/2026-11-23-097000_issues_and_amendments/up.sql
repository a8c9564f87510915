-- Two numbers that people know a version by: the issue (lần ban hành), and the amendment within it (lần sửa đổi).
-- Until now each version was an issue of its own.
ALTER TABLE versions ADD COLUMN issue_no BIGINT NOT NULL DEFAULT 1 CHECK (issue_no > 0);
ALTER TABLE versions ADD COLUMN amendment_no BIGINT NOT NULL DEFAULT 0 CHECK (amendment_no >= 0);
UPDATE versions SET issue_no = number;
CREATE UNIQUE INDEX versions_issue ON versions (document_id, issue_no, amendment_no)
    WHERE stage IN ('in_review', 'in_approval', 'approved', 'effective', 'superseded', 'withdrawn');
