-- When two people gave up the key of a sealed value as lost for good; a value without one opens with its key.
ALTER TABLE personal_data ADD COLUMN lost_at TIMESTAMP;
