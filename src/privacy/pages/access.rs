//! Who saw whose data: of one case, and of one account between two moments; the table of it with its hash.

use crate::access::{Fact, Part};
use crate::cases;
use crate::kernel::{CaseId, Permission, PersonId, local, to_utc};
use crate::ledger::Work;
use crate::people::{self, Named};
use crate::personal::{self, Access, Purpose, Reason};
use crate::records;
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::HttpResponse;
use chrono::{NaiveDateTime, TimeDelta};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most rows that a page shows.
const SHOWN: i64 = 500;

#[derive(Serialize)]
struct AccessPage {
    people: Vec<Named>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    /// Of which case, or of which account.
    of_case: Option<String>,
    of_person: Option<String>,
    rows: Vec<Row>,
    is_cut: bool,
    problem: Option<String>,
    may_take: bool,
}

impl Page for AccessPage {
    const TEMPLATE: &'static str = "privacy/access.html";
}

#[derive(Serialize)]
pub(super) struct Row {
    pub(super) at: NaiveDateTime,
    pub(super) person: String,
    /// The code of the case, or of the form outside of cases; empty for who asks by a request.
    pub(super) case: String,
    pub(super) purpose: Purpose,
    pub(super) reason: Option<Reason>,
    pub(super) request_no: Option<i64>,
    pub(super) fields: Vec<String>,
}

/// The accesses with names and codes: a fixed number of questions for each five hundred.
pub(super) fn rows(work: &mut Work<'_>, accesses: Vec<Access>) -> Result<Vec<Row>, Failure> {
    let ids: BTreeSet<CaseId> = accesses.iter().map(|one| CaseId::of(one.subject.clone())).collect();
    let ids: Vec<CaseId> = ids.into_iter().collect();
    let mut codes: BTreeMap<String, String> = cases::heads(work, &ids)?
        .into_iter()
        .map(|head| (head.id.as_str().to_owned(), head.code))
        .collect();
    // What is no case is a form outside of cases, or who asks by a request.
    let others = ids.iter().map(|id| id.as_str().to_owned());
    let others: Vec<String> = others.filter(|id| !codes.contains_key(id)).collect();
    let forms = records::outside(work, &others)?;
    codes.extend(forms.into_iter().map(|record| (record.id, record.code)));
    let people: BTreeSet<PersonId> = accesses.iter().map(|one| one.person.clone()).collect();
    let names = people::names(work, &people.into_iter().collect::<Vec<_>>())?;
    let row = |one: Access| Row {
        at: one.at,
        person: names.get(&one.person).cloned().unwrap_or_default(),
        case: codes.get(&one.subject).cloned().unwrap_or_default(),
        purpose: one.purpose,
        reason: one.reason,
        request_no: one.request_no,
        fields: one.fields.split_whitespace().map(ToOwned::to_owned).collect(),
    };
    Ok(accesses.into_iter().map(row).collect())
}

/// What was asked for.
pub(super) struct Asked {
    case: Option<String>,
    pub(super) person: Option<String>,
    pub(super) between: (NaiveDateTime, NaiveDateTime),
}

pub(super) fn asked(desk: &Desk, form: &Form) -> (Asked, Faults) {
    let mut faults = Faults::default();
    let now = desk.actor().at;
    let from = form.moment("from", &mut faults).map(to_utc);
    let to = form.moment("to", &mut faults).map(to_utc);
    let between = (
        from.unwrap_or(now - TimeDelta::days(7)),
        to.unwrap_or(now + TimeDelta::minutes(1)),
    );
    if between.0 >= between.1 {
        faults.add("to", "privacy.refused.no_time");
    }
    let text = |name: &str| form.optional(name).map(ToOwned::to_owned);
    let asked = Asked {
        case: text("case"),
        person: text("person"),
        between,
    };
    (asked, faults)
}

/// Nobody reads his or her own traces alone, nor those of another account of his or her own.
pub(super) fn of_person(work: &mut Work<'_>, username: &str) -> Result<PersonId, Failure> {
    let person = people::person_named(work, username)?;
    let own = people::own_accounts(work)?;
    let watched = Fact {
        part: Part::IsWatched,
        by: person.clone(),
    };
    people::must_not_join(work.actor, Permission::ReadAccessLog, (&[watched], &own))?;
    Ok(person)
}

fn find(work: &mut Work<'_>, asked: &Asked, most: i64) -> Result<Vec<Row>, Failure> {
    let accesses = match (&asked.case, &asked.person) {
        (Some(code), _) => {
            let head = cases::by_code(work, code.trim())?;
            personal::accesses_to(work, head.id.as_str(), most)?
        }
        (None, Some(username)) => {
            let person = of_person(work, username)?;
            personal::accesses_by(work, &person, asked.between, (None, most))?
        }
        (None, None) => Vec::new(),
    };
    rows(work, accesses)
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let form = Form::new(desk.query());
    let (asked, faults) = asked(&desk, &form);
    let mut typed = form.typed();
    let shown = |at: NaiveDateTime| local(at).format("%Y-%m-%dT%H:%M").to_string();
    typed.entry("from".to_owned()).or_insert_with(|| shown(asked.between.0));
    typed.entry("to".to_owned()).or_insert_with(|| shown(asked.between.1));
    let (of_case, of_person) = (asked.case.clone(), asked.person.clone());
    let may_look = faults.is_empty();
    let found = desk
        .read(move |work| {
            let people = people::persons(work)?;
            let found = if may_look {
                find(work, &asked, SHOWN.saturating_add(1))
            } else {
                Ok(Vec::new())
            };
            Ok::<_, Failure>((people, found))
        })
        .await?;
    let (people, found) = found;
    let (mut rows, problem) = match found {
        Ok(rows) => (rows, None),
        Err(Failure::NotFound) => (Vec::new(), Some(desk.word("privacy.refused.no_such", &[]))),
        Err(failure) => (Vec::new(), Some(desk.sentence(&failure.said()?))),
    };
    let most = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let is_cut = rows.len() > most;
    rows.truncate(most);
    desk.page(&AccessPage {
        people,
        typed,
        faults,
        may_take: problem.is_none() && !rows.is_empty() && of_case.is_none(),
        of_case,
        of_person,
        rows,
        is_cut,
        problem,
    })
}
