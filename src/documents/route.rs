//! The route of review and approval: its stages, who must sign at each, and where a round stands. Pure.

use crate::access::{Fact, Part};
use crate::kernel::{Permission, PersonId, PositionId};
use crate::people::Position;
use crate::procedures::Kind;
use serde::Serialize;
use std::collections::BTreeSet;

crate::kernel::text_enum! {
    /// What a signature at a stage means.
    Meaning {
        /// The text was read and found right.
        Review = "review",
        /// The text shall come into force.
        Approve = "approve",
    }
}

impl Meaning {
    /// What whoever signs at such a stage needs: to read and find right is not to let a text come into force.
    pub fn permission(self) -> Permission {
        match self {
            Self::Review => Permission::ReviewVersions,
            Self::Approve => Permission::ApproveVersions,
        }
    }
}

crate::kernel::text_enum! {
    /// How many of the positions of a stage must sign.
    Needs {
        /// One of them.
        Any = "any",
        /// Each of them.
        All = "all",
    }
}

/// The route that versions of one kind of document take, or those of one field of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The kind of document.
    pub kind: Kind,
    /// The field (lĩnh vực) whose own route it is; `None` for that of the whole kind.
    pub field: Option<String>,
    /// The stages in their order; empty while no route is set, and then nothing of the kind can be submitted.
    pub stages: Vec<RouteStage>,
}

/// One stage of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouteStage {
    /// Its number, from 1.
    pub stage_no: i64,
    /// What a signature at it means.
    pub meaning: Meaning,
    /// How many of the positions must sign.
    pub needs: Needs,
    /// The positions, in the order of their codes.
    pub positions: Vec<Position>,
    /// Working days in which the stage is to be signed; `None` without a deadline.
    pub days: Option<i64>,
}

/// A stage of a route that is being set; its number is its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStage {
    /// What a signature at it means.
    pub meaning: Meaning,
    /// How many of the positions must sign.
    pub needs: Needs,
    /// The positions.
    pub positions: Vec<PositionId>,
    /// Working days in which the stage is to be signed, from 1 to [`MOST_DAYS`]; `None` without a deadline.
    pub days: Option<i64>,
}

/// The longest deadline of a stage, in working days.
pub const MOST_DAYS: i64 = 60;

/// Why a list of stages is no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RouteFault {
    /// The last stage does not approve.
    NoApproval,
    /// A review stands after an approval.
    ReviewAfterApproval,
    /// A stage names no position.
    EmptyStage,
    /// A stage names a position twice.
    TwiceInStage,
    /// A stage is to be signed in no day, or in too many.
    BadDeadline,
}

impl RouteFault {
    /// The key of the sentence that says so.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::NoApproval => "documents.refused.route_without_approval",
            Self::ReviewAfterApproval => "documents.refused.route_review_last",
            Self::EmptyStage => "documents.refused.route_empty_stage",
            Self::TwiceInStage => "documents.refused.route_position_twice",
            Self::BadDeadline => "documents.refused.route_deadline",
        }
    }
}

/// What is wrong with a list of stages, if anything is.
pub(super) fn route_fault(stages: &[NewStage]) -> Option<RouteFault> {
    if stages.last().is_none_or(|last| last.meaning != Meaning::Approve) {
        return Some(RouteFault::NoApproval);
    }
    let reviews_after = stages.iter().skip_while(|stage| stage.meaning == Meaning::Review);
    if reviews_after.into_iter().any(|stage| stage.meaning == Meaning::Review) {
        return Some(RouteFault::ReviewAfterApproval);
    }
    for stage in stages {
        if stage.positions.is_empty() {
            return Some(RouteFault::EmptyStage);
        }
        let distinct: BTreeSet<&PositionId> = stage.positions.iter().collect();
        if distinct.len() < stage.positions.len() {
            return Some(RouteFault::TwiceInStage);
        }
        if stage.days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
            return Some(RouteFault::BadDeadline);
        }
    }
    None
}

/// A position at a stage of a round, and who signed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) stage_no: i64,
    pub(super) meaning: Meaning,
    pub(super) needs: Needs,
    pub(super) position_id: PositionId,
    pub(super) position_name: String,
    /// Working days in which the stage is to be signed.
    pub(super) days: Option<i64>,
    /// Who signed for the position in this round; a return is no signature here.
    pub(super) signed_by: Option<PersonId>,
}

