-- Who signs for the holder of a position: for a period, by a decision (KT., TUQ., TL.).
ALTER TABLE position_holders ADD COLUMN capacity TEXT NOT NULL DEFAULT 'own'
    CHECK (capacity = 'own' OR (capacity IN ('kt', 'tuq', 'tl') AND valid_to IS NOT NULL AND decision_no <> ''));
-- The decision by which somebody signed for the holder of a position.
ALTER TABLE signatures ADD COLUMN decision_no TEXT CHECK (decision_no <> '');
