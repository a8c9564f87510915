//! The table of this room.

diesel::table! {
    document_reviews (id) {
        id -> Text,
        agency_id -> Text,
        document_id -> Text,
        version_id -> Text,
        content_sha256 -> Text,
        due_on -> Date,
        verdict -> Text,
        reason -> Text,
        next_due -> Nullable<Date>,
        person_id -> Text,
        person_name -> Text,
        position_name -> Text,
        at -> Timestamp,
    }
}
