//! The own power that is lent, and the power of others that one was lent.

use super::confirm::confirmed_change;
use crate::kernel::{PersonId, PositionId};
use crate::ledger::Work;
use crate::people::actions::loans::{NewLoan, end_loan, lend};
use crate::people::lending::{SignedLoan, signed_loans};
use crate::people::position::{Capacity, Held, Holder, Scope};
use crate::people::store::{self, Named};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct LoansPage {
    positions: Vec<Held>,
    people: Vec<Named>,
    given: Vec<Row>,
    received: Vec<Row>,
    most_days: i64,
    today: NaiveDate,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for LoansPage {
    const TEMPLATE: &'static str = "people/loans.html";
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    loan: Holder,
    position: String,
    lender: String,
    borrower: String,
    /// It serves now or will.
    is_open: bool,
    /// What the lender signed; nothing where it was lent before lenders signed.
    signed: Option<SignedLoan>,
}

fn prepare(work: &mut Work<'_>) -> Result<LoansPage, Failure> {
    let own = work
        .actor
        .person
        .as_ref()
        .map(|person| person.id.clone())
        .ok_or(Failure::SignInFirst)?;
    let today = work.actor.today();
    let mut positions = store::positions_of(work, &own, today)?;
    positions.retain(|held| held.capacity == Capacity::Own);
    let people = store::persons(work)?;
    let known = store::positions(work)?;
    let name = |id: Option<&PersonId>| {
        let found = people.iter().find(|one| Some(&one.id) == id);
        found.map(|one| one.full_name.clone()).unwrap_or_default()
    };
    let title = |loan: &Holder| {
        let position = known.iter().find(|one| one.id == loan.position_id);
        position.map(|one| loan.capacity.before(&one.name)).unwrap_or_default()
    };
    let row = |(loan, signed): (Holder, Option<SignedLoan>)| Row {
        position: title(&loan),
        lender: name(loan.lent_by.as_ref()),
        borrower: name(Some(&loan.person_id)),
        is_open: loan.is_open(today),
        loan,
        signed,
    };
    let loans = signed_loans(work)?;
    let (given, others): (Vec<_>, Vec<_>) = loans
        .into_iter()
        .rev()
        .partition(|(loan, _)| loan.lent_by.as_ref() == Some(&own));
    Ok(LoansPage {
        given: given.into_iter().map(row).collect(),
        received: others
            .into_iter()
            .filter(|(loan, _)| loan.person_id == own)
            .map(row)
            .collect(),
        positions,
        people: people
            .iter()
            .filter(|one| one.active && one.id != own)
            .cloned()
            .collect(),
        most_days: crate::access::longest_loan(),
        today,
        typed: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = desk.read(prepare).await?;
    desk.page(&page)
}

fn read(form: &Form, faults: &mut Faults) -> Option<NewLoan> {
    let (from, to) = (form.date("valid_from", faults), form.date("valid_to", faults));
    for (field, day) in [("valid_from", from), ("valid_to", to)] {
        if day.is_none() && faults.of(field).is_none() {
            faults.add(field, "form.needed");
        }
    }
    let loan = NewLoan {
        position_id: PositionId::of(form.needed("position_id", 60, faults)),
        person_id: PersonId::of(form.needed("person_id", 60, faults)),
        capacity: Capacity::parse(form.text("capacity")).unwrap_or(Capacity::Own),
        scope: Scope::parse(form.text("scope")).unwrap_or(Scope::All),
        days: (from?, to?),
        reason: form.needed("reason", 500, faults),
        decision_no: form.needed("decision_no", 60, faults),
    };
    faults.is_empty().then_some(loan)
}

pub(super) async fn add(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let (status, say) = match read(&form, &mut faults) {
        None => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Some(loan) => match confirmed_change(&desk, &form, move |work, fresh| lend(work, fresh, &loan)).await? {
            Ok(_) => return Ok(desk.done("/delegations", "people.power_lent")),
            Err(Failure::Invalid(say)) => (StatusCode::UNPROCESSABLE_ENTITY, Some(say)),
            Err(failure @ (Failure::Conflict(_) | Failure::TooMany(_))) => {
                (failure.status_code(), Some(failure.said()?))
            }
            Err(failure) => return Err(failure),
        },
    };
    let mut page = desk.read(prepare).await?;
    page.typed = form.typed();
    page.faults = faults;
    page.problem = say.map(|say| desk.sentence(&say));
    desk.page_with(status, &page)
}

pub(super) async fn end(desk: Desk, id: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    desk.change(move |work| end_loan(work, &id)).await?;
    Ok(desk.done("/delegations", "people.power_returned"))
}
