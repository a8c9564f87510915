DROP TABLE draft_typings;