/// Whether the stage has the signatures that it needs.
pub(super) fn is_done(seats: &[Seat], stage_no: i64) -> bool {
    let mut stage = seats.iter().filter(|seat| seat.stage_no == stage_no).peekable();
    match stage.peek().map(|seat| seat.needs) {
        None => true,
        Some(Needs::Any) => stage.any(|seat| seat.signed_by.is_some()),
        Some(Needs::All) => stage.all(|seat| seat.signed_by.is_some()),
    }
}

/// The lowest stage that waits for a signature, with its meaning; `None` when all are done.
pub(super) fn current_stage(seats: &[Seat]) -> Option<(i64, Meaning)> {
    seats
        .iter()
        .filter(|seat| !is_done(seats, seat.stage_no))
        .map(|seat| (seat.stage_no, seat.meaning))
        .min_by_key(|(stage_no, _)| *stage_no)
}

/// Whether the signature for this position is all that a round still waits for.
pub(super) fn is_last_of(seats: &[Seat], position: &PositionId) -> bool {
    let Some((stage_no, Meaning::Approve)) = current_stage(seats) else {
        return false;
    };
    let signs = |seat: &Seat| seat.stage_no == stage_no && seat.position_id == *position && seat.signed_by.is_none();
    let mut signed = seats.to_vec();
    for seat in signed.iter_mut().filter(|seat| signs(seat)) {
        // Whoever it will be: that somebody signs is all that counts.
        seat.signed_by = Some(PersonId::of(""));
    }
    seats.iter().any(signs) && current_stage(&signed).is_none()
}

/// Why somebody has nothing to sign in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoSeat {
    /// Every stage is done.
    AllDone,
    /// The person holds none of the positions that the current stage waits for.
    NotHolder,
}

/// The seats of the current stage for which somebody who holds `held` could sign now; whether he or she may, the rules about
/// duties say ([`parts_in`]).
pub(super) fn free_seats<'s>(seats: &'s [Seat], held: &[PositionId]) -> Result<Vec<&'s Seat>, NoSeat> {
    let (stage_no, _) = current_stage(seats).ok_or(NoSeat::AllDone)?;
    let is_free = |seat: &&Seat| seat.stage_no == stage_no && seat.signed_by.is_none();
    let free: Vec<&Seat> = seats
        .iter()
        .filter(is_free)
        .filter(|seat| held.contains(&seat.position_id))
        .collect();
    if free.is_empty() {
        return Err(NoSeat::NotHolder);
    }
    Ok(free)
}

