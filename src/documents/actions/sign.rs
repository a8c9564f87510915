//! Signing a version at a stage of its route, or returning it.

use super::force::bring_due_of;
use super::submit::stage_of;
use super::{decided, given, must_sign, person};
use crate::access::Fact;
use crate::documents::editions::{self, MemberState};
use crate::documents::route::{Meaning, NoSeat, Seat, current_stage, free_seats, parts_in};
use crate::documents::sealing::{act_of, as_printed, seal_seats};
use crate::documents::signature::VersionAct;
use crate::documents::store::{self, Move};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Person, PersonId, PositionId, VersionId};
use crate::ledger::Work;
use crate::people::{self, FreshAuth, Held, must, must_for_another, must_not_join};
use crate::signatures::Act;
use crate::web::{Failure, Say};

/// A version that waits for the person's signature: the person, the head, and the seats to sign for.
struct Duty {
    person: Person,
    head: VersionHead,
    /// Each seat with the position as the person acts for it.
    seats: Vec<(Seat, Held)>,
}

/// What the person may sign now, on the content that he or she has seen.
fn duty(work: &mut Work<'_>, version: &VersionId, seen_sha256: &str) -> Result<Duty, Failure> {
    must_sign(work.actor)?;
    let person = person(work)?;
    let head = store::head(work, version)?;
    let meaning = match head.stage {
        Stage::InReview => Meaning::Review,
        Stage::InApproval => Meaning::Approve,
        Stage::Draft | Stage::Approved | Stage::Effective | Stage::Superseded | Stage::Withdrawn | Stage::Cancelled => {
            return Err(decided(work, version, "not_submitted"));
        }
    };
    if head.content_sha256 != seen_sha256 {
        return Err(Failure::Conflict(Say::new("documents.content_changed")));
    }
    let seats = store::seats(work, version)?;
    let today = work.actor.today();
    let held = people::signing_positions_of(work, &person.id, today)?;
    let ids: Vec<PositionId> = held.iter().map(|one| one.id.clone()).collect();
    let was_first = |seat: &Seat| ids.contains(&seat.position_id) && seat.signed_by.is_some();
    if must(work.actor, meaning.permission()).is_err() && seats.iter().any(was_first) {
        // Somebody has signed at the stage that was the person's, and the next one is not.
        return Err(decided(work, version, "not_submitted"));
    }
    let writers = store::writers_of(work, std::slice::from_ref(version))?;
    let writers = writers.get(version).map(Vec::as_slice).unwrap_or_default();
    let own = people::own_accounts(work)?;
    must_not_join(work.actor, meaning.permission(), (&parts_in(writers, &[]), &own))?;
    let free = free_seats(&seats, &ids).map_err(|why| match why {
        NoSeat::AllDone => decided(work, version, "not_submitted"),
        // The seat was the person's, and somebody has signed for it by now.
        NoSeat::NotHolder if seats.iter().any(was_first) => decided(work, version, "not_submitted"),
        NoSeat::NotHolder => Failure::Forbidden(Say::new("documents.refused.not_signatory")),
    })?;
    let of = |seat: &Seat| held.iter().find(|one| one.id == seat.position_id).cloned();
    let seats_held: Vec<(Seat, Held)> = free
        .into_iter()
        .filter_map(|seat| Some((seat.clone(), of(seat)?)))
        .collect();
    let seats = allowed(work, seats_held, (&parts_in(writers, &seats), &own))?;
    Ok(Duty { person, head, seats })
}

/// Those of the seats whose stage the person may sign at and that the rules about duties leave, for one's own positions and for those whose power was lent.
///
/// # Errors
/// Why none is left.
pub(in crate::documents) fn allowed(
    work: &mut Work<'_>,
    seats: Vec<(Seat, Held)>,
    (facts, own): (&[Fact], &[PersonId]),
) -> Result<Vec<(Seat, Held)>, Failure> {
    let (mut left, mut why) = (Vec::new(), None);
    for (seat, held) in seats {
        let sign = seat.meaning.permission();
        let may = match people::lender_of(work, &held)? {
            None => must_not_join(work.actor, sign, (facts, own)),
            Some(lender) => must_for_another(work.actor, sign, (facts, own), lender.lent()),
        };
        match may {
            Ok(()) => left.push((seat, held)),
            Err(failure) => why = why.or(Some(failure)),
        }
    }
    match why {
        Some(failure) if left.is_empty() => Err(failure),
        Some(_) | None => Ok(left),
    }
}

