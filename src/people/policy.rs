//! The matrix at work: rights of actors, and refusals in words. The printed copy of the matrix is `docs/policy.txt`.

use crate::access::{self, Decision, Fact, Lent, Object, Reason, Someone, Subject, Who};
use crate::kernel::{AccessRole, Actor, Permission, PersonId};
use crate::web::{Failure, Say};

/// Everything that a person with these access roles may do at some door. A role whose rights depend on a mandate has none
/// here: see [`rights_of`].
pub fn permissions_of(roles: &[AccessRole]) -> Vec<Permission> {
    let opens = |permission: &Permission| roles.iter().any(|role| opens_always(*role, *permission));
    Permission::ALL.iter().copied().filter(opens).collect()
}

fn opens_always(role: AccessRole, permission: Permission) -> bool {
    use access::Cell;
    match access::cell(role, permission) {
        Cell::All | Cell::Own | Cell::Reason => true,
        Cell::Mandate | Cell::Never => false,
    }
}

/// The doors that open for somebody, now.
pub fn rights_of(actor: &Actor) -> Vec<Permission> {
    let any = Object::any(&actor.agency);
    let all = Permission::ALL.iter().copied();
    all.filter(|permission| decide(actor, *permission, &any, None).allow)
        .collect()
}

/// Puts the question of an actor to [`access::may`]; `accounts` are all accounts of the person, where that matters.
fn decide(actor: &Actor, permission: Permission, object: &Object<'_>, accounts: Option<&[PersonId]>) -> Decision {
    let who = match &actor.person {
        None if actor.is_house => Who::House,
        None => Who::Stranger,
        Some(person) => Who::Person(Someone {
            accounts: accounts.unwrap_or(std::slice::from_ref(&person.id)),
            roles: &person.access,
            mandate: person.mandate,
        }),
    };
    let subject = Subject {
        agency: &actor.agency,
        who,
    };
    access::may(&subject, permission, object, actor.at)
}

/// Refuses an act that the actor has no permission for. The program itself may do everything; a visitor nothing.
///
/// # Errors
/// [`Failure::SignInFirst`] for a visitor, [`Failure::Forbidden`] naming the permission for anybody else.
pub fn must(actor: &Actor, permission: Permission) -> Result<(), Failure> {
    must_with(actor, permission, (&Object::any(&actor.agency), None))
}

/// Like [`must`], for a thing: in which people had parts, that is the actor's own or not, for which power is lent.
/// `accounts` are all accounts of the actor (`people::accounts_of`); `None` where no rule about duties is asked.
///
/// # Errors
/// As [`must`]; the sentence of the rule about duties that stands against it; 404 for another agency's thing.
pub fn must_with(
    actor: &Actor,
    permission: Permission,
    (object, accounts): (&Object<'_>, Option<&[PersonId]>),
) -> Result<(), Failure> {
    let decision = decide(actor, permission, object, accounts);
    if decision.allow {
        Ok(())
    } else {
        Err(refusal(permission, decision.reason))
    }
}

/// Refuses what the actor may not do because of who had which part in a thing of the agency.
///
/// # Errors
/// As [`must_with`].
pub fn must_not_join(
    actor: &Actor,
    permission: Permission,
    (facts, accounts): (&[Fact], &[PersonId]),
) -> Result<(), Failure> {
    must_with(actor, permission, (&Object::with(&actor.agency, facts), Some(accounts)))
}

/// As [`must_not_join`], with power that is lent.
///
/// # Errors
/// As [`must_with`].
pub fn must_for_another(
    actor: &Actor,
    permission: Permission,
    (facts, accounts): (&[Fact], &[PersonId]),
    lent: Lent<'_>,
) -> Result<(), Failure> {
    let object = Object {
        lent: Some(lent),
        ..Object::with(&actor.agency, facts)
    };
    must_with(actor, permission, (&object, Some(accounts)))
}

/// A decision against something, in words.
fn refusal(permission: Permission, reason: Reason) -> Failure {
    let say = |key: &str| Failure::Forbidden(Say::new(key));
    match reason {
        Reason::Stranger => Failure::SignInFirst,
        Reason::Foreign => Failure::NotFound,
        Reason::NoMandate => say("people.may.no_mandate"),
        Reason::NotOwn => say("people.may.not_own"),
        Reason::NoReason => say("people.may.no_reason"),
        Reason::LentOutside => say("people.may.lent_outside"),
        Reason::LenderLost => say("people.may.lender_lost"),
        Reason::Duty(rule) if matches!(permission, Permission::ReviewVersions | Permission::ApproveVersions) => {
            say(&rule.says)
        }
        Reason::Duty(rule) => Failure::Conflict(Say::new(rule.says.as_str())),
        Reason::Listed | Reason::House | Reason::NotListed => forbidden(permission),
    }
}

/// The refusal for want of this permission.
pub(super) fn forbidden(permission: Permission) -> Failure {
    Failure::Forbidden(Say::new(format!("failure.permission.{permission}")))
}

/// The policy as a text that people can read: what each access role may do, then the rules about duties.
pub fn policy_table() -> String {
    access::print()
}
