DROP TABLE log_maps;
DROP TABLE event_logs;