/// Signs a version at its current stage, for each position of the stage that the person holds today, or acts for by a
/// decision: then the signature says so ("KT.", "TUQ."). After the last
/// signature of the last stage it is approved, and in force at once when its day has come. Gives the stage it is in
/// then.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may not sign at a stage of this meaning, whatever position he or she holds; who
/// wrote any of the text, reviewed it in this round (when it is to be approved),
/// holds no position of the current stage, or did not give the password just now; [`Failure::Conflict`] when the
/// version is not submitted, waits in an edition (its verdict is given there), or its content is not the one that was
/// seen (`documents.content_changed`).
pub fn sign(work: &mut Work<'_>, fresh: &FreshAuth, version: &VersionId, seen_sha256: &str) -> Result<Stage, Failure> {
    fresh.must_be_of(work.actor)?;
    let Duty { person, head, seats } = duty(work, version, seen_sha256)?;
    if let Some(edition) = editions::edition_of(work, version)? {
        let say = Say::new("documents.refused.in_edition");
        return Err(Failure::Conflict(say.with("number", edition.number)));
    }
    let meaning = seats.first().map_or(Meaning::Review, |(seat, _)| seat.meaning);
    seal_seats(work, fresh, (&head, &seats), (act_of(meaning), None))?;
    for (seat, held) in &seats {
        store::insert_signature(work, &head, (&person, seat, held), None)?;
    }
    let act = match meaning {
        Meaning::Review => VersionAct::Reviewed,
        Meaning::Approve => VersionAct::Approved,
    };
    let seats = store::seats(work, version)?;
    let next = current_stage(&seats).map_or(Stage::Approved, |(_, meaning)| stage_of(meaning));
    let moved = if next == head.stage {
        Move::default()
    } else {
        Move::to(next)
    };
    let head = store::move_on(work, &head, &moved, Some((act, None)))?;
    if head.stage != Stage::Approved || head.planned_from.is_none_or(|day| day > work.actor.today()) {
        return Ok(head.stage);
    }
    bring_due_of(work, &head.document_id)?;
    Ok(store::head(work, version)?.stage)
}

/// Returns a version to its author with a reason. The round is kept, with the return in it; an edition that it waits in
/// goes on without it.
///
/// # Errors
/// Those of [`sign`], but that the version waits in an edition is no hindrance; [`Failure::Invalid`] without a reason.
pub fn return_to_author(
    work: &mut Work<'_>,
    fresh: &FreshAuth,
    (version, seen_sha256): (&VersionId, &str),
    reason: &str,
) -> Result<(), Failure> {
    fresh.must_be_of(work.actor)?;
    let Duty { person, head, seats } = duty(work, version, seen_sha256)?;
    let reason = given(reason)?;
    seal_seats(work, fresh, (&head, &seats), (Act::Returned, Some(reason)))?;
    editions::leave(work, version, MemberState::Returned)?;
    if let Some((seat, held)) = seats.first() {
        store::insert_signature(work, &head, (&person, seat, held), Some(reason))?;
    }
    store::move_on(
        work,
        &head,
        &Move::to(Stage::Draft),
        Some((VersionAct::Returned, Some(reason))),
    )?;
    Ok(())
}

/// The positions that the person would sign this version for now, as the statement names them; none for whoever may not.
pub(in crate::documents) fn positions_to_sign_for(work: &mut Work<'_>, head: &VersionHead) -> Vec<Held> {
    duty(work, &head.id, &head.content_sha256).map_or_else(|_may_not| Vec::new(), |duty| as_printed(&duty.seats))
}
