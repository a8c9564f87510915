DROP TABLE token_signatures;
