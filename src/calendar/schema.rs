//! The tables of this room.

diesel::table! {
    holidays (agency_id, day) {
        agency_id -> Text,
        day -> Date,
        kind -> Text,
        name -> Text,
        name_en -> Text,
    }
}
