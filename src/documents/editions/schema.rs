//! The tables of editions.

diesel::table! {
    editions (id) {
        id -> Text,
        agency_id -> Text,
        number -> BigInt,
        title -> Text,
        decision_no -> Text,
        decided_on -> Nullable<Date>,
        effective_from -> Date,
        position_id -> Text,
        position_name -> Text,
        state -> Text,
        opened_by -> Text,
        opened_by_name -> Text,
        opened_at -> Timestamp,
        signer_id -> Nullable<Text>,
        signer_name -> Text,
        signer_decision_no -> Nullable<Text>,
        issued_at -> Nullable<Timestamp>,
        reason -> Text,
        row_version -> BigInt,
    }
}

diesel::table! {
    edition_members (id) {
        id -> Text,
        agency_id -> Text,
        edition_id -> Text,
        version_id -> Text,
        round -> BigInt,
        content_sha256 -> Text,
        code -> Text,
        title -> Text,
        state -> Text,
        added_by -> Text,
        added_by_name -> Text,
        added_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(edition_members -> editions (edition_id));
diesel::allow_tables_to_appear_in_same_query!(editions, edition_members);
