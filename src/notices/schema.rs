//! The tables of this room.

diesel::table! {
    notice_settings (person_id) {
        person_id -> Text,
        agency_id -> Text,
        address -> Text,
        confirmed_at -> Nullable<Timestamp>,
        token_sha256 -> Nullable<Text>,
        token_until -> Nullable<Timestamp>,
        mode -> Text,
        hour -> BigInt,
        language -> Text,
        feed_sha256 -> Nullable<Text>,
        row_version -> BigInt,
    }
}

diesel::table! {
    letters (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        purpose -> Text,
        address -> Text,
        language -> Text,
        token -> Nullable<Text>,
        digest_on -> Nullable<Date>,
        state -> Text,
        tries -> BigInt,
        next_try_at -> Nullable<Timestamp>,
        last_error -> Text,
        made_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    notices (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        kind -> Text,
        turn -> Text,
        code -> Text,
        title -> Text,
        path -> Text,
        due_on -> Nullable<Date>,
        is_late -> Bool,
        told_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
        over_at -> Nullable<Timestamp>,
        letter_id -> Nullable<Text>,
    }
}

diesel::joinable!(notices -> letters (letter_id));
diesel::allow_tables_to_appear_in_same_query!(notices, letters);
