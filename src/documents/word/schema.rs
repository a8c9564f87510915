//! The table of Word files.

diesel::table! {
    word_files (id) {
        id -> Text,
        agency_id -> Text,
        number -> BigInt,
        file_name -> Text,
        file_sha256 -> Nullable<Text>,
        state -> Text,
        code -> Text,
        title -> Text,
        notes -> BigInt,
        reason -> Text,
        version_id -> Nullable<Text>,
        added_by -> Text,
        added_by_name -> Text,
        added_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_by_name -> Text,
        decided_at -> Nullable<Timestamp>,
        row_version -> BigInt,
    }
}
