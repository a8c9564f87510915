//! All SQL of editions.

use super::edition::{Edition, EditionRow, EditionState, Member, MemberState, NewEdition};
use super::schema::{edition_members as m, editions as e};
use crate::documents::route::Meaning;
use crate::documents::store::{self, acting};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Person, PersonId, PositionId, VersionId, new_id};
use crate::ledger::Work;
use crate::web::{Failure, Say};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many editions one page of the list shows.
pub(in crate::documents) const LIST_PAGE: i64 = 50;

type Row = (
    (String, i64, String, String, Option<NaiveDate>, NaiveDate),
    (PositionId, String, EditionState, String, NaiveDateTime),
    (String, Option<String>, Option<NaiveDateTime>, String, i64),
);

macro_rules! columns {
    () => {
        (
            (
                e::id,
                e::number,
                e::title,
                e::decision_no,
                e::decided_on,
                e::effective_from,
            ),
            (
                e::position_id,
                e::position_name,
                e::state,
                e::opened_by_name,
                e::opened_at,
            ),
            (
                e::signer_name,
                e::signer_decision_no,
                e::issued_at,
                e::reason,
                e::row_version,
            ),
        )
    };
}

fn edition_from(row: Row) -> Edition {
    let (id, number, title, decision_no, decided_on, effective_from) = row.0;
    let (position_id, position_name, state, opened_by_name, opened_at) = row.1;
    let (signer_name, signer_decision_no, issued_at, reason, row_version) = row.2;
    Edition {
        id,
        number,
        title,
        decision_no,
        decided_on,
        effective_from,
        position_id,
        position_name,
        state,
        opened_by_name,
        opened_at,
        signer_name,
        signer_decision_no,
        issued_at,
        reason,
        row_version,
    }
}

/// The edition with this number.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn edition(work: &mut Work<'_>, number: i64) -> QueryResult<Edition> {
    let agency = work.agency();
    e::table
        .filter(e::agency_id.eq(&agency).and(e::number.eq(number)))
        .select(columns!())
        .first::<Row>(work.conn)
        .map(edition_from)
}

