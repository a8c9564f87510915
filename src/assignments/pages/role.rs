//! One role: its entries with their decisions, the procedures that need it, and the forms to assign and to end.

use super::matrix::{Cell, cell};
use super::names::{Names, RoleName};
use crate::assignments::actions::{self, LONGEST_DECISION, NewAssignment};
use crate::assignments::book::{Assignee, Book};
use crate::assignments::coverage::roles_in;
use crate::assignments::store::{self, Entry};
use crate::documents::{self, Content, VersionHead};
use crate::kernel::{Permission, PersonId, PositionId, local};
use crate::ledger::Work;
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use crate::workflow::RoleCode;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The effective procedures.
pub(super) type Procedures = [(VersionHead, Arc<Content>)];

#[derive(Serialize)]
struct RolePage {
    role: RoleName,
    entries: Vec<EntryRow>,
    procedures: Vec<Use>,
    may_assign: bool,
    positions: Vec<Choice>,
    people: Vec<Choice>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
    /// The entry whose ending was refused.
    ending: Option<String>,
    today: NaiveDate,
}

impl Page for RolePage {
    const TEMPLATE: &'static str = "assignments/role.html";
}

/// One assignment of a role, as it is printed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct EntryRow {
    id: String,
    pub(super) procedure: Option<Choice>,
    who: String,
    by_position: bool,
    holders: Vec<String>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    decision_no: String,
    end_decision_no: Option<String>,
    pub(super) state: &'static str,
    recorded_at: NaiveDateTime,
    /// Recorded after its first day, so that somebody who judges the past can see it.
    recorded_late: bool,
    ended_at: Option<NaiveDateTime>,
    ended_late: bool,
}

/// Something to choose: what is sent, and what people read.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choice {
    code: String,
    name: String,
}

/// A procedure that needs the role.
#[derive(Serialize)]
pub(super) struct Use {
    code: String,
    title: String,
    steps: Vec<String>,
    pub(super) cell: Cell,
}

/// The effective procedures whose steps name the role, with who has it today.
pub(super) fn procedures_of(book: &Book, names: &Names, role: &RoleCode, at: (&Procedures, NaiveDate)) -> Vec<Use> {
    let (procedures, today) = at;
    let steps = |content: &Content| {
        let named = content.table.steps.iter().filter(|step| step.roles.contains(role));
        named.map(|step| step.code.to_string()).collect()
    };
    let needing = procedures
        .iter()
        .filter(|(_, content)| roles_in(content).contains(role));
    needing
        .map(|(head, content)| Use {
            code: head.code.clone(),
            title: names.pick(&head.title, &head.title_en),
            steps: steps(content),
            cell: cell(book, names, (role, head), today),
        })
        .collect()
}

/// Entries as rows: those for all procedures first, and of those the ones that are valid first.
pub(super) fn entry_rows(
    entries: &[&Entry],
    (book, names): (&Book, &Names),
    procedures: &Procedures,
    today: NaiveDate,
) -> Vec<EntryRow> {
    let choice = |entry: &Entry| {
        let wanted = entry.assignment.document.as_ref()?;
        let found = procedures.iter().find(|(head, _)| head.document_id == *wanted);
        Some(found.map_or_else(
            || Choice {
                code: String::new(),
                name: wanted.to_string(),
            },
            |(head, _)| Choice {
                code: head.code.clone(),
                name: names.pick(&head.title, &head.title_en),
            },
        ))
    };
    let mut rows: Vec<EntryRow> = entries
        .iter()
        .map(|entry| entry_row(entry, choice(entry), (book, names), today))
        .collect();
    let order = |row: &EntryRow| (row.state == "past", row.procedure.is_some(), row.state == "coming");
    rows.sort_by(|one, two| order(one).cmp(&order(two)).then(two.valid_from.cmp(&one.valid_from)));
    rows
}

fn entry_row(entry: &Entry, procedure: Option<Choice>, (book, names): (&Book, &Names), today: NaiveDate) -> EntryRow {
    let own = &entry.assignment;
    let state = match (own.valid_from > today, own.is_valid_on(today)) {
        (true, _) => "coming",
        (false, true) => "current",
        (false, false) => "past",
    };
    let by_position = matches!(own.assignee, Assignee::Position(_));
    // Of an entry that has ended or not begun: who held the position on the nearest day of its own.
    let nearest = today.max(own.valid_from).min(own.valid_to.unwrap_or(NaiveDate::MAX));
    let holders = if by_position {
        book.people_of(&own.assignee, nearest)
    } else {
        Vec::new()
    };
    let after = |at: NaiveDateTime, day: NaiveDate| local(at).date() > day;
    EntryRow {
        id: own.id.clone(),
        procedure,
        who: names.assignee(&own.assignee),
        by_position,
        holders: holders.iter().map(|person| names.person(person)).collect(),
        valid_from: own.valid_from,
        valid_to: own.valid_to,
        decision_no: own.decision_no.clone(),
        end_decision_no: entry.end_decision_no.clone(),
        state,
        recorded_at: entry.recorded_at,
        recorded_late: after(entry.recorded_at, own.valid_from),
        ended_at: entry.ended_at,
        ended_late: entry
            .ended_at
            .zip(own.valid_to)
            .is_some_and(|(at, last)| after(at, last)),
    }
}

