//! The table of this room.

diesel::table! {
    administrative_procedures (id) {
        id -> Text,
        agency_id -> Text,
        code -> Text,
        name -> Text,
        field -> Text,
        level -> Text,
        reception -> Text,
        decision_no -> Text,
        valid_from -> Nullable<Date>,
        ended_from -> Nullable<Date>,
        end_decision_no -> Text,
        changed_by -> Nullable<Text>,
        changed_by_name -> Text,
        changed_at -> Timestamp,
        row_version -> BigInt,
    }
}
