DROP TABLE amendments;
DROP TABLE version_files;
