//! The one act in which whoever signs an edition gives each of its versions a verdict.

use super::actions::{LONGEST, against, open_at, unusable};
use super::edition::{Edition, EditionState, Member, MemberState};
use super::store::{self, Turn};
use crate::access::{Fact, Part};
use crate::documents::actions::force::bring;
use crate::documents::actions::submit::must_follow_approved;
use crate::documents::actions::{given, person};
use crate::documents::route::{Meaning, NoSeat, Seat, free_seats, parts_in};
use crate::documents::sealing::seal_seats;
use crate::documents::signature::VersionAct;
use crate::documents::store::{self as documents, Move};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Actor, Permission, Person, PersonId, PositionId, VersionId};
use crate::ledger::Work;
use crate::people::{self, Capacity, FreshAuth, Held, must, must_for_another, must_not_join};
use crate::signatures::Act;
use crate::web::{Failure, Say};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeMap;

/// What somebody says to one version of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It is approved.
    Approved,
    /// It goes back to its author, for this reason.
    Returned(String),
}

/// A verdict on the text that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenVerdict {
    /// The version.
    pub version: VersionId,
    /// SHA-256 of the text that was seen.
    pub seen_sha256: String,
    /// The verdict.
    pub said: Said,
}

/// The verdicts on a whole edition, and the decision by which it is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The edition as it was seen.
    pub row_version: i64,
    /// Number of the decision.
    pub decision_no: String,
    /// The day of the decision.
    pub decided_on: NaiveDate,
    /// The day from which what is approved is in force.
    pub effective_from: NaiveDate,
    /// A verdict for each version, in any order.
    pub verdicts: Vec<GivenVerdict>,
}

/// Why somebody may give no verdict on a version of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::documents) enum Obstacle {
    /// He or she wrote some of the text.
    OwnText,
    /// He or she reviewed it in this round.
    ReviewedIt,
    /// It does not wait for his or her signature any more.
    NotWaiting,
}

impl Obstacle {
    fn key(self) -> &'static str {
        match self {
            Self::OwnText => "editions.obstacle.own_text",
            Self::ReviewedIt => "editions.obstacle.reviewed_it",
            Self::NotWaiting => "editions.obstacle.not_waiting",
        }
    }
}

/// A version of an edition and how somebody stands to it.
pub(in crate::documents) struct Standing {
    pub(in crate::documents) member: Member,
    pub(in crate::documents) head: VersionHead,
    /// The seats that the person would sign for; or why there are none.
    pub(in crate::documents) seats: Result<Vec<(Seat, Held)>, Obstacle>,
}

/// How a person stands to each version of an edition. The queries are as many, however many versions.
pub(in crate::documents) fn standings(
    work: &mut Work<'_>,
    edition: &Edition,
    person: &Person,
) -> Result<Vec<Standing>, Failure> {
    let inside = store::members_of(work, edition)?;
    let ids: Vec<VersionId> = inside.iter().map(|(one, _)| one.version.clone()).collect();
    let mut seats = documents::seats_of_many(work, &ids)?;
    let writers = documents::writers_of(work, &ids)?;
    let today = work.actor.today();
    let held = people::signing_positions_of(work, &person.id, today)?;
    let signer = Signer::load(work, held)?;
    let standing = |(member, head): (Member, VersionHead)| {
        let round = seats.remove(&head.id).unwrap_or_default();
        let writers = writers.get(&head.id).map(Vec::as_slice).unwrap_or_default();
        let is_waiting = head.stage == Stage::InApproval && head.round == member.round;
        Standing {
            seats: signer.seats(work.actor, (&round, writers), is_waiting),
            member,
            head,
        }
    };
    Ok(inside.into_iter().map(standing).collect())
}

/// Whoever would give the verdicts, with the positions that he or she acts for and who lent them.
struct Signer {
    accounts: Vec<PersonId>,
    held: Vec<(Held, Option<people::Lender>)>,
}

impl Signer {
    fn load(work: &mut Work<'_>, positions: Vec<Held>) -> Result<Self, Failure> {
        let mut held = Vec::new();
        for one in positions {
            let lender = people::lender_of(work, &one)?;
            held.push((one, lender));
        }
        Ok(Self {
            accounts: people::own_accounts(work)?,
            held,
        })
    }

