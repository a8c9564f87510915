//! The tables of keys.

diesel::table! {
    signing_keys (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        public_key -> Text,
        wrapped_private -> Text,
        salt -> Text,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
        retired_why -> Nullable<Text>,
        certificate -> Nullable<Text>,
    }
}

diesel::table! {
    key_attestations (id) {
        id -> Text,
        agency_id -> Text,
        key_id -> Text,
        person_id -> Text,
        access_role -> Text,
        by_key_id -> Text,
        statement -> Text,
        signature -> Text,
        at -> Timestamp,
    }
}
