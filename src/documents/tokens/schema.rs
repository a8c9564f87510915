//! The table of signatures that were made with tokens.

diesel::table! {
    token_signatures (id) {
        id -> Text,
        agency_id -> Text,
        version_id -> Text,
        round -> BigInt,
        kind -> Text,
        part -> Text,
        content_sha256 -> Text,
        content_bytes -> BigInt,
        file_sha256 -> Text,
        place -> BigInt,
        subject -> Text,
        issuer -> Text,
        serial -> Text,
        certificate_sha256 -> Text,
        root_sha256 -> Text,
        hash -> Text,
        claimed_at -> Nullable<Timestamp>,
        judged_at -> Timestamp,
        time_from -> Text,
        revocation -> Text,
        person_id -> Text,
        person_name -> Text,
        at -> Timestamp,
    }
}
