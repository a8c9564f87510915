//! The tables of this room.

diesel::table! {
    cases (id) {
        id -> Text,
        agency_id -> Text,
        code -> Text,
        document_id -> Text,
        version_id -> Text,
        duration_code -> Text,
        received_at -> Timestamp,
        promised_at -> Nullable<Timestamp>,
        received_by -> Text,
        due_at -> Nullable<Timestamp>,
        last_seq -> BigInt,
        ended -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_events (id) {
        id -> Text,
        agency_id -> Text,
        case_id -> Text,
        seq -> BigInt,
        kind -> Text,
        step_code -> Nullable<Text>,
        outcome -> Nullable<Text>,
        note -> Text,
        outputs -> Text,
        person_id -> Text,
        person_name -> Text,
        position_name -> Text,
        version_id -> Text,
        done_at -> Timestamp,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        off_workflow -> Bool,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    case_papers (case_id, paper_no) {
        case_id -> Text,
        agency_id -> Text,
        paper_no -> BigInt,
        at_seq -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    case_waiting (case_id, step_code, role_code) {
        case_id -> Text,
        agency_id -> Text,
        step_code -> Text,
        step_name -> Text,
        role_code -> Text,
        since -> Timestamp,
        due_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(case_events -> cases (case_id));
diesel::joinable!(case_papers -> cases (case_id));
diesel::joinable!(case_waiting -> cases (case_id));
diesel::allow_tables_to_appear_in_same_query!(cases, case_events, case_papers, case_waiting);
