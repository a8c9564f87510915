//! The table of this room.

diesel::table! {
    form_records (id) {
        id -> Text,
        agency_id -> Text,
        code -> Text,
        document_id -> Text,
        version_id -> Text,
        content_sha256 -> Text,
        form_code -> Text,
        case_id -> Nullable<Text>,
        case_code -> Nullable<Text>,
        step_code -> Nullable<Text>,
        filled -> Text,
        person_id -> Text,
        person_name -> Text,
        position_name -> Text,
        at -> Timestamp,
        replaces_id -> Nullable<Text>,
        reason -> Nullable<Text>,
        is_sealed -> Bool,
    }
}
