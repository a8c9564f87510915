DROP TABLE severity_choices;
DROP TABLE severity_tables;
