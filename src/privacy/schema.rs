//! The tables of this room.

diesel::table! {
    data_requests (id) {
        id -> Text,
        agency_id -> Text,
        number -> BigInt,
        kind -> Text,
        state -> Text,
        received_at -> Timestamp,
        received_by -> Text,
        taken_at -> Nullable<Timestamp>,
        answer_due_at -> Timestamp,
        due_at -> Timestamp,
        extended_at -> Nullable<Timestamp>,
        extension_reason -> Nullable<Text>,
        proposed_by -> Nullable<Text>,
        proposed_at -> Nullable<Timestamp>,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        answer -> Text,
        basis -> Text,
        row_version -> BigInt,
    }
}

diesel::table! {
    data_request_cases (request_id, case_id) {
        agency_id -> Text,
        request_id -> Text,
        case_id -> Text,
    }
}

diesel::table! {
    data_request_records (request_id, record_id) {
        agency_id -> Text,
        request_id -> Text,
        record_id -> Text,
    }
}
