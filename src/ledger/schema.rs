//! The tables of this room.

diesel::table! {
    ledger (agency_id, seq) {
        agency_id -> Text,
        seq -> BigInt,
        at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        act -> Text,
        object_kind -> Text,
        object_id -> Text,
        details -> Text,
    }
}

diesel::table! {
    counters (agency_id, name) {
        agency_id -> Text,
        name -> Text,
        value -> BigInt,
    }
}
