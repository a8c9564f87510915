//! The table of drafts that were opened from practice.

diesel::table! {
    amendments (id) {
        id -> Text,
        agency_id -> Text,
        number -> BigInt,
        document_id -> Text,
        version_id -> Text,
        studied_id -> Text,
        period_from -> Date,
        period_to -> Date,
        cases -> BigInt,
        proposals -> Text,
        report_sha256 -> Text,
        cases_sha256 -> Text,
        opened_by -> Text,
        opened_by_name -> Text,
        opened_at -> Timestamp,
    }
}
