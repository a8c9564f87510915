//! Erasure by two people: the officer proposes it for cases whose time of retention is over, the head of the committee
//! approves it.

use super::handle::{close, conflict, keep, open, text};
use super::register::begin;
use crate::cases::{self, CaseHead, Ended};
use crate::kernel::{Permission, local, to_utc};
use crate::ledger::Work;
use crate::people::{FreshAuth, must};
use crate::personal::{self, ErasureBasis};
use crate::privacy::classes::{forms_retention, retention};
use crate::privacy::request::{Kind, Named, State};
use crate::privacy::store;
use crate::records::{self, Record};
use crate::web::{Failure, Say};
use chrono::{Days, Months, NaiveDate, NaiveTime};
use serde_json::json;

/// The most cases of one proposal.
const MOST: usize = 200;
/// Cases that are looked at in one question.
const AT_ONCE: i64 = 500;

/// The first day on which the data of a case need not be kept any more; `None` while it is open.
pub(in crate::privacy) fn free_from(head: &CaseHead) -> Option<NaiveDate> {
    let (ended, at) = head.ended.zip(head.ended_at)?;
    let months = Months::new(retention(ended).months);
    local(at).date().checked_add_months(months)
}

/// The first day on which the personal answers of a form outside of cases need not be kept any more.
pub(in crate::privacy) fn form_free_from(record: &Record) -> Option<NaiveDate> {
    let months = Months::new(forms_retention().months);
    local(record.at).date().checked_add_months(months)
}

/// Refuses what the law has kept, naming the first of it and until when.
fn must_be_free(work: &Work<'_>, heads: &[CaseHead], forms: &[Record]) -> Result<(), Failure> {
    let today = work.actor.today();
    let ended = |head: &CaseHead| head.ended.map(retention).unwrap_or_default();
    let cases = heads.iter().map(|head| (&head.code, free_from(head), ended(head)));
    let forms = forms
        .iter()
        .map(|record| (&record.code, form_free_from(record), forms_retention()));
    for (code, free, term) in cases.chain(forms) {
        let say = match free {
            Some(day) if day <= today => continue,
            Some(day) => Say::new("privacy.refused.retention")
                .with("case", code)
                .with("day", day.format("%d/%m/%Y"))
                .with("basis", term.basis),
            None => Say::new("privacy.refused.open_case").with("case", code),
        };
        return Err(Failure::Conflict(say));
    }
    Ok(())
}

/// The heads of cases and the forms that are named, each of the agency.
fn loaded(work: &mut Work<'_>, named: &Named) -> Result<(Vec<CaseHead>, Vec<Record>), Failure> {
    let heads = cases::heads(work, &named.cases)?;
    let forms = records::outside(work, &named.records)?;
    if heads.len() != named.cases.len() || forms.len() != named.records.len() {
        return Err(Failure::NotFound);
    }
    Ok((heads, forms))
}

/// Makes sure that all that is named is of the agency, and none of it erased or kept by the law; gives the basis on which
/// the first of it need not be kept.
fn must_be_erasable(work: &mut Work<'_>, named: &Named) -> Result<String, Failure> {
    let subjects = named.subjects();
    if subjects.is_empty() || subjects.len() > MOST {
        return Err(Failure::Invalid(
            Say::new("privacy.refused.no_cases").with("most", MOST),
        ));
    }
    let (heads, forms) = loaded(work, named)?;
    if !personal::erased(work, &subjects)?.is_empty() {
        return Err(Failure::Conflict(Say::new("personal.erased_before")));
    }
    must_be_free(work, &heads, &forms)?;
    let term = heads.iter().find_map(|head| head.ended).map(retention);
    Ok(term.unwrap_or_else(forms_retention).basis)
}

/// Proposes to erase the data of these cases and forms, as somebody asked.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Conflict`] when the request does not ask for it or is closed, or the law has a case
/// kept (open, or within its time of retention), naming it; [`Failure::Invalid`] without cases or a legal basis.
pub fn propose(work: &mut Work<'_>, (number, seen): (i64, i64), (named, basis): (&Named, &str)) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let mut request = open(work, number, seen)?;
    if request.kind != Kind::Erasure {
        return Err(conflict("no_erasure"));
    }
    must_be_erasable(work, named)?;
    request.basis = text(basis, "no_basis")?;
    request.state = State::Proposed;
    request.proposed_by = work.actor.person.as_ref().map(|person| person.id.clone());
    request.proposed_at = Some(work.actor.at);
    store::set_named(work, &request.id, named)?;
    keep(work, &request, "personal_data.erasure_proposed")
}

/// Proposes to erase the data of cases and forms that nobody asks for but whose time of retention is over; gives the number in the
/// register.
///
/// # Errors
/// As [`propose`].
pub fn propose_retention(work: &mut Work<'_>, named: &Named) -> Result<i64, Failure> {
    must(work.actor, Permission::ManagePersonalData)?;
    let basis = must_be_erasable(work, named)?;
    let mut request = begin(work, Kind::Retention)?;
    request.basis = basis;
    request.state = State::Proposed;
    request.proposed_by = Some(request.received_by.clone());
    request.proposed_at = Some(work.actor.at);
    store::insert(work, &request)?;
    store::set_named(work, &request.id, named)?;
    let details = json!({ "number": request.number, "kind": request.kind, "cases": named.cases,
        "forms": named.records });
    work.record("personal_data.erasure_proposed", ("data_request", &request.id), details);
    Ok(request.number)
}

