-- What was signed of a document at a review stays as it was.
DROP TRIGGER IF EXISTS document_reviews_no_update;
CREATE TRIGGER document_reviews_no_update BEFORE UPDATE ON document_reviews
BEGIN SELECT RAISE(ABORT, 'document_reviews is only ever added to'); END;
DROP TRIGGER IF EXISTS document_reviews_no_delete;
CREATE TRIGGER document_reviews_no_delete BEFORE DELETE ON document_reviews
BEGIN SELECT RAISE(ABORT, 'document_reviews is only ever added to'); END;