    fn seats(
        &self,
        actor: &Actor,
        (round, writers): (&[Seat], &[PersonId]),
        is_waiting: bool,
    ) -> Result<Vec<(Seat, Held)>, Obstacle> {
        let sign = Permission::ApproveVersions;
        let facts = parts_in(writers, round);
        let wrote: Vec<Fact> = facts.iter().filter(|fact| fact.part == Part::Wrote).cloned().collect();
        must_not_join(actor, sign, (&wrote, &self.accounts)).map_err(|_wrote| Obstacle::OwnText)?;
        if !is_waiting {
            return Err(Obstacle::NotWaiting);
        }
        let ids: Vec<PositionId> = self.held.iter().map(|(one, _)| one.id.clone()).collect();
        let free = free_seats(round, &ids).map_err(|why| match why {
            NoSeat::AllDone | NoSeat::NotHolder => Obstacle::NotWaiting,
        })?;
        let may = |lender: Option<&people::Lender>| match lender {
            None => must_not_join(actor, sign, (&facts, &self.accounts)),
            Some(lender) => must_for_another(actor, sign, (&facts, &self.accounts), lender.lent()),
        };
        let (mut left, mut is_barred) = (Vec::new(), false);
        for seat in free.into_iter().filter(|seat| seat.meaning == Meaning::Approve) {
            let Some((held, lender)) = self.held.iter().find(|(one, _)| one.id == seat.position_id) else {
                continue;
            };
            match may(lender.as_ref()) {
                Ok(()) => left.push((seat.clone(), held.clone())),
                Err(_) => is_barred = true,
            }
        }
        if left.is_empty() && is_barred {
            Err(Obstacle::ReviewedIt)
        } else {
            Ok(left)
        }
    }
}

/// A version whose verdict can be kept.
struct Duty {
    head: VersionHead,
    seats: Vec<(Seat, Held)>,
}

/// Each version that is to be approved, and each that is to be returned with the reason; everything checked, nothing
/// written yet.
struct Sorted {
    approved: Vec<Duty>,
    returned: Vec<(Duty, String)>,
}

fn of_code(key: &str, code: &str) -> Failure {
    Failure::Conflict(Say::new(key).with("code", code))
}

/// Holds the verdicts against what is in the edition now.
fn sorted(standings: Vec<Standing>, verdicts: &[GivenVerdict]) -> Result<Sorted, Failure> {
    let mut given_for: BTreeMap<&VersionId, &GivenVerdict> = BTreeMap::new();
    for verdict in verdicts {
        if given_for.insert(&verdict.version, verdict).is_some() {
            return Err(against("stale"));
        }
    }
    let mut sorted = Sorted {
        approved: Vec::new(),
        returned: Vec::new(),
    };
    for Standing { member, head, seats } in standings {
        let verdict = given_for.remove(&head.id).ok_or_else(|| against("stale"))?;
        if [&head.content_sha256, &member.content_sha256] != [&verdict.seen_sha256; 2] {
            return Err(of_code("editions.refused.content_changed", &head.code));
        }
        let seats = seats.map_err(|why| of_code(why.key(), &head.code))?;
        if seats.is_empty() {
            return Err(of_code(Obstacle::NotWaiting.key(), &head.code));
        }
        let duty = Duty { head, seats };
        match &verdict.said {
            Said::Approved => sorted.approved.push(duty),
            Said::Returned(reason) => {
                let reason = given(reason)?.to_owned();
                sorted.returned.push((duty, reason));
            }
        }
    }
    if given_for.is_empty() {
        Ok(sorted)
    } else {
        Err(against("stale"))
    }
}

/// The decision, fit to issue what is approved by it.
fn must_be_fit(work: &mut Work<'_>, decision: &Decision, approved: &[Duty]) -> Result<(), Failure> {
    if decision.decision_no.is_empty() || decision.decision_no.chars().count() > LONGEST {
        return Err(unusable("decision_needed"));
    }
    let today = work.actor.today();
    if decision.decided_on > today {
        return Err(unusable("decided_later"));
    }
    if decision.effective_from < today {
        return Err(unusable("day_gone"));
    }
    if let Some(other) = store::is_decision_used(work, &decision.decision_no, decision.decided_on)? {
        let say = Say::new("editions.refused.decision_used");
        return Err(Failure::Conflict(say.with("number", other)));
    }
    approved
        .iter()
        .try_for_each(|duty| must_follow_approved(work, &duty.head, decision.effective_from))
}