/// Approves a proposed erasure, as another person: the data of the cases, of the forms and of who asked are erased. After the commit the
/// caller takes the keys away by [`personal::forget_keys`]; a start of the program does what a crash left. `fresh` is the
/// confirmation of just now: an open session alone is not the second person.
///
/// # Errors
/// [`Failure::Forbidden`], also without the own confirmation of just now; [`Failure::Conflict`] when nothing is proposed, or the actor proposed it.
pub fn approve(work: &mut Work<'_>, fresh: &FreshAuth, number: i64, seen: i64) -> Result<(), Failure> {
    must(work.actor, Permission::ApproveErasure)?;
    fresh.must_be_of(work.actor)?;
    fresh.must_be_whole()?;
    let mut request = open(work, number, seen)?;
    let Some(proposed_by) = request.proposed_by.clone().filter(|_| request.state == State::Proposed) else {
        return Err(conflict("not_proposed"));
    };
    let named = store::named_by(work, &request.id)?;
    let (heads, forms) = loaded(work, &named)?;
    must_be_free(work, &heads, &forms)?;
    let basis = ErasureBasis {
        request_no: (request.kind == Kind::Erasure).then_some(request.number),
        basis: request.basis.clone(),
        proposed_by,
    };
    let mut subjects: Vec<String> = named.subjects().into_iter().map(ToOwned::to_owned).collect();
    if request.kind == Kind::Erasure {
        // Who asked to be forgotten does not stay in the register by name.
        subjects.push(request.id.clone());
    }
    personal::erase(work, &subjects, &basis)?;
    close(work, &mut request, State::Done)?;
    keep(work, &request, "data_request.erased")
}

/// Gives a proposed erasure back to the officer.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Conflict`] when nothing is proposed; [`Failure::Invalid`] without a reason.
pub fn reject(work: &mut Work<'_>, number: i64, seen: i64, reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ApproveErasure)?;
    let mut request = open(work, number, seen)?;
    if request.state != State::Proposed {
        return Err(conflict("not_proposed"));
    }
    request.answer = text(reason, "no_reason")?;
    request.proposed_by = None;
    request.proposed_at = None;
    store::set_named(work, &request.id, &Named::default())?;
    if request.kind == Kind::Retention {
        close(work, &mut request, State::Refused)?;
    } else {
        request.state = State::Taken;
        request.taken_at = request.taken_at.or(Some(work.actor.at));
    }
    keep(work, &request, "personal_data.erasure_rejected")
}

/// Ended cases whose time of retention is over and whose data are still there, the oldest first; at most 200.
///
/// # Errors
/// When the database fails.
pub fn retained_too_long(work: &mut Work<'_>) -> Result<Vec<CaseHead>, Failure> {
    let today = work.actor.today();
    let mut found = Vec::new();
    for ended in Ended::ALL {
        let Some(last) = today.checked_sub_months(Months::new(retention(*ended).months)) else {
            continue;
        };
        let mut skip = 0_i64;
        while found.len() < MOST {
            let some = cases::ended_by(work, *ended, last, (skip, AT_ONCE))?;
            let is_last = i64::try_from(some.len()).unwrap_or(0) < AT_ONCE;
            let names: Vec<&str> = some.iter().map(|head| head.id.as_str()).collect();
            let erased = personal::erased(work, &names)?;
            let left = some.iter().filter(|head| {
                !erased.contains_key(head.id.as_str()) && free_from(head).is_some_and(|day| day <= today)
            });
            found.extend(left.cloned());
            skip = skip.saturating_add(AT_ONCE);
            if is_last {
                break;
            }
        }
    }
    found.sort_by_key(|head| head.ended_at);
    found.truncate(MOST);
    Ok(found)
}

/// Forms outside of cases whose time of retention is over and whose personal answers are still there, the oldest first; at
/// most 200.
///
/// # Errors
/// When the database fails.
pub fn retained_records(work: &mut Work<'_>) -> Result<Vec<Record>, Failure> {
    let today = work.actor.today();
    let last = today.checked_sub_months(Months::new(forms_retention().months));
    let Some(next) = last.and_then(|last| last.checked_add_days(Days::new(1))) else {
        return Ok(Vec::new());
    };
    let (mut found, mut skip) = (Vec::new(), 0_i64);
    while found.len() < MOST {
        let some = records::outside_before(work, to_utc(next.and_time(NaiveTime::MIN)), (skip, AT_ONCE))?;
        let is_last = i64::try_from(some.len()).unwrap_or(0) < AT_ONCE;
        let ids: Vec<&str> = some.iter().map(|record| record.id.as_str()).collect();
        let kept = personal::sealed_among(work, &ids)?;
        let left = some
            .iter()
            .filter(|record| kept.contains(&record.id) && form_free_from(record).is_some_and(|day| day <= today));
        found.extend(left.cloned());
        skip = skip.saturating_add(AT_ONCE);
        if is_last {
            break;
        }
    }
    found.truncate(MOST);
    Ok(found)
}
