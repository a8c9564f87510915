DROP TABLE form_records;
DROP INDEX versions_document_content;