fn load(work: &mut Work<'_>, code: &str) -> Result<RolePage, Failure> {
    let today = work.actor.today();
    let names = Names::load(work)?;
    let role = names
        .roles
        .iter()
        .find(|role| role.code == code)
        .ok_or(Failure::NotFound)?;
    let role = names.of_role(role);
    let book = store::book(work)?;
    let all = store::entries(work)?;
    let wanted = RoleCode::new(code);
    let own: Vec<&Entry> = all.iter().filter(|entry| entry.assignment.role == wanted).collect();
    let procedures = documents::effective_procedures(work)?;
    let choice = |kind: &str, id: &str, name: String| Choice {
        code: format!("{kind}:{id}"),
        name,
    };
    let positions = names.positions.iter();
    let people = names.people.iter().filter(|person| person.active);
    Ok(RolePage {
        entries: entry_rows(&own, (&book, &names), &procedures, today),
        procedures: procedures_of(&book, &names, &wanted, (&procedures, today)),
        may_assign: crate::people::must(work.actor, Permission::AssignRoles).is_ok(),
        positions: positions
            .map(|one| choice("position", one.id.as_str(), names.of_position(one)))
            .collect(),
        people: people
            .map(|one| choice("person", one.id.as_str(), one.full_name.clone()))
            .collect(),
        role,
        typed: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
        ending: None,
        today,
    })
}

pub(super) async fn show(
    desk: Desk,
    code: web::Path<String>,
    wanted: web::Query<BTreeMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let mut page = desk.read(move |work| load(work, &code)).await?;
    if let Some(procedure) = wanted.get("procedure") {
        page.typed.insert("procedure".to_owned(), procedure.clone());
    }
    desk.page(&page)
}

/// A form that was refused: the page again, with what was typed and why.
struct Refused<'a> {
    form: &'a Form,
    faults: Faults,
    failure: Option<Failure>,
    ending: Option<String>,
}

async fn refused(desk: &Desk, code: String, refused: Refused<'_>) -> Result<HttpResponse, Failure> {
    let status = refused
        .failure
        .as_ref()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, ResponseError::status_code);
    let sentence = |say: &Say| desk.site().pages.words().fill(desk.language(), &say.key, &say.args);
    let problem = match refused.failure {
        None => None,
        Some(Failure::Invalid(say) | Failure::Conflict(say)) => Some(sentence(&say)),
        Some(other) => return Err(other),
    };
    let mut page = desk.read(move |work| load(work, &code)).await?;
    page.typed = refused.form.typed();
    page.faults = refused.faults;
    page.problem = problem;
    page.ending = refused.ending;
    desk.page_with(status, &page)
}

fn assignee(form: &Form, faults: &mut Faults) -> Option<Assignee> {
    let read = match form.text("assignee").split_once(':') {
        Some(("position", id)) => Some(Assignee::Position(PositionId::of(id))),
        Some(("person", id)) => Some(Assignee::Person(PersonId::of(id))),
        _ => None,
    };
    if read.is_none() {
        faults.add("assignee", "form.needed");
    }
    read
}

pub(super) async fn assign(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let code = code.into_inner();
    let mut faults = Faults::default();
    let assignee = assignee(&form, &mut faults);
    let valid_to = form.date("valid_to", &mut faults);
    let decision_no = form.needed("decision_no", LONGEST_DECISION, &mut faults);
    let valid_from = form.date("valid_from", &mut faults);
    if valid_from.is_none() {
        faults.add("valid_from", "form.needed");
    }
    let (Some(assignee), Some(valid_from), true) = (assignee, valid_from, faults.is_empty()) else {
        return refused(
            &desk,
            code,
            Refused {
                form: &form,
                faults,
                failure: None,
                ending: None,
            },
        )
        .await;
    };
    let (role, procedure) = (RoleCode::new(&code), form.optional("procedure").map(ToOwned::to_owned));
    let made = desk
        .try_change(move |work| {
            let document = procedure
                .map(|procedure| documents::document_by_code(work, &procedure))
                .transpose()?;
            actions::assign(
                work,
                &NewAssignment {
                    role,
                    document,
                    assignee,
                    valid_from,
                    valid_to,
                    decision_no,
                },
            )
        })
        .await?;
    match made {
        Ok(_) => Ok(desk.done(format!("/assignments/roles/{code}"), "assignments.made")),
        Err(failure) => {
            refused(
                &desk,
                code,
                Refused {
                    form: &form,
                    faults,
                    failure: Some(failure),
                    ending: None,
                },
            )
            .await
        }
    }
}

pub(super) async fn end(desk: Desk, at: web::Path<(String, String)>, form: Form) -> Result<HttpResponse, Failure> {
    let (code, id) = at.into_inner();
    let mut faults = Faults::default();
    let last_day = form.date("last_day", &mut faults);
    let decision_no = form.needed("end_decision_no", LONGEST_DECISION, &mut faults);
    if last_day.is_none() {
        faults.add("last_day", "form.needed");
    }
    let (Some(last_day), true) = (last_day, faults.is_empty()) else {
        return refused(
            &desk,
            code,
            Refused {
                form: &form,
                faults,
                failure: None,
                ending: Some(id),
            },
        )
        .await;
    };
    let entry = id.clone();
    match desk
        .try_change(move |work| actions::end(work, &entry, last_day, &decision_no))
        .await?
    {
        Ok(()) => Ok(desk.done(format!("/assignments/roles/{code}"), "assignments.ended")),
        Err(failure) => {
            refused(
                &desk,
                code,
                Refused {
                    form: &form,
                    faults,
                    failure: Some(failure),
                    ending: Some(id),
                },
            )
            .await
        }
    }
}
