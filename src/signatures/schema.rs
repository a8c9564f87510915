//! The table of this room.

diesel::table! {
    signed_statements (id) {
        id -> Text,
        agency_id -> Text,
        version_id -> Text,
        round -> BigInt,
        act -> Text,
        person_id -> Text,
        key_id -> Text,
        content_root -> Text,
        manifest -> Text,
        statement -> Text,
        signature -> Text,
        nonce -> Nullable<Text>,
        refers_to -> Nullable<Text>,
        ledger_size -> BigInt,
        at -> Timestamp,
        passkey -> Nullable<Text>,
    }
}