/// Gives each version of an open edition its verdict, all in one act: what is approved gets the edition's day and is in
/// force at once when it has come; what is returned goes back to its draft with the reason and leaves the edition. With
/// anything approved the edition is issued; it stays open, and empty, when everything is returned. Gives whether it was
/// issued.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may not approve, does not act for the edition's position today or did not give the password just
/// now; [`Failure::Invalid`] without a decision that could issue it, or for a return without a reason;
/// [`Failure::Conflict`] when anything is not as it was seen (edition, text, somebody else's verdict), when the person
/// may not sign one of the versions (with its code), or when the decision issued another edition. Nothing is kept then.
pub fn decide(work: &mut Work<'_>, fresh: &FreshAuth, number: i64, decision: &Decision) -> Result<bool, Failure> {
    must(work.actor, Permission::ApproveVersions)?;
    fresh.must_be_of(work.actor)?;
    let person = person(work)?;
    let edition = open_at(work, number, decision.row_version)?;
    let today = work.actor.today();
    let held = people::signing_positions_of(work, &person.id, today)?
        .into_iter()
        .find(|one| one.id == edition.position_id)
        .ok_or_else(|| Failure::Forbidden(Say::new("editions.refused.not_signer")))?;
    let standings = standings(work, &edition, &person)?;
    if standings.is_empty() {
        return Err(against("empty"));
    }
    let Sorted { approved, returned } = sorted(standings, &decision.verdicts)?;
    let is_issued = !approved.is_empty();
    if is_issued {
        must_be_fit(work, decision, &approved)?;
    }
    for (duty, reason) in &returned {
        seal_seats(work, fresh, (&duty.head, &duty.seats), (Act::Returned, Some(reason)))?;
        give_back(work, &edition, (&person, duty), reason)?;
    }
    if !is_issued {
        store::turn(work, &edition, &Turn::default())?;
        let details = json!({ "number": number, "returned": returned.len() });
        work.record("edition.returned", ("edition", &edition.id), details);
        return Ok(false);
    }
    let settled = Turn {
        decision_no: Some(&decision.decision_no),
        decided_on: Some(Some(decision.decided_on)),
        effective_from: Some(decision.effective_from),
        ..Turn::default()
    };
    let edition = store::turn(work, &edition, &settled)?;
    let mut heads = Vec::with_capacity(approved.len());
    for duty in &approved {
        seal_seats(work, fresh, (&duty.head, &duty.seats), (Act::Issued, None))?;
        heads.push(approve(work, &edition, &person, duty)?);
    }
    issue(work, &edition, (&person, &held), returned.len())?;
    if edition.effective_from <= today {
        heads.iter().try_for_each(|head| bring(work, head))?;
    }
    Ok(true)
}

fn give_back(
    work: &mut Work<'_>,
    edition: &Edition,
    (person, duty): (&Person, &Duty),
    reason: &str,
) -> Result<(), Failure> {
    let Duty { head, seats } = duty;
    if let Some((seat, held)) = seats.first() {
        documents::insert_signature(work, head, (person, seat, held), Some(reason))?;
    }
    store::end_members(work, edition, Some((&head.id, &head.code)), MemberState::Returned)?;
    let act = Some((VersionAct::Returned, Some(reason)));
    documents::move_on(work, head, &Move::to(Stage::Draft), act)?;
    Ok(())
}

fn approve(work: &mut Work<'_>, edition: &Edition, person: &Person, duty: &Duty) -> Result<VersionHead, Failure> {
    let Duty { head, seats } = duty;
    for (seat, held) in seats {
        documents::insert_signature(work, head, (person, seat, held), None)?;
    }
    let moved = Move {
        planned_from: Some(edition.effective_from),
        ..Move::to(Stage::Approved)
    };
    let head = documents::move_on(work, head, &moved, Some((VersionAct::Approved, None)))?;
    store::end_members(work, edition, Some((&head.id, &head.code)), MemberState::Approved)?;
    Ok(head)
}

fn issue(
    work: &mut Work<'_>,
    edition: &Edition,
    (person, held): (&Person, &Held),
    returned: usize,
) -> Result<(), Failure> {
    let position_name = held.capacity.before(&edition.position_name);
    let turn = Turn {
        state: Some(EditionState::Issued),
        position_name: Some(&position_name),
        signer_id: Some(&person.id),
        signer_name: Some(&person.full_name),
        signer_decision_no: (held.capacity != Capacity::Own).then_some(held.decision_no.as_str()),
        issued_at: Some(work.actor.at),
        ..Turn::default()
    };
    let issued = store::turn(work, edition, &turn)?;
    let count = store::members_of(work, &issued)?.len();
    let details = json!({ "number": issued.number, "effective_from": issued.effective_from, "decided_on": issued.decided_on,
        "approved": count, "returned": returned });
    work.record("edition.issued", ("edition", &issued.id), details);
    Ok(())
}
