//! The tables of this room.

diesel::table! {
    external_documents (id) {
        id -> Text,
        agency_id -> Text,
        number -> BigInt,
        sign -> Text,
        sign_key -> Text,
        year -> BigInt,
        kind -> Text,
        title -> Text,
        issuer -> Text,
        issued_on -> Nullable<Date>,
        effective_from -> Nullable<Date>,
        effective_to -> Nullable<Date>,
        link -> Text,
        source -> Text,
        unconfirmed -> Bool,
        added_by -> Nullable<Text>,
        added_by_name -> Text,
        added_at -> Timestamp,
        row_version -> BigInt,
    }
}

diesel::table! {
    law_changes (id) {
        id -> Text,
        agency_id -> Text,
        number -> BigInt,
        old_id -> Text,
        kind -> Text,
        new_id -> Nullable<Text>,
        effective_on -> Date,
        due_on -> Date,
        note -> Text,
        registered_by -> Nullable<Text>,
        registered_by_name -> Text,
        registered_at -> Timestamp,
        cancelled_by -> Nullable<Text>,
        cancelled_by_name -> Nullable<Text>,
        cancelled_at -> Nullable<Timestamp>,
        cancel_reason -> Nullable<Text>,
    }
}

diesel::table! {
    law_tasks (id) {
        id -> Text,
        agency_id -> Text,
        change_id -> Text,
        document_id -> Text,
        version_id -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    law_task_acts (id) {
        id -> Text,
        agency_id -> Text,
        task_id -> Text,
        act -> Text,
        assignee_id -> Nullable<Text>,
        version_id -> Nullable<Text>,
        reason -> Nullable<Text>,
        by_id -> Nullable<Text>,
        by_name -> Text,
        at -> Timestamp,
    }
}

diesel::joinable!(law_tasks -> law_changes (change_id));
diesel::joinable!(law_task_acts -> law_tasks (task_id));
diesel::allow_tables_to_appear_in_same_query!(law_changes, law_tasks, law_task_acts);
