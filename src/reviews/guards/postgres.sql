-- What was signed of a document at a review stays as it was.
DROP TRIGGER IF EXISTS document_reviews_no_change ON document_reviews;
CREATE TRIGGER document_reviews_no_change BEFORE UPDATE OR DELETE ON document_reviews
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER IF EXISTS document_reviews_no_truncate ON document_reviews;
CREATE TRIGGER document_reviews_no_truncate BEFORE TRUNCATE ON document_reviews
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
