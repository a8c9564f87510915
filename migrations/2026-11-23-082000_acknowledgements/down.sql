DROP TABLE reading_reminders;
DROP TABLE acknowledgements;
