//! The table of this room.

diesel::table! {
    document_copies (id) {
        id -> Text,
        agency_id -> Text,
        document_id -> Text,
        version_id -> Text,
        kind -> Text,
        number -> Nullable<BigInt>,
        holder -> Text,
        place -> Text,
        person_id -> Nullable<Text>,
        position_id -> Nullable<Text>,
        issued_at -> Timestamp,
        issued_by -> Text,
        issued_by_name -> Text,
        state -> Text,
        closed_at -> Nullable<Timestamp>,
        closed_by -> Nullable<Text>,
        closed_by_name -> Nullable<Text>,
        closed_note -> Nullable<Text>,
    }
}
