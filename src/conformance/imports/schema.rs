//! The tables of logs from elsewhere.

diesel::table! {
    event_logs (id) {
        id -> Text,
        agency_id -> Text,
        number -> BigInt,
        name -> Text,
        file_name -> Text,
        file_sha256 -> Text,
        version_id -> Nullable<Text>,
        net_sha256 -> Nullable<Text>,
        net_name -> Text,
        map -> Text,
        state -> Text,
        result -> Text,
        report_sha256 -> Nullable<Text>,
        findings_sha256 -> Nullable<Text>,
        added_by -> Text,
        added_by_name -> Text,
        added_at -> Timestamp,
        judged_at -> Nullable<Timestamp>,
        row_version -> BigInt,
    }
}

diesel::table! {
    log_maps (id) {
        id -> Text,
        agency_id -> Text,
        name -> Text,
        map -> Text,
        saved_by -> Text,
        saved_by_name -> Text,
        saved_at -> Timestamp,
    }
}
