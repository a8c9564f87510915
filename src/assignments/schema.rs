//! The tables of this room.

diesel::table! {
    assignments (id) {
        id -> Text,
        agency_id -> Text,
        role_id -> Text,
        document_id -> Nullable<Text>,
        position_id -> Nullable<Text>,
        person_id -> Nullable<Text>,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        decision_no -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        end_decision_no -> Nullable<Text>,
    }
}
