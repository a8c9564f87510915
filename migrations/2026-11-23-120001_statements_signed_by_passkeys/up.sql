-- What a passkey signed over a statement, beside the signature by its person's own key: JSON of its parts.
ALTER TABLE signed_statements ADD COLUMN passkey TEXT CHECK (passkey <> '');
