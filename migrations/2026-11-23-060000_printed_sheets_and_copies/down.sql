DROP TABLE version_sheets;
