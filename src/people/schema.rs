//! The tables of this room.

diesel::table! {
    agencies (id) {
        id -> Text,
        code -> Text,
        name -> Text,
        name_en -> Text,
        case_prefix -> Text,
        parent_id -> Nullable<Text>,
    }
}

diesel::table! {
    persons (id) {
        id -> Text,
        agency_id -> Text,
        username -> Text,
        full_name -> Text,
        password_hash -> Nullable<Text>,
        active -> Bool,
        language -> Text,
        created_at -> Timestamp,
        row_version -> BigInt,
        short_password -> Bool,
        employee_no -> Text,
    }
}

diesel::table! {
    access_grants (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        access_role -> Text,
        granted_at -> Timestamp,
        granted_by -> Text,
        revoked_at -> Nullable<Timestamp>,
        revoked_by -> Nullable<Text>,
        decision_no -> Text,
        confirmed_by -> Nullable<Text>,
        mandate_from -> Nullable<Date>,
        mandate_to -> Nullable<Date>,
    }
}

diesel::table! {
    access_proposals (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        access_role -> Text,
        decision_no -> Text,
        mandate_from -> Nullable<Date>,
        mandate_to -> Nullable<Date>,
        proposed_at -> Timestamp,
        proposed_by -> Text,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    positions (id) {
        id -> Text,
        agency_id -> Text,
        code -> Text,
        name -> Text,
        name_en -> Text,
        unit -> Text,
    }
}

diesel::table! {
    position_holders (id) {
        id -> Text,
        agency_id -> Text,
        position_id -> Text,
        person_id -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        decision_no -> Text,
        capacity -> Text,
        lent_by -> Nullable<Text>,
        scope -> Text,
        reason -> Text,
        ended_on -> Nullable<Date>,
        statement -> Nullable<Text>,
        signature -> Nullable<Text>,
        key_id -> Nullable<Text>,
        ledger_size -> Nullable<BigInt>,
        lent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (token_sha256) {
        token_sha256 -> Text,
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        csrf_seed -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        device -> Text,
        address -> Text,
        proved_by -> Text,
        ended_at -> Nullable<Timestamp>,
        ended_why -> Nullable<Text>,
    }
}

diesel::table! {
    one_time_codes (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Nullable<Text>,
        code_sha256 -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    guess_counters (kind, subject) {
        kind -> Text,
        subject -> Text,
        failures -> BigInt,
        last_at -> Timestamp,
    }
}

diesel::table! {
    known_devices (token_sha256, person_id) {
        token_sha256 -> Text,
        agency_id -> Text,
        person_id -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    second_factors (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        kind -> Text,
        name -> Text,
        secret -> Text,
        last_step -> BigInt,
        made_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        used_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
        removed_by -> Nullable<Text>,
    }
}

diesel::table! {
    recovery_codes (code_sha256) {
        code_sha256 -> Text,
        agency_id -> Text,
        person_id -> Text,
        made_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    half_sign_ins (token_sha256) {
        token_sha256 -> Text,
        agency_id -> Text,
        person_id -> Text,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        is_oidc -> Bool,
    }
}

diesel::table! {
    oidc_links (id) {
        id -> Text,
        agency_id -> Text,
        person_id -> Text,
        issuer -> Text,
        subject -> Text,
        linked_at -> Timestamp,
        linked_by -> Text,
        removed_at -> Nullable<Timestamp>,
        removed_by -> Nullable<Text>,
    }
}

diesel::table! {
    factor_rules (id) {
        id -> Text,
        agency_id -> Text,
        rule -> Text,
        reason -> Text,
        decided_at -> Timestamp,
        decided_by -> Nullable<Text>,
    }
}

diesel::joinable!(persons -> agencies (agency_id));
diesel::joinable!(sessions -> persons (person_id));
diesel::joinable!(oidc_links -> persons (person_id));
diesel::allow_tables_to_appear_in_same_query!(oidc_links, persons);
diesel::allow_tables_to_appear_in_same_query!(agencies, persons, sessions);
diesel::joinable!(position_holders -> positions (position_id));
diesel::allow_tables_to_appear_in_same_query!(position_holders, positions);
