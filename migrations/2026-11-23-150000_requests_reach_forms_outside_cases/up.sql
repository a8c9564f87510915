-- The forms outside of cases that an erasure is proposed for: their personal answers are sealed under their own ids.
CREATE TABLE data_request_records (
    agency_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (request_id, record_id),
    FOREIGN KEY (agency_id, request_id) REFERENCES data_requests (agency_id, id),
    FOREIGN KEY (agency_id, record_id) REFERENCES form_records (agency_id, id)
);
CREATE INDEX data_request_records_request ON data_request_records (agency_id, request_id);
CREATE INDEX data_request_records_record ON data_request_records (agency_id, record_id);
