-- What finding orders its answers by stands beside the place in the index, as it was when the entries were made: a
-- question reads one small table and not the versions with their texts. Scheme 0: all entries are made anew.
ALTER TABLE version_search ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE version_search ADD COLUMN stage TEXT NOT NULL DEFAULT 'draft';
UPDATE version_search SET scheme = 0;
