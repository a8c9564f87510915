//! The tables of this room.

diesel::table! {
    severity_tables (agency_id) {
        agency_id -> Text,
        row_version -> BigInt,
    }
}

diesel::table! {
    severity_choices (agency_id, kind) {
        agency_id -> Text,
        kind -> Text,
        weight -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(severity_tables, severity_choices);
