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
    ledger_leaves (agency_id, seq) {
        agency_id -> Text,
        seq -> BigInt,
        bytes -> Text,
        leaf_hash -> Text,
    }
}

diesel::table! {
    ledger_nodes (agency_id, idx) {
        agency_id -> Text,
        idx -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    ledger_checkpoints (agency_id, size) {
        agency_id -> Text,
        size -> BigInt,
        root -> Text,
        note -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    ledger_cosignatures (agency_id, size, witness, at) {
        agency_id -> Text,
        size -> BigInt,
        witness -> Text,
        line -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    counters (agency_id, name) {
        agency_id -> Text,
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    request_keys (agency_id, key_sha256) {
        agency_id -> Text,
        key_sha256 -> Text,
        body_sha256 -> Text,
        claimed_by -> Text,
        claimed_at -> Timestamp,
        answer -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(ledger, ledger_leaves);
diesel::allow_tables_to_appear_in_same_query!(ledger_checkpoints, ledger_cosignatures);
