DROP TABLE data_request_records;
