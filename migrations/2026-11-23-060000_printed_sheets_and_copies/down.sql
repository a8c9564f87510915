DROP TABLE document_copies;
DROP INDEX versions_of_document;
DROP TABLE version_sheets;
