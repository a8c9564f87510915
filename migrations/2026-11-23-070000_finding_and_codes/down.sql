DROP TABLE old_codes;
DROP TABLE code_reservations;
DROP TABLE code_patterns;
DROP TABLE IF EXISTS version_words;
DROP TABLE version_search;
ALTER TABLE versions ADD COLUMN search TEXT NOT NULL DEFAULT '';
