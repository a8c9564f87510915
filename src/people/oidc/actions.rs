//! Which account is whose by the word of the provider.

use crate::kernel::{AgencyId, Permission, PersonId, new_id};
use crate::ledger::Work;
use crate::people::FreshAuth;
use crate::people::actions::fresh::must_be_proven;
use crate::people::actions::roles::must_be_other;
use crate::people::must;
use crate::people::schema::{oidc_links, persons};
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;

/// The longest name by which the provider may know somebody, in characters.
pub(super) const LONGEST_SUBJECT: usize = 255;

/// A link as its person and the administrator see it.
#[derive(Debug, Clone, Serialize)]
pub(in crate::people) struct Link {
    /// The name by which the provider knows the person.
    pub(in crate::people) subject: String,
    /// When it was made, UTC.
    pub(in crate::people) linked_at: NaiveDateTime,
    /// Whether the person made it, not an administrator.
    pub(in crate::people) is_own: bool,
}

fn own(work: &Work<'_>) -> Result<PersonId, Failure> {
    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?;
    Ok(person.id.clone())
}

/// The link of a person of the agency.
pub(in crate::people) fn link_of(work: &mut Work<'_>, person: &PersonId, issuer: &str) -> QueryResult<Option<Link>> {
    let agency = work.agency();
    let found: Option<(String, NaiveDateTime, PersonId)> = oidc_links::table
        .filter(oidc_links::agency_id.eq(&agency).and(oidc_links::person_id.eq(person)))
        .filter(oidc_links::issuer.eq(issuer).and(oidc_links::removed_at.is_null()))
        .select((oidc_links::subject, oidc_links::linked_at, oidc_links::linked_by))
        .first(work.conn)
        .optional()?;
    Ok(found.map(|(subject, linked_at, by)| Link {
        subject,
        linked_at,
        is_own: by == *person,
    }))
}

/// An active account that is linked with a name of the provider.
pub(in crate::people) struct Linked {
    /// Whose.
    pub(in crate::people) person: PersonId,
    /// Of which agency.
    pub(in crate::people) agency: AgencyId,
    /// Whether its person made the link in a session of his or her own, with his or her own proof. A link that somebody
    /// else made says who comes, but never stands for the person's own second factor.
    pub(in crate::people) is_own: bool,
}

/// The active account that is linked with a name of the provider.
pub(in crate::people) fn person_of(
    work: &mut Work<'_>,
    (issuer, subject): (&str, &str),
) -> QueryResult<Option<Linked>> {
    // The person's agency is not known before signing in.
    oidc_links::table
        .inner_join(persons::table)
        .filter(oidc_links::issuer.eq(issuer).and(oidc_links::subject.eq(subject)))
        .filter(oidc_links::removed_at.is_null().and(persons::active.eq(true)))
        .select((persons::id, persons::agency_id, oidc_links::linked_by))
        .first(work.conn)
        .optional()
        .map(|found| {
            found.map(|(person, agency, by): (PersonId, AgencyId, PersonId)| Linked {
                is_own: by == person,
                person,
                agency,
            })
        })
}

fn remove(work: &mut Work<'_>, (person, by): (&PersonId, &PersonId), issuer: &str) -> QueryResult<usize> {
    let (agency, at) = (work.agency(), work.actor.at);
    let removed = diesel::update(oidc_links::table)
        .filter(oidc_links::agency_id.eq(&agency).and(oidc_links::person_id.eq(person)))
        .filter(oidc_links::issuer.eq(issuer).and(oidc_links::removed_at.is_null()))
        .set((oidc_links::removed_at.eq(Some(at)), oidc_links::removed_by.eq(Some(by))))
        .execute(work.conn)?;
    if removed > 0 {
        let by = if person == by { "own" } else { "administrator" };
        work.record("oidc.unlinked", ("person", person.as_str()), json!({ "by": by }));
    }
    Ok(removed)
}

