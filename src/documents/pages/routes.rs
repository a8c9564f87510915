//! Routes of review and approval: one for each kind of document, and one for each field that has its own.

use crate::documents::actions::routes::{drop_field_route, set_field_route, set_route};
use crate::documents::route::{Meaning, Needs, NewStage, Route};
use crate::documents::store;
use crate::kernel::PositionId;
use crate::people::{self, Position};
use crate::procedures::Kind;
use crate::web::{Desk, Failure, Form, Page, Say};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// Stages that the form offers beyond those that are set.
const SPARE: usize = 1;
/// The most stages of a route.
const MOST: usize = 8;

#[derive(Serialize)]
struct RoutesPage {
    routes: Vec<Route>,
    /// The kind whose route is being changed.
    kind: Option<&'static str>,
    /// The field of it, when the route is to be that field's own.
    field: String,
    kinds: Vec<&'static str>,
    /// The fields that a route can be for.
    fields: Vec<String>,
    stages: Vec<StageForm>,
    positions: Vec<Position>,
    /// Positions that are held, but by nobody who may review: what waits there would wait for ever.
    cannot_review: Vec<PositionId>,
    /// The same for approving.
    cannot_approve: Vec<PositionId>,
    meanings: Vec<Meaning>,
    needs: Vec<Needs>,
    problem: Option<String>,
}

impl Page for RoutesPage {
    const TEMPLATE: &'static str = "documents/routes.html";
}

/// A stage in the form; without a meaning it is left out.
#[derive(Serialize, Default)]
struct StageForm {
    meaning: Option<Meaning>,
    needs: Option<Needs>,
    positions: Vec<PositionId>,
    /// Working days, as typed.
    days: String,
}

async fn page(desk: &Desk, kind: Option<Kind>, field: String) -> Result<RoutesPage, Failure> {
    let ((routes, positions, fields), signers) = desk
        .read(|work| {
            let known = (store::routes(work)?, people::positions(work)?, store::all_fields(work)?);
            Ok::<_, Failure>((known, store::Signers::load(work)?))
        })
        .await?;
    let barred = |meaning: Meaning| -> Vec<PositionId> {
        let ids = positions.iter().map(|one| one.id.clone());
        ids.filter(|id| signers.is_barred(id, meaning)).collect()
    };
    let of = |wanted: Option<&str>| {
        routes
            .iter()
            .find(|route| Some(route.kind) == kind && route.field.as_deref() == wanted)
    };
    // A field that has no route of its own yet begins with that of its kind.
    let own = of(Some(field.as_str()).filter(|field| !field.is_empty())).or_else(|| of(None));
    let stages = own.into_iter().flat_map(|route| &route.stages).map(|stage| StageForm {
        meaning: Some(stage.meaning),
        needs: Some(stage.needs),
        positions: stage.positions.iter().map(|position| position.id.clone()).collect(),
        days: stage.days.map(|days| days.to_string()).unwrap_or_default(),
    });
    let mut stages: Vec<StageForm> = stages.collect();
    let wanted = stages.len().saturating_add(SPARE).max(2);
    stages.resize_with(wanted, StageForm::default);
    Ok(RoutesPage {
        kind: kind.map(Kind::as_str),
        field,
        kinds: Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
        fields,
        routes,
        stages,
        cannot_review: barred(Meaning::Review),
        cannot_approve: barred(Meaning::Approve),
        positions,
        meanings: Meaning::ALL.to_vec(),
        needs: Needs::ALL.to_vec(),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let mut query = desk.query();
    let kind = query.get("kind").and_then(|kind| Kind::from_text(kind));
    let field = query.remove("field").unwrap_or_default();
    let page = page(&desk, kind, field.trim().to_owned()).await?;
    desk.page(&page)
}

fn stages(form: &Form) -> Vec<StageForm> {
    let stage = |at: usize| StageForm {
        meaning: Meaning::parse(form.text(&format!("meaning.{at}"))),
        needs: Needs::parse(form.text(&format!("needs.{at}"))),
        positions: form
            .all(&format!("positions.{at}"))
            .into_iter()
            .map(PositionId::of)
            .collect(),
        days: form.text(&format!("days.{at}")).to_owned(),
    };
    let is_there = |at: &usize| form.is_ticked(&format!("meaning.{at}"));
    (0..MOST).take_while(is_there).map(stage).collect()
}

pub(super) async fn set(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let kind = Kind::from_text(form.text("kind")).ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let typed = stages(&form);
    let new = |stage: &StageForm| {
        let meaning = stage.meaning?;
        Some(NewStage {
            meaning,
            needs: stage.needs.unwrap_or(Needs::Any),
            positions: stage.positions.clone(),
            // What is no number is no deadline that can be kept: the rule refuses it.
            days: Some(stage.days.as_str())
                .filter(|days| !days.is_empty())
                .map(|days| days.parse().unwrap_or(0)),
        })
    };
    let route: Vec<NewStage> = typed.iter().filter_map(new).collect();
    let field = form.text("field").to_owned();
    let is_for_all = form.is_ticked("all_kinds") && field.is_empty();
    let own_field = field.clone();
    let done = desk
        .try_change(move |work| match own_field.as_str() {
            "" if is_for_all => Kind::ALL.iter().try_for_each(|kind| set_route(work, *kind, &route)),
            "" => set_route(work, kind, &route),
            own => set_field_route(work, kind, own, &route),
        })
        .await?;
    match done {
        Ok(()) => Ok(desk.done("/routes", "documents.route_set")),
        Err(failure) => {
            let status = failure.status_code();
            let say = failure.said()?;
            let problem = Some(desk.sentence(&say));
            let page = RoutesPage {
                stages: typed,
                problem,
                ..page(&desk, Some(kind), field).await?
            };
            desk.page_with(status, &page)
        }
    }
}

/// Takes the own route of a field away.
pub(super) async fn drop_own(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let kind = Kind::from_text(form.text("kind")).ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let field = form.text("field").to_owned();
    match desk
        .try_change(move |work| drop_field_route(work, kind, &field))
        .await?
    {
        Ok(()) => Ok(desk.done("/routes", "documents.route_dropped")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            let page = RoutesPage {
                problem,
                ..page(&desk, None, String::new()).await?
            };
            desk.page_with(status, &page)
        }
    }
}
