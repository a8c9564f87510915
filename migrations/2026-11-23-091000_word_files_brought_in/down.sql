DROP TABLE word_files;
