//! Who may do what: one pure function over one data file. It asks nothing and writes nothing: what it rests on, the
//! caller has loaded, in the transaction in which the act is done.

mod matrix;
#[cfg(test)]
mod tests;

pub use matrix::{Cell, Rule, apart, cell, is_confirmed, longest_loan, print, reasons};

use crate::kernel::{AccessRole, AgencyId, Mandate, Permission, PersonId, local};
use chrono::{NaiveDate, NaiveDateTime};

crate::kernel::text_enum! {
    /// A rule about duties that one person does not join.
    RuleName {
        /// Whoever wrote any of a version neither reviews nor approves it.
        S1 = "S1",
        /// Whoever reviewed does not approve, and the other way round.
        S2 = "S2",
        /// Who administers accounts neither approves nor audits.
        S3 = "S3",
        /// Nobody gives a role to himself or herself.
        S4 = "S4",
        /// Nobody audits his or her own work.
        S5 = "S5",
        /// Nobody says that the correction of his or her own fault works.
        S6 = "S6",
        /// Whoever did a step does not do the one that checks it.
        S7 = "S7",
        /// Whoever received a case does not decide on its refusal.
        S8 = "S8",
        /// Whoever proposed an erasure does not approve it.
        S9 = "S9",
        /// Whoever asks for more time does not grant it.
        S10 = "S10",
        /// Lent power joins nothing that the other rules keep apart.
        S11 = "S11",
        /// Nobody reads alone the trace that he or she left.
        S12 = "S12",
    }
}

crate::kernel::text_enum! {
    /// What somebody has done with a thing already, or is to it.
    Part {
        /// Wrote some of it.
        Wrote = "wrote",
        /// Signed it in this round with the other meaning.
        SignedOtherwise = "signed_otherwise",
        /// Is to be given the role.
        ReceivesRole = "receives_role",
        /// Proposed it.
        Proposed = "proposed",
        /// Did the step that is checked now.
        DidCheckedStep = "did_checked_step",
        /// Is to be lent the power.
        ReceivesPower = "receives_power",
        /// Left the trace that is asked for.
        IsWatched = "is_watched",
    }
}

/// Somebody's part in a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Which part.
    pub part: Part,
    /// By which account.
    pub by: PersonId,
}

/// Who wants to do something.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The agency of the session; never one that the request names.
    pub agency: &'a AgencyId,
    /// Who.
    pub who: Who<'a>,
}

/// A person, the program, or nobody known.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// Nobody who is signed in.
    Stranger,
    /// The program itself and its operator on the command line.
    House,
    /// A person.
    Person(Someone<'a>),
}

/// A person as far as rights go.
#[derive(Debug, Clone, Copy)]
pub struct Someone<'a> {
    /// All accounts of this person, the one that acts among them.
    pub accounts: &'a [PersonId],
    /// The access roles of the account that acts.
    pub roles: &'a [AccessRole],
    /// From when to when a superior inspector was sent.
    pub mandate: Option<Mandate>,
}

/// What the person has to do with the thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// No thing is named yet: a door, a menu, a list that its room narrows.
    Door,
    /// It is one that he or she has to do with.
    Own,
    /// He or she has nothing to do with it.
    Others,
}

/// Power that somebody uses for another.
#[derive(Debug, Clone, Copy)]
pub struct Lent<'a> {
    /// Who lent it, as he or she is now.
    pub by: Someone<'a>,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Whether whoever lent it still holds the position today, by an active account.
    pub is_held: bool,
}

/// The thing that something is to be done with.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a> {
    /// The agency that it belongs to.
    pub agency: &'a AgencyId,
    /// What the subject has to do with it.
    pub reach: Reach,
    /// Whether a reason is written down.
    pub has_reason: bool,
    /// Who has had which part in it.
    pub facts: &'a [Fact],
    /// The power that is used for another; `None` for one's own.
    pub lent: Option<Lent<'a>>,
}

impl<'a> Object<'a> {
    /// Anything of an agency, before a thing is named.
    pub fn any(agency: &'a AgencyId) -> Self {
        Self {
            agency,
            reach: Reach::Door,
            has_reason: false,
            facts: &[],
            lent: None,
        }
    }

    /// A thing in which people had parts.
    pub fn with(agency: &'a AgencyId, facts: &'a [Fact]) -> Self {
        Self {
            facts,
            ..Self::any(agency)
        }
    }
}

