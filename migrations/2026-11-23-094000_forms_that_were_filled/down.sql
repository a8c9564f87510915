DROP TABLE form_records;
DROP INDEX versions_of_document;
