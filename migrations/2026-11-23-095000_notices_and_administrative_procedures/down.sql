DROP TABLE notices;
DROP TABLE letters;
DROP TABLE notice_settings;
DROP TABLE administrative_procedures;