/// Why something may be done or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The matrix says so for one of the roles.
    Listed,
    /// The program acts for itself.
    House,
    /// Nobody is signed in.
    Stranger,
    /// The thing is another agency's: for the subject there is none.
    Foreign,
    /// No role has the permission.
    NotListed,
    /// The mandate has not begun, or is over.
    NoMandate,
    /// It reaches only what one has to do with.
    NotOwn,
    /// No reason is given.
    NoReason,
    /// The period of lent power has not begun, is over, or is longer than allowed.
    LentOutside,
    /// Whoever lent it may not do it any more.
    LenderLost,
    /// A rule about duties.
    Duty(&'static Rule),
}

/// What [`may`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be done.
    pub allow: bool,
    /// Why, or why not.
    pub reason: Reason,
}

impl Decision {
    fn no(reason: Reason) -> Self {
        Self { allow: false, reason }
    }
}

/// Whether the subject may do with the object what the permission is needed for, at a moment (UTC). Without I/O: the same
/// answer for the same question, at a door, in a menu, in a job and in the act itself.
pub fn may(subject: &Subject<'_>, permission: Permission, object: &Object<'_>, now: NaiveDateTime) -> Decision {
    if subject.agency != object.agency {
        return Decision::no(Reason::Foreign);
    }
    let someone = match subject.who {
        Who::Stranger => return Decision::no(Reason::Stranger),
        Who::House => {
            return Decision {
                allow: true,
                reason: Reason::House,
            };
        }
        Who::Person(someone) => someone,
    };
    let today = local(now).date();
    let hindrance = by_roles(&someone, permission, object, today)
        .or_else(|| by_loan(permission, object, today))
        .or_else(|| by_duty(&someone, permission, object));
    match hindrance {
        Some(reason) => Decision::no(reason),
        None => Decision {
            allow: true,
            reason: Reason::Listed,
        },
    }
}

/// What keeps all of the roles from it: the hindrance of the one that comes nearest.
fn by_roles(someone: &Someone<'_>, permission: Permission, object: &Object<'_>, today: NaiveDate) -> Option<Reason> {
    let mut nearest = Reason::NotListed;
    for role in someone.roles {
        nearest = match cell(*role, permission) {
            Cell::All => return None,
            Cell::Own if object.reach != Reach::Others => return None,
            Cell::Reason if object.has_reason || object.reach == Reach::Door => return None,
            Cell::Mandate if someone.mandate.is_some_and(|mandate| mandate.covers(today)) => return None,
            Cell::Own => Reason::NotOwn,
            Cell::Reason => Reason::NoReason,
            Cell::Mandate => Reason::NoMandate,
            Cell::Never => nearest,
        };
    }
    Some(nearest)
}

/// What keeps lent power from being used.
fn by_loan(permission: Permission, object: &Object<'_>, today: NaiveDate) -> Option<Reason> {
    let lent = object.lent?;
    let (first, last) = lent.days;
    if today < first || last < today || !fits(first, last) {
        return Some(Reason::LentOutside);
    }
    // Whoever lends power has it for what he or she has to do with: that is what the position is.
    let own = Object {
        reach: Reach::Own,
        ..*object
    };
    let is_lost = !lent.is_held || by_roles(&lent.by, permission, &own, today).is_some();
    is_lost.then_some(Reason::LenderLost)
}

/// Whether power may be lent from one day to another, both included.
pub fn fits(first: NaiveDate, last: NaiveDate) -> bool {
    let days = last.signed_duration_since(first).num_days();
    (0..longest_loan()).contains(&days)
}

/// The rule that keeps the person from it, or whoever lent the power (rule S11).
fn by_duty(someone: &Someone<'_>, permission: Permission, object: &Object<'_>) -> Option<Reason> {
    let lender = object.lent.map(|lent| lent.by.accounts).unwrap_or_default();
    let bar = |accounts| bars(permission, object.facts, accounts);
    bar(someone.accounts).or_else(|| bar(lender)).map(Reason::Duty)
}

/// The rule about duties that keeps a person from a thing in which people had parts: what [`may`] asks last.
pub fn bars(permission: Permission, facts: &[Fact], accounts: &[PersonId]) -> Option<&'static Rule> {
    let has_part = |part: Part| {
        facts
            .iter()
            .any(|fact| fact.part == part && accounts.contains(&fact.by))
    };
    let mut rules = matrix::rules().iter();
    rules.find(|rule| rule.permission == permission && has_part(rule.part))
}
