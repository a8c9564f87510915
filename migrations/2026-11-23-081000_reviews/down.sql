DROP TABLE document_reviews;
DROP INDEX versions_content;
