ALTER TABLE personal_data DROP COLUMN lost_at;
