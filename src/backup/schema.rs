//! The table of this room.

diesel::table! {
    backup_runs (agency_id, number) {
        agency_id -> Text,
        number -> BigInt,
        kind -> Text,
        cause -> Text,
        state -> Text,
        asked_by -> Nullable<Text>,
        asked_by_name -> Text,
        asked_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        file_name -> Text,
        file_sha256 -> Nullable<Text>,
        file_bytes -> Nullable<BigInt>,
        took_ms -> Nullable<BigInt>,
        fault -> Text,
        fault_text -> Text,
        report -> Text,
        report_sha256 -> Nullable<Text>,
        report_signature -> Nullable<Text>,
        figures -> Text,
    }
}
