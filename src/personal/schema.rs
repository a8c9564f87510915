//! The tables of this room.

diesel::table! {
    personal_data (subject_id, field) {
        subject_id -> Text,
        agency_id -> Text,
        field -> Text,
        case_id -> Nullable<Text>,
        salt -> Nullable<Text>,
        ciphertext -> Nullable<Text>,
        commitment -> Text,
        lost_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    personal_words (agency_id, token, subject_id) {
        agency_id -> Text,
        token -> Text,
        subject_id -> Text,
    }
}

diesel::table! {
    personal_accesses (id) {
        id -> Text,
        agency_id -> Text,
        at -> Timestamp,
        person_id -> Text,
        subject_id -> Text,
        purpose -> Text,
        reason -> Nullable<Text>,
        request_no -> Nullable<BigInt>,
        fields -> Text,
    }
}

diesel::table! {
    personal_erasures (subject_id) {
        subject_id -> Text,
        agency_id -> Text,
        request_no -> Nullable<BigInt>,
        basis -> Text,
        proposed_by -> Text,
        erased_by -> Text,
        erased_at -> Timestamp,
    }
}

diesel::table! {
    case_applicants (case_id) {
        case_id -> Text,
        agency_id -> Text,
        full_name -> Text,
        address -> Text,
        phone -> Text,
    }
}
