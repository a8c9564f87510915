ALTER TABLE signatures DROP COLUMN decision_no;
ALTER TABLE position_holders DROP COLUMN capacity;
