DROP TABLE document_copies;
DROP TABLE version_sheets;