/// Who has had which part in a version whose round has these seats: who wrote it, and who signed with another meaning than
/// the signature that is waited for.
pub(super) fn parts_in(writers: &[PersonId], seats: &[Seat]) -> Vec<Fact> {
    let wrote = writers.iter().map(|by| (Part::Wrote, by));
    let meaning = current_stage(seats).map(|(_, meaning)| meaning);
    let signed = seats
        .iter()
        .filter(|seat| Some(seat.meaning) != meaning)
        .filter_map(|seat| seat.signed_by.as_ref())
        .map(|by| (Part::SignedOtherwise, by));
    let fact = |(part, by): (Part, &PersonId)| Fact { part, by: by.clone() };
    wrote.chain(signed).map(fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(meaning: Meaning, positions: &[&str]) -> NewStage {
        NewStage {
            meaning,
            needs: Needs::Any,
            positions: positions.iter().map(|id| PositionId::of(*id)).collect(),
            days: None,
        }
    }

    fn seat(stage_no: i64, (meaning, needs): (Meaning, Needs), position: &str, signed_by: Option<&str>) -> Seat {
        Seat {
            stage_no,
            meaning,
            needs,
            position_id: PositionId::of(position),
            position_name: position.to_owned(),
            days: None,
            signed_by: signed_by.map(PersonId::of),
        }
    }

    const REVIEW_ALL: (Meaning, Needs) = (Meaning::Review, Needs::All);
    const APPROVE_ANY: (Meaning, Needs) = (Meaning::Approve, Needs::Any);

    #[test]
    fn a_route_ends_with_approval_and_reviews_before_it() {
        let (review, approve) = (stage(Meaning::Review, &["a"]), stage(Meaning::Approve, &["b"]));
        assert_eq!(route_fault(&[]), Some(RouteFault::NoApproval));
        assert_eq!(route_fault(std::slice::from_ref(&review)), Some(RouteFault::NoApproval));
        assert_eq!(route_fault(std::slice::from_ref(&approve)), None);
        assert_eq!(route_fault(&[review.clone(), approve.clone()]), None);
        let mixed = [approve.clone(), review, approve];
        assert_eq!(route_fault(&mixed), Some(RouteFault::ReviewAfterApproval));
    }

    #[test]
    fn a_stage_names_each_of_its_positions_once() {
        assert_eq!(
            route_fault(&[stage(Meaning::Approve, &[])]),
            Some(RouteFault::EmptyStage)
        );
        assert_eq!(
            route_fault(&[stage(Meaning::Approve, &["a", "a"])]),
            Some(RouteFault::TwiceInStage)
        );
    }

    #[test]
    fn all_of_a_stage_must_sign_or_any_of_it() {
        let mut seats = vec![
            seat(1, REVIEW_ALL, "a", Some("p")),
            seat(1, REVIEW_ALL, "b", None),
            seat(2, APPROVE_ANY, "c", None),
            seat(2, APPROVE_ANY, "d", None),
        ];
        assert_eq!(current_stage(&seats), Some((1, Meaning::Review)));
        seats[1].signed_by = Some(PersonId::of("q"));
        assert_eq!(current_stage(&seats), Some((2, Meaning::Approve)));
        seats[3].signed_by = Some(PersonId::of("r"));
        assert_eq!(current_stage(&seats), None);
    }

    #[test]
    fn only_holders_of_the_current_stage_have_a_seat() {
        let seats = [seat(1, REVIEW_ALL, "a", None), seat(2, APPROVE_ANY, "b", None)];
        let (a, b) = (PositionId::of("a"), PositionId::of("b"));
        assert_eq!(free_seats(&seats, &[]), Err(NoSeat::NotHolder));
        assert_eq!(free_seats(&seats, std::slice::from_ref(&b)), Err(NoSeat::NotHolder));
        assert_eq!(free_seats(&seats, &[a, b]), Ok(vec![&seats[0]]));
    }

    #[test]
    fn whoever_wrote_or_signed_with_the_other_meaning_has_a_part_in_the_round() {
        let seats = [seat(1, REVIEW_ALL, "a", Some("p")), seat(2, APPROVE_ANY, "b", None)];
        let parts = parts_in(&[PersonId::of("w")], &seats);
        let told: Vec<(Part, &str)> = parts.iter().map(|fact| (fact.part, fact.by.as_str())).collect();
        assert_eq!(told, [(Part::Wrote, "w"), (Part::SignedOtherwise, "p")]);
        let reviewing = [seat(1, REVIEW_ALL, "a", Some("p")), seat(1, REVIEW_ALL, "b", None)];
        assert_eq!(parts_in(&[], &reviewing), []);
    }

    #[test]
    fn a_position_is_the_last_when_its_signature_ends_the_round() {
        let (a, b) = (PositionId::of("a"), PositionId::of("b"));
        let approve_all = (Meaning::Approve, Needs::All);
        let reviewing = [seat(1, REVIEW_ALL, "a", None), seat(2, APPROVE_ANY, "b", None)];
        assert!(!is_last_of(&reviewing, &a) && !is_last_of(&reviewing, &b));
        let both = [seat(1, approve_all, "a", None), seat(1, approve_all, "b", None)];
        assert!(!is_last_of(&both, &b));
        let one = [seat(1, approve_all, "a", Some("p")), seat(1, approve_all, "b", None)];
        assert!(is_last_of(&one, &b) && !is_last_of(&one, &a));
        let any = [seat(1, APPROVE_ANY, "a", None), seat(1, APPROVE_ANY, "b", None)];
        assert!(is_last_of(&any, &a) && is_last_of(&any, &b));
    }

    #[test]
    fn a_finished_round_has_no_seat() {
        let seats = [seat(1, APPROVE_ANY, "a", Some("p"))];
        assert_eq!(free_seats(&seats, &[PositionId::of("a")]), Err(NoSeat::AllDone));
    }
}
