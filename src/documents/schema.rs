//! The tables of this room.

diesel::table! {
    documents (id) {
        id -> Text,
        agency_id -> Text,
        code -> Text,
        kind -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    versions (id) {
        id -> Text,
        agency_id -> Text,
        document_id -> Text,
        number -> BigInt,
        stage -> Text,
        round -> BigInt,
        title -> Text,
        title_en -> Text,
        field -> Text,
        source -> Text,
        content_sha256 -> Text,
        author_id -> Text,
        author_name -> Text,
        created_at -> Timestamp,
        saved_at -> Timestamp,
        row_version -> BigInt,
        planned_from -> Nullable<Date>,
        effective_from -> Nullable<Date>,
        effective_to -> Nullable<Date>,
        issue_no -> BigInt,
        amendment_no -> BigInt,
    }
}

diesel::table! {
    version_search (place) {
        place -> BigInt,
        agency_id -> Text,
        version_id -> Text,
        document_id -> Text,
        scheme -> BigInt,
        code -> Text,
        stage -> Text,
    }
}

diesel::table! {
    version_writers (version_id, person_id) {
        agency_id -> Text,
        version_id -> Text,
        person_id -> Text,
        person_name -> Text,
        last_at -> Timestamp,
    }
}

diesel::table! {
    draft_typings (version_id, person_id) {
        agency_id -> Text,
        version_id -> Text,
        person_id -> Text,
        person_name -> Text,
        row_version -> BigInt,
        fields -> Text,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    version_roles (version_id, role_code) {
        agency_id -> Text,
        version_id -> Text,
        role_code -> Text,
    }
}

diesel::table! {
    version_rounds (version_id, round) {
        agency_id -> Text,
        version_id -> Text,
        round -> BigInt,
        source -> Text,
        content_sha256 -> Text,
        submitted_at -> Timestamp,
    }
}

diesel::table! {
    version_sheets (version_id, round) {
        agency_id -> Text,
        version_id -> Text,
        round -> BigInt,
        setting -> BigInt,
        facts -> Text,
        sha256 -> Text,
        pages -> BigInt,
    }
}

diesel::table! {
    routes (id) {
        id -> Text,
        agency_id -> Text,
        kind -> Text,
        field -> Text,
        stage_no -> BigInt,
        meaning -> Text,
        needs -> Text,
        position_id -> Text,
        days -> Nullable<BigInt>,
    }
}

diesel::table! {
    version_stages (version_id, round, stage_no, position_id) {
        agency_id -> Text,
        version_id -> Text,
        round -> BigInt,
        stage_no -> BigInt,
        meaning -> Text,
        needs -> Text,
        position_id -> Text,
        position_name -> Text,
        days -> Nullable<BigInt>,
    }
}

diesel::table! {
    signatures (id) {
        id -> Text,
        agency_id -> Text,
        version_id -> Text,
        round -> BigInt,
        stage_no -> BigInt,
        position_id -> Text,
        position_name -> Text,
        meaning -> Text,
        verdict -> Text,
        reason -> Nullable<Text>,
        content_sha256 -> Text,
        person_id -> Text,
        person_name -> Text,
        at -> Timestamp,
        decision_no -> Nullable<Text>,
    }
}

diesel::table! {
    version_acts (id) {
        id -> Text,
        agency_id -> Text,
        version_id -> Text,
        round -> BigInt,
        act -> Text,
        person_id -> Nullable<Text>,
        person_name -> Text,
        reason -> Nullable<Text>,
        content_sha256 -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    attached_files (agency_id, sha256) {
        agency_id -> Text,
        sha256 -> Text,
        media_type -> Text,
        bytes -> BigInt,
        added_at -> Timestamp,
    }
}

diesel::table! {
    version_files (version_id, sha256) {
        agency_id -> Text,
        version_id -> Text,
        sha256 -> Text,
        name -> Text,
        added_by -> Text,
        added_by_name -> Text,
        added_at -> Timestamp,
    }
}

diesel::table! {
    code_patterns (agency_id, kind) {
        agency_id -> Text,
        kind -> Text,
        pattern -> Text,
    }
}

diesel::table! {
    code_reservations (id) {
        id -> Text,
        agency_id -> Text,
        code -> Text,
        purpose -> Text,
        until -> Date,
        person_id -> Text,
        person_name -> Text,
        made_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        document_id -> Nullable<Text>,
    }
}

diesel::table! {
    old_codes (id) {
        id -> Text,
        agency_id -> Text,
        document_id -> Text,
        code -> Text,
        new_code -> Text,
        reason -> Text,
        decision_no -> Text,
        person_id -> Text,
        person_name -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    roles (id) {
        id -> Text,
        agency_id -> Text,
        code -> Text,
        name -> Text,
        name_en -> Text,
        unit -> Text,
        external -> Bool,
    }
}

diesel::joinable!(old_codes -> documents (document_id));
diesel::joinable!(versions -> documents (document_id));
diesel::joinable!(version_roles -> versions (version_id));
diesel::joinable!(version_stages -> versions (version_id));
diesel::joinable!(signatures -> versions (version_id));
diesel::joinable!(version_rounds -> versions (version_id));
diesel::allow_tables_to_appear_in_same_query!(
    documents,
    versions,
    old_codes,
    version_roles,
    version_rounds,
    version_search,
    version_stages,
    signatures
);