/// The edition that a version waits in or was issued with.
///
/// # Errors
/// When the database fails.
pub fn edition_of(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Option<Edition>> {
    let agency = work.agency();
    let row: Option<Row> = e::table
        .inner_join(m::table)
        .filter(e::agency_id.eq(&agency).and(m::version_id.eq(version)))
        .filter(m::state.eq_any([MemberState::Waiting, MemberState::Approved]))
        .select(columns!())
        .first(work.conn)
        .optional()?;
    Ok(row.map(edition_from))
}

/// The numbers of the editions that these versions wait in.
pub(in crate::documents) fn waiting_in(
    work: &mut Work<'_>,
    ids: &[VersionId],
) -> QueryResult<BTreeMap<VersionId, i64>> {
    let agency = work.agency();
    let rows: Vec<(VersionId, i64)> = m::table
        .inner_join(e::table)
        .filter(m::agency_id.eq(&agency).and(m::version_id.eq_any(ids)))
        .filter(m::state.eq(MemberState::Waiting))
        .select((m::version_id, e::number))
        .load(work.conn)?;
    Ok(rows.into_iter().collect())
}

fn counted(work: &mut Work<'_>, rows: Vec<Row>) -> QueryResult<Vec<EditionRow>> {
    let agency = work.agency();
    let editions: Vec<Edition> = rows.into_iter().map(edition_from).collect();
    let ids: Vec<&str> = editions.iter().map(|edition| edition.id.as_str()).collect();
    let counts: Vec<(String, i64)> = m::table
        .filter(m::agency_id.eq(&agency).and(m::edition_id.eq_any(ids)))
        .filter(m::state.eq_any([MemberState::Waiting, MemberState::Approved]))
        .group_by(m::edition_id)
        .select((m::edition_id, diesel::dsl::count_star()))
        .load(work.conn)?;
    let counts: BTreeMap<String, i64> = counts.into_iter().collect();
    Ok(editions
        .into_iter()
        .map(|edition| EditionRow {
            count: counts.get(&edition.id).copied().unwrap_or(0),
            edition,
        })
        .collect())
}

/// One page of the editions in these states, or that wait for one of these positions; the newest first, from below a
/// number on.
pub(in crate::documents) fn list(
    work: &mut Work<'_>,
    (states, positions): (&[EditionState], &[PositionId]),
    below: Option<i64>,
) -> QueryResult<Vec<EditionRow>> {
    let agency = work.agency();
    let seen = e::state
        .eq_any(states)
        .or(e::state.eq(EditionState::Open).and(e::position_id.eq_any(positions)));
    let rows: Vec<Row> = e::table
        .filter(e::agency_id.eq(agency).and(e::number.lt(below.unwrap_or(i64::MAX))))
        .filter(seen)
        .order(e::number.desc())
        .limit(LIST_PAGE)
        .select(columns!())
        .load(work.conn)?;
    counted(work, rows)
}

/// The open editions that wait for the signature of a person today: those of a position that he or she approves for, with
/// something in them.
///
/// # Errors
/// When the database fails.
pub fn waiting_editions(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<EditionRow>> {
    let held: Vec<PositionId> = acting(work, person)?
        .into_iter()
        .filter(|one| one.may(Meaning::Approve))
        .map(|one| one.held.id)
        .collect();
    let mut rows = list(work, (&[], &held), None)?;
    rows.retain(|row| row.count > 0);
    Ok(rows)
}

/// Every version that ever was in an edition, in the order of their codes.
pub(in crate::documents) fn members(work: &mut Work<'_>, edition: &Edition) -> QueryResult<Vec<Member>> {
    type MemberRow = (
        (VersionId, i64, String, String, String),
        (MemberState, String, NaiveDateTime, Option<NaiveDateTime>),
    );
    let agency = work.agency();
    let rows: Vec<MemberRow> = m::table
        .filter(m::agency_id.eq(&agency).and(m::edition_id.eq(&edition.id)))
        .order((m::code, m::added_at, m::id))
        .select((
            (m::version_id, m::round, m::content_sha256, m::code, m::title),
            (m::state, m::added_by_name, m::added_at, m::ended_at),
        ))
        .load(work.conn)?;
    let member = |row: MemberRow| {
        let (version, round, content_sha256, code, title) = row.0;
        let (state, added_by_name, added_at, ended_at) = row.1;
        Member {
            version,
            round,
            content_sha256,
            code,
            title,
            state,
            added_by_name,
            added_at,
            ended_at,
        }
    };
    Ok(rows.into_iter().map(member).collect())
}

/// What is in an edition: what waits in it, or what it issued; in the order of the codes, each with its head.
///
/// # Errors
/// When the database fails.
pub fn members_of(work: &mut Work<'_>, edition: &Edition) -> QueryResult<Vec<(Member, VersionHead)>> {
    let mut inside = members(work, edition)?;
    inside.retain(|one| matches!(one.state, MemberState::Waiting | MemberState::Approved));
    let ids: Vec<VersionId> = inside.iter().map(|one| one.version.clone()).collect();
    let mut heads: BTreeMap<VersionId, VersionHead> = store::heads_by_id(work, &ids)?
        .into_iter()
        .map(|head| (head.id.clone(), head))
        .collect();
    let with_head = inside
        .into_iter()
        .filter_map(|one| heads.remove(&one.version).map(|head| (one, head)));
    Ok(with_head.collect())
}

/// What may be put into an edition that this position signs: versions that wait for their last signature, which is that
/// of the position, and that are in no edition yet; in the order of the codes.
pub(in crate::documents) fn candidates(work: &mut Work<'_>, position: &PositionId) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let taken: Vec<VersionId> = m::table
        .filter(m::agency_id.eq(&agency).and(m::state.eq(MemberState::Waiting)))
        .select(m::version_id)
        .load(work.conn)?;
    let taken: BTreeSet<VersionId> = taken.into_iter().collect();
    let mut open = store::heads_in(work, &[Stage::InApproval])?;
    open.retain(|head| !taken.contains(&head.id));
    let ids: Vec<VersionId> = open.iter().map(|head| head.id.clone()).collect();
    let seats = store::seats_of_many(work, &ids)?;
    open.retain(|head| {
        seats
            .get(&head.id)
            .is_some_and(|seats| crate::documents::route::is_last_of(seats, position))
    });
    Ok(open)
}

/// Adds an open edition and gives its id.
pub(super) fn insert(
    work: &mut Work<'_>,
    (number, new, position_name): (i64, &NewEdition, &str),
    by: &Person,
) -> QueryResult<String> {
    let (agency, id) = (work.agency(), new_id());
    diesel::insert_into(e::table)
        .values((
            e::id.eq(&id),
            e::agency_id.eq(&agency),
            e::number.eq(number),
            e::title.eq(&new.title),
            e::decision_no.eq(&new.decision_no),
            e::decided_on.eq(new.decided_on),
            e::effective_from.eq(new.effective_from),
            (
                e::position_id.eq(&new.position),
                e::position_name.eq(position_name),
                e::state.eq(EditionState::Open),
                e::opened_by.eq(&by.id),
                e::opened_by_name.eq(&by.full_name),
                e::opened_at.eq(work.actor.at),
            ),
            e::signer_name.eq(""),
            e::reason.eq(""),
            e::row_version.eq(1_i64),
        ))
        .execute(work.conn)?;
    Ok(id)
}

/// What changes in an open edition; what is `None` stays as it is.
#[derive(Default, AsChangeset)]
#[diesel(table_name = e)]
pub(super) struct Turn<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) decision_no: Option<&'a str>,
    /// The inner `None` takes the day away.
    pub(super) decided_on: Option<Option<NaiveDate>>,
    pub(super) effective_from: Option<NaiveDate>,
    pub(super) position_id: Option<&'a PositionId>,
    pub(super) position_name: Option<&'a str>,
    pub(super) state: Option<EditionState>,
    pub(super) signer_id: Option<&'a PersonId>,
    pub(super) signer_name: Option<&'a str>,
    pub(super) signer_decision_no: Option<&'a str>,
    pub(super) issued_at: Option<NaiveDateTime>,
    pub(super) reason: Option<&'a str>,
}

