DROP INDEX versions_issue;
ALTER TABLE versions DROP COLUMN amendment_no;
ALTER TABLE versions DROP COLUMN issue_no;
