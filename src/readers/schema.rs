//! The tables of this room.

diesel::table! {
    acknowledgements (version_id, person_id) {
        agency_id -> Text,
        version_id -> Text,
        person_id -> Text,
        content_sha256 -> Text,
        person_name -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    reading_reminders (id) {
        id -> Text,
        agency_id -> Text,
        version_id -> Text,
        person_id -> Text,
        by_id -> Nullable<Text>,
        by_name -> Text,
        at -> Timestamp,
    }
}