/// Changes an open edition and gives it as it stands then.
pub(super) fn turn(work: &mut Work<'_>, edition: &Edition, turn: &Turn<'_>) -> Result<Edition, Failure> {
    let agency = work.agency();
    let row = e::table
        .filter(e::agency_id.eq(&agency).and(e::id.eq(&edition.id)))
        .filter(
            e::row_version
                .eq(edition.row_version)
                .and(e::state.eq(EditionState::Open)),
        );
    let changed = diesel::update(row)
        .set((turn, e::row_version.eq(edition.row_version.saturating_add(1))))
        .execute(work.conn)?;
    if changed == 0 {
        return Err(Failure::Conflict(Say::new("editions.refused.stale")));
    }
    Ok(self::edition(work, edition.number)?)
}

/// Whether another edition was issued by the decision of this number and day.
pub(super) fn is_decision_used(work: &mut Work<'_>, decision_no: &str, day: NaiveDate) -> QueryResult<Option<i64>> {
    let agency = work.agency();
    e::table
        .filter(e::agency_id.eq(&agency).and(e::state.eq(EditionState::Issued)))
        .filter(e::decision_no.eq(decision_no).and(e::decided_on.eq(day)))
        .select(e::number)
        .first(work.conn)
        .optional()
}

/// Puts a version into an edition.
pub(super) fn insert_member(
    work: &mut Work<'_>,
    edition: &Edition,
    head: &VersionHead,
    by: &Person,
) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(m::table)
        .values((
            m::id.eq(new_id()),
            m::agency_id.eq(&agency),
            m::edition_id.eq(&edition.id),
            m::version_id.eq(&head.id),
            m::round.eq(head.round),
            m::content_sha256.eq(&head.content_sha256),
            m::code.eq(&head.code),
            m::title.eq(&head.title),
            m::state.eq(MemberState::Waiting),
            m::added_by.eq(&by.id),
            m::added_by_name.eq(&by.full_name),
            m::added_at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Tells what became of versions that waited in an edition: of these, or of all without any; gives how many.
pub(super) fn end_members(
    work: &mut Work<'_>,
    edition: &Edition,
    version: Option<(&VersionId, &str)>,
    state: MemberState,
) -> QueryResult<usize> {
    let (agency, at) = (work.agency(), work.actor.at);
    let waiting = m::table
        .filter(m::agency_id.eq(&agency).and(m::edition_id.eq(&edition.id)))
        .filter(m::state.eq(MemberState::Waiting));
    let ended = (m::state.eq(state), m::ended_at.eq(at));
    match version {
        Some((version, code)) => diesel::update(waiting.filter(m::version_id.eq(version)))
            .set((ended, m::code.eq(code)))
            .execute(work.conn),
        None => diesel::update(waiting).set(ended).execute(work.conn),
    }
}
