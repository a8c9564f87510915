//! Accounts and positions, for the administrator.

use super::confirm::confirmed_change;
use super::roles::{ProposalRow, waiting};
use crate::kernel::{AccessRole, Mandate, PersonId, PositionId};
use crate::ledger::Work;
use crate::people::actions::accounts::{self, NewAccount};
use crate::people::actions::positions::{self, NewHolder, NewPosition};
use crate::people::actions::roles::{self, Basis, Granted};
use crate::people::factors::{self, FactorRule, Rule, RuleShown};
use crate::people::position::{Holder, Position};
use crate::people::sessions;
use crate::people::store::{self, Named};
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct PeoplePage {
    people: Vec<Row>,
    positions: Vec<PositionRow>,
    roles: Vec<AccessRole>,
    today: chrono::NaiveDate,
    code: Option<GivenCode>,
    rule: RuleShown,
    proposals: Vec<ProposalRow>,
    /// How people call the other party that they may sign in by; empty where none is set up.
    provider: String,
    typed: BTreeMap<String, String>,
    /// The boxes that were ticked for a new account.
    ticked: Vec<String>,
    /// Whose form was refused, and what was typed in it; empty where it was none of these.
    of: String,
    typed_of: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for PeoplePage {
    const TEMPLATE: &'static str = "people/list.html";
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    person: Named,
    missing: Vec<AccessRole>,
    is_self: bool,
}

#[derive(Serialize)]
struct PositionRow {
    #[serde(flatten)]
    position: Position,
    holders: Vec<HolderRow>,
}

#[derive(Serialize)]
struct HolderRow {
    #[serde(flatten)]
    holder: Holder,
    name: String,
    is_open: bool,
}

#[derive(Serialize)]
struct GivenCode {
    name: String,
    code: String,
}

type Loaded = (Vec<Named>, Vec<Position>, Vec<Holder>, RuleShown, Vec<ProposalRow>);

fn load(work: &mut Work<'_>) -> Result<Loaded, Failure> {
    Ok((
        store::persons(work)?,
        store::positions(work)?,
        store::holders(work)?,
        factors::rule(work)?,
        waiting(work)?,
    ))
}

async fn page(desk: &Desk) -> Result<PeoplePage, Failure> {
    let (people, positions, holders, rule, proposals) = desk.read(load).await?;
    let own = desk.person()?.id.clone();
    let today = desk.actor().today();
    let names: BTreeMap<PersonId, String> = people
        .iter()
        .map(|person| (person.id.clone(), person.full_name.clone()))
        .collect();
    let mut by_position: BTreeMap<PositionId, Vec<HolderRow>> = BTreeMap::new();
    for holder in holders {
        let row = HolderRow {
            name: names.get(&holder.person_id).cloned().unwrap_or_default(),
            is_open: holder.valid_to.is_none_or(|last| last >= today),
            holder,
        };
        by_position.entry(row.holder.position_id.clone()).or_default().push(row);
    }
    let missing = |person: &Named| -> Vec<AccessRole> {
        AccessRole::ALL
            .iter()
            .copied()
            .filter(|role| !person.access.contains(role))
            .collect()
    };
    Ok(PeoplePage {
        people: people
            .into_iter()
            .map(|person| Row {
                missing: missing(&person),
                is_self: person.id == own,
                person,
            })
            .collect(),
        positions: positions
            .into_iter()
            .map(|position| PositionRow {
                holders: by_position.remove(&position.id).unwrap_or_default(),
                position,
            })
            .collect(),
        roles: AccessRole::ALL.to_vec(),
        today,
        code: None,
        rule,
        proposals,
        provider: super::provider(desk)?
            .map(|(oidc, _)| oidc.name().to_owned())
            .unwrap_or_default(),
        typed: BTreeMap::new(),
        ticked: Vec::new(),
        of: String::new(),
        typed_of: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
    })
}

async fn refused(
    desk: &Desk,
    form: &Form,
    faults: Faults,
    (say, of): (Option<(StatusCode, Say)>, &str),
) -> Result<HttpResponse, Failure> {
    let mut page = page(desk).await?;
    if of.is_empty() {
        page.typed = form.typed();
        page.ticked = form.all("access").into_iter().map(ToOwned::to_owned).collect();
    } else {
        page.typed_of = form.typed();
        of.clone_into(&mut page.of);
    }
    page.faults = faults;
    let (status, say) = say.map_or((StatusCode::UNPROCESSABLE_ENTITY, None), |(status, say)| {
        (status, Some(say))
    });
    page.problem = say.map(|say| desk.sentence(&say));
    desk.page_with(status, &page)
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

pub(super) async fn add(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let username = form.needed("username", 60, &mut faults);
    if !username
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.')
    {
        faults.add("username", "people.username_form");
    }
    let account = NewAccount {
        username,
        full_name: form.needed("full_name", 100, &mut faults),
        employee_no: form.text("employee_no").chars().take(40).collect(),
        access: form.all("access").into_iter().filter_map(AccessRole::parse).collect(),
        basis: basis(&form, &mut faults),
    };
    if !faults.is_empty() {
        return refused(&desk, &form, faults, (None, "")).await;
    }
    let name = account.full_name.clone();
    let added = confirmed_change(&desk, &form, move |work, fresh| {
        let id = accounts::add_account(work, Some(fresh), &account)?;
        accounts::give_code(work, Some(fresh), &id)
    })
    .await?;
    match added {
        Ok(code) => show_given(&desk, name, code).await,
        Err(failure) => again(&desk, &form, (failure, "")).await,
    }
}

/// The page once more with what was typed, in the forms of one person (`of`) or in those of all, and why it was refused.
pub(super) async fn again(desk: &Desk, form: &Form, (failure, of): (Failure, &str)) -> Result<HttpResponse, Failure> {
    if !matches!(
        failure,
        Failure::Conflict(_) | Failure::Invalid(_) | Failure::TooMany(_)
    ) {
        return Err(failure);
    }
    let status = failure.status_code();
    let say = failure.said()?;
    refused(desk, form, Faults::default(), (Some((status, say)), of)).await
}

/// On what a role rests, as a form says it.
fn basis(form: &Form, faults: &mut Faults) -> Basis {
    let (from, to) = (form.date("mandate_from", faults), form.date("mandate_to", faults));
    Basis {
        decision_no: form.text("decision_no").chars().take(60).collect(),
        mandate: from.zip(to).map(|(from, to)| Mandate { from, to }),
    }
}

/// The code is shown once, in the answer itself: it is stored only as a hash.
async fn show_given(desk: &Desk, name: String, code: String) -> Result<HttpResponse, Failure> {
    let mut page = page(desk).await?;
    page.code = Some(GivenCode { name, code });
    desk.page(&page)
}

pub(super) async fn give_code(desk: Desk, id: web::Path<PersonId>, form: Form) -> Result<HttpResponse, Failure> {
    let (id, wanted) = (id.into_inner(), desk.actor().clone());
    let whose = id.to_string();
    let given = confirmed_change(&desk, &form, move |work, fresh| {
        let code = accounts::give_code(work, Some(fresh), &id)?;
        let names = store::names(work, std::slice::from_ref(&id))?;
        Ok((names.get(&id).cloned().unwrap_or_default(), code))
    })
    .await?;
    let (name, code) = match given {
        Ok(given) => given,
        Err(failure) => return again(&desk, &form, (failure, &whose)).await,
    };
    tracing::info!(
        by = wanted.person.map(|person| person.id.to_string()),
        "Gave out a one-time code"
    );
    show_given(&desk, name, code).await
}

pub(super) async fn deactivate(desk: Desk, id: web::Path<PersonId>, _form: Form) -> Result<HttpResponse, Failure> {
    desk.change(move |work| accounts::deactivate(work, &id)).await?;
    Ok(desk.done("/people", "people.deactivated"))
}

pub(super) async fn change_access(desk: Desk, id: web::Path<PersonId>, form: Form) -> Result<HttpResponse, Failure> {
    let role = AccessRole::parse(form.text("access")).ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    if form.text("change") == "revoke" {
        desk.change(move |work| accounts::revoke(work, &id, role)).await?;
        return Ok(desk.done("/people", "people.access_changed"));
    }
    let mut faults = Faults::default();
    let basis = basis(&form, &mut faults);
    let whose = id.to_string();
    if !faults.is_empty() {
        return refused(&desk, &form, faults, (None, &whose)).await;
    }
    let granted = confirmed_change(&desk, &form, move |work, fresh| {
        roles::grant(work, Some(fresh), (&id, role), &basis)
    });
    match granted.await? {
        Ok(Granted::Given) => Ok(desk.done("/people", "people.access_changed")),
        Ok(Granted::Proposed) => Ok(desk.done("/people", "people.role_proposed")),
        Err(failure) => again(&desk, &form, (failure, &whose)).await,
    }
}

pub(super) async fn set_employee_no(desk: Desk, id: web::Path<PersonId>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let number = form.needed("employee_no", 40, &mut faults);
    let whose = id.to_string();
    if !faults.is_empty() {
        return refused(&desk, &form, faults, (None, &whose)).await;
    }
    let done = desk
        .try_change(move |work| accounts::set_employee_no(work, &id, &number))
        .await?;
    match done {
        Ok(()) => Ok(desk.done("/people", "people.identified")),
        Err(failure) => again(&desk, &form, (failure, &whose)).await,
    }
}

pub(super) async fn add_position(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let new = NewPosition {
        code: form.needed("code", 30, &mut faults),
        name: form.needed("name", 120, &mut faults),
        name_en: form.needed("name_en", 120, &mut faults),
        unit: form.needed("unit", 120, &mut faults),
    };
    if !faults.is_empty() {
        return refused(&desk, &form, faults, (None, "")).await;
    }
    match desk.try_change(move |work| positions::add_position(work, &new)).await? {
        Ok(_) => Ok(desk.done("/people#positions", "people.position_added")),
        Err(failure) => again(&desk, &form, (failure, "")).await,
    }
}

pub(super) async fn add_holder(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let from = form.date("valid_from", &mut faults);
    let valid_to = form.date("valid_to", &mut faults);
    let new = NewHolder {
        position_id: PositionId::of(form.needed("position_id", 60, &mut faults)),
        person_id: PersonId::of(form.needed("person_id", 60, &mut faults)),
        valid_from: from.unwrap_or_else(|| desk.actor().today()),
        valid_to,
        decision_no: form.needed("decision_no", 60, &mut faults),
    };
    if from.is_none() {
        faults.add("valid_from", "form.needed");
    }
    if !faults.is_empty() {
        return refused(&desk, &form, faults, (None, "")).await;
    }
    match desk.try_change(move |work| positions::add_holder(work, &new)).await? {
        Ok(_) => Ok(desk.done("/people#positions", "people.holder_added")),
        Err(failure) => again(&desk, &form, (failure, "")).await,
    }
}

pub(super) async fn end_holder(desk: Desk, id: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let last = form
        .date("valid_to", &mut faults)
        .unwrap_or_else(|| desk.actor().today());
    desk.change(move |work| positions::end_holder(work, &id, last)).await?;
    Ok(desk.done("/people#positions", "people.holder_ended"))
}

pub(super) async fn end_sessions(desk: Desk, id: web::Path<PersonId>, _form: Form) -> Result<HttpResponse, Failure> {
    desk.change(move |work| sessions::end_sessions_of(work, &id)).await?;
    Ok(desk.done("/people", "people.sessions_ended"))
}

pub(super) async fn end_sessions_of_agency(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    desk.change(sessions::end_sessions_of_agency).await?;
    Ok(desk.done("/people", "people.sessions_ended"))
}

pub(super) async fn remove_factors(desk: Desk, id: web::Path<PersonId>, form: Form) -> Result<HttpResponse, Failure> {
    let whose = id.to_string();
    let done = confirmed_change(&desk, &form, move |work, fresh| {
        factors::remove_factors_of(work, Some(fresh), &id)
    });
    match done.await? {
        Ok(()) => Ok(desk.done("/people", "people.factor_removed")),
        Err(failure) => again(&desk, &form, (failure, &whose)).await,
    }
}

pub(super) async fn set_factor_rule(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let reason = form.text("reason").to_owned();
    if reason.chars().count() > 500 {
        faults.add("reason", "form.too_long");
    }
    let Some(rule) = Rule::parse(form.text("rule")) else {
        return Err(Failure::Invalid(Say::new("failure.no_form")));
    };
    if rule == Rule::Nobody && reason.is_empty() {
        faults.add("reason", "people.factors.reason_needed");
    }
    if !faults.is_empty() {
        return refused(&desk, &form, faults, (None, "")).await;
    }
    let done = confirmed_change(&desk, &form, move |work, fresh| {
        factors::set_factor_rule(work, Some(fresh), &FactorRule { rule, reason })
    });
    match done.await? {
        Ok(()) => Ok(desk.done("/people#second-factors", "people.rule_set")),
        Err(failure) => again(&desk, &form, (failure, "")).await,
    }
}
