ALTER TABLE signed_statements DROP COLUMN passkey;
