//! Reading and keeping signatures of tokens.

use super::schema::token_signatures as t;
use super::{SignedPart, TokenKind};
use crate::kernel::{PersonId, VersionId};
use crate::ledger::Work;
use crate::tokens::{Revocation, TimeFrom};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

/// A signature that was made with a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenSigned {
    /// Its id.
    pub id: String,
    /// The version.
    pub version_id: VersionId,
    /// The round of review and approval.
    pub round: i64,
    /// How it was handed in.
    pub kind: TokenKind,
    /// What was signed.
    pub part: SignedPart,
    /// SHA-256 of what was signed, and its length in bytes.
    pub content_sha256: String,
    /// See `content_sha256`.
    pub content_bytes: i64,
    /// SHA-256 of the file that was handed in.
    pub file_sha256: String,
    /// Its place among the signatures of the file, from 0.
    pub place: i64,
    /// Whose certificate it was made with.
    pub subject: String,
    /// Who issued the certificate.
    pub issuer: String,
    /// The certificate's serial number, in hexadecimal.
    pub serial: String,
    /// SHA-256 of the certificate.
    pub certificate_sha256: String,
    /// SHA-256 of the root of the office that it led to.
    pub root_sha256: String,
    /// The hash that was signed.
    pub hash: String,
    /// When it says to have been made, UTC.
    pub claimed_at: Option<NaiveDateTime>,
    /// The moment by which it was judged, UTC.
    pub judged_at: NaiveDateTime,
    /// Where that comes from.
    pub time_from: TimeFrom,
    /// Whether it is known that the certificate was not revoked then.
    pub revocation: Revocation,
    /// Who handed it in.
    pub person_id: PersonId,
    /// The name on that day.
    pub person_name: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

type Row = (
    (String, VersionId, i64, TokenKind, SignedPart, String, i64),
    (String, i64, String, String, String, String, String),
    (String, Option<NaiveDateTime>, NaiveDateTime, TimeFrom, Revocation),
    (PersonId, String, NaiveDateTime),
);

macro_rules! columns {
    () => {
        (
            (
                t::id,
                t::version_id,
                t::round,
                t::kind,
                t::part,
                t::content_sha256,
                t::content_bytes,
            ),
            (
                t::file_sha256,
                t::place,
                t::subject,
                t::issuer,
                t::serial,
                t::certificate_sha256,
                t::root_sha256,
            ),
            (t::hash, t::claimed_at, t::judged_at, t::time_from, t::revocation),
            (t::person_id, t::person_name, t::at),
        )
    };
}

fn of_row(row: Row) -> TokenSigned {
    let (id, version_id, round, kind, part, content_sha256, content_bytes) = row.0;
    let (file_sha256, place, subject, issuer, serial, certificate_sha256, root_sha256) = row.1;
    let (hash, claimed_at, judged_at, time_from, revocation) = row.2;
    let (person_id, person_name, at) = row.3;
    TokenSigned {
        id,
        version_id,
        round,
        kind,
        part,
        content_sha256,
        content_bytes,
        file_sha256,
        place,
        subject,
        issuer,
        serial,
        certificate_sha256,
        root_sha256,
        hash,
        claimed_at,
        judged_at,
        time_from,
        revocation,
        person_id,
        person_name,
        at,
    }
}

/// The most signatures of tokens that one version holds.
pub(super) const MOST: usize = 50;

/// The signatures of tokens on a version, oldest first.
///
/// # Errors
/// When the database fails.
pub fn token_signatures(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<TokenSigned>> {
    let agency = work.agency();
    let rows: Vec<Row> = t::table
        .filter(t::agency_id.eq(&agency).and(t::version_id.eq(version)))
        .order((t::at, t::id))
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(of_row).collect())
}

/// At most `most` of the agency after this id, in the order of their ids.
pub(super) fn all_after(work: &mut Work<'_>, id: &str, most: i64) -> QueryResult<Vec<TokenSigned>> {
    let agency = work.agency();
    let rows: Vec<Row> = t::table
        .filter(t::agency_id.eq(&agency).and(t::id.gt(id)))
        .order(t::id)
        .limit(most)
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(of_row).collect())
}

/// Keeps one.
pub(super) fn insert(work: &mut Work<'_>, new: &TokenSigned) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(t::table)
        .values((
            (
                t::id.eq(&new.id),
                t::agency_id.eq(&agency),
                t::version_id.eq(&new.version_id),
                t::round.eq(new.round),
                t::kind.eq(new.kind),
                t::part.eq(new.part),
                t::content_sha256.eq(&new.content_sha256),
                t::content_bytes.eq(new.content_bytes),
            ),
            (
                t::file_sha256.eq(&new.file_sha256),
                t::place.eq(new.place),
                t::subject.eq(&new.subject),
                t::issuer.eq(&new.issuer),
                t::serial.eq(&new.serial),
                t::certificate_sha256.eq(&new.certificate_sha256),
                t::root_sha256.eq(&new.root_sha256),
            ),
            (
                t::hash.eq(&new.hash),
                t::claimed_at.eq(new.claimed_at),
                t::judged_at.eq(new.judged_at),
                t::time_from.eq(new.time_from),
                t::revocation.eq(new.revocation),
                t::person_id.eq(&new.person_id),
                t::person_name.eq(&new.person_name),
                t::at.eq(new.at),
            ),
        ))
        .execute(work.conn)
        .map(drop)
}
