DROP INDEX form_records_sealed;
ALTER TABLE form_records DROP COLUMN is_sealed;
