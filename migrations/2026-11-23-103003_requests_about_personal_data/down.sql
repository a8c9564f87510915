DROP TABLE data_request_cases;
DROP TABLE data_requests;