fn insert(
    work: &mut Work<'_>,
    (person, by): (&PersonId, &PersonId),
    (issuer, subject): (&str, &str),
) -> Result<(), Failure> {
    let subject = subject.trim();
    if subject.is_empty() || subject.chars().count() > LONGEST_SUBJECT {
        return Err(Failure::Invalid(Say::new("people.oidc.subject_needed")));
    }
    remove(work, (person, by), issuer)?;
    let taken = oidc_links::table
        .filter(oidc_links::issuer.eq(issuer).and(oidc_links::subject.eq(subject)))
        .filter(oidc_links::removed_at.is_null());
    if diesel::select(diesel::dsl::exists(taken)).get_result::<bool>(work.conn)? {
        return Err(Failure::Conflict(Say::new("people.oidc.taken")));
    }
    diesel::insert_into(oidc_links::table)
        .values((
            oidc_links::id.eq(new_id()),
            oidc_links::agency_id.eq(work.agency()),
            oidc_links::person_id.eq(person),
            oidc_links::issuer.eq(issuer),
            oidc_links::subject.eq(subject),
            oidc_links::linked_at.eq(work.actor.at),
            oidc_links::linked_by.eq(by),
        ))
        .execute(work.conn)?;
    let by = if person == by { "own" } else { "administrator" };
    work.record("oidc.linked", ("person", person.as_str()), json!({ "by": by }));
    Ok(())
}

/// Links the account of the person who acts with the name that the provider gave just now.
///
/// # Errors
/// [`Failure::Conflict`] when another account is linked with it.
pub(in crate::people) fn link_own(work: &mut Work<'_>, name: (&str, &str)) -> Result<(), Failure> {
    let person = own(work)?;
    insert(work, (&person, &person), name)
}

/// Takes the own link away.
///
/// # Errors
/// [`Failure::Forbidden`] without the password given just now; 404 when there is none.
pub(in crate::people) fn unlink_own(work: &mut Work<'_>, fresh: &FreshAuth, issuer: &str) -> Result<(), Failure> {
    fresh.must_be_of(work.actor)?;
    let person = own(work)?;
    match remove(work, (&person, &person), issuer)? {
        0 => Err(Failure::NotFound),
        _ => Ok(()),
    }
}

/// The person of the agency whose link an administrator changes.
fn anothers(
    work: &mut Work<'_>,
    fresh: Option<&FreshAuth>,
    person: &PersonId,
) -> Result<(PersonId, PersonId), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_proven(work.actor, fresh)?;
    let by = own(work)?;
    must_be_other(work, person)?;
    let agency = work.agency();
    let found: PersonId = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq(person)))
        .filter(persons::active.eq(true))
        .select(persons::id)
        .first(work.conn)?;
    Ok((found, by))
}

/// Links another person's account with a name of the provider (issuer and subject). The person sees it, and the own second
/// factor of the account is asked for until the person makes the link anew.
///
/// # Errors
/// [`Failure::Forbidden`] without the own confirmation of just now (`fresh`); [`Failure::Conflict`] for one's own account
/// (any of them, rule S4) and when another account is linked with that name; [`Failure::Invalid`]
/// without a name; 404 when the agency has no such active person.
pub fn link(
    work: &mut Work<'_>,
    fresh: Option<&FreshAuth>,
    person: &PersonId,
    name: (&str, &str),
) -> Result<(), Failure> {
    let (person, by) = anothers(work, fresh, person)?;
    insert(work, (&person, &by), name)
}

/// Takes another person's link with the provider away.
///
/// # Errors
/// [`Failure::Forbidden`] without the own confirmation of just now (`fresh`); [`Failure::Conflict`] for one's own account;
/// 404 when there is no such person or link.
pub fn unlink(work: &mut Work<'_>, fresh: Option<&FreshAuth>, person: &PersonId, issuer: &str) -> Result<(), Failure> {
    let (person, by) = anothers(work, fresh, person)?;
    match remove(work, (&person, &by), issuer)? {
        0 => Err(Failure::NotFound),
        _ => Ok(()),
    }
}
