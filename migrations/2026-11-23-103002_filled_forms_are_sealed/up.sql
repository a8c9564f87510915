-- Whether the personal answers of a filled form are sealed; those in clear are sealed at the next start of the program.
ALTER TABLE form_records ADD COLUMN is_sealed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX form_records_sealed ON form_records (agency_id, is_sealed);
