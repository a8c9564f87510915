DROP TABLE signed_statements;
DROP TABLE key_attestations;
DROP TABLE signing_keys;
