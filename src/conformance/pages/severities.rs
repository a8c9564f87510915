//! The table of severities: everybody who reads conformance sees it, the committee changes it.

use crate::conformance::finding::FindingKind;
use crate::conformance::severities::Weight;
use crate::conformance::store::{row_version, set_severities, severities};
use crate::kernel::Permission;
use crate::people::must;
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

#[derive(Serialize)]
struct SeveritiesPage {
    rows: Vec<Row>,
    weights: &'static [Weight],
    row_version: i64,
    may_edit: bool,
    problem: Option<String>,
    faults: Faults,
}

#[derive(Serialize)]
struct Row {
    kind: FindingKind,
    code: &'static str,
    /// What it weighs, or what was chosen in a form that was refused.
    weight: Weight,
    /// What it weighs when nobody says otherwise.
    usual: Weight,
    /// Whether something raises it by one degree.
    late: bool,
    check: bool,
}

impl Page for SeveritiesPage {
    const TEMPLATE: &'static str = "conformance/severities.html";
}

fn row(kind: FindingKind, weight: Weight) -> Row {
    Row {
        kind,
        code: kind.code(),
        weight,
        usual: kind.severity().into(),
        late: matches!(kind, FindingKind::StepLate | FindingKind::CaseLate),
        check: kind == FindingKind::Skipped,
    }
}

async fn page(desk: &Desk) -> Result<SeveritiesPage, Failure> {
    let (table, row_version) = desk
        .read(|work| Ok::<_, Failure>((severities(work)?, row_version(work)?)))
        .await?;
    let rows = FindingKind::ALL.iter().map(|kind| row(*kind, table.weight(*kind)));
    Ok(SeveritiesPage {
        rows: rows.collect(),
        weights: Weight::ALL,
        row_version,
        may_edit: must(desk.actor(), Permission::EditSeverities).is_ok(),
        problem: None,
        faults: Faults::default(),
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

pub(super) async fn set(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let mut chosen = Vec::new();
    for kind in FindingKind::ALL {
        match Weight::parse(form.text(kind.as_str())) {
            Some(weight) => chosen.push((*kind, weight)),
            // A form of an older page names fewer kinds: those keep their weight.
            None if form.text(kind.as_str()).is_empty() => {}
            None => faults.add(kind.as_str(), "conformance.severities.no_weight"),
        }
    }
    let seen = form.number("row_version").unwrap_or(-1);
    let weights = chosen.clone();
    let done = if faults.is_empty() {
        desk.change(move |work| set_severities(work, seen, &weights)).await
    } else {
        let mut page = page(&desk).await?;
        page.faults = faults;
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &keeping(page, &chosen));
    };
    let (status, say) = match done {
        Ok(()) => return Ok(desk.done("/conformance/severities", "conformance.severities_set")),
        Err(Failure::Conflict(say)) => (StatusCode::CONFLICT, say),
        Err(Failure::Invalid(say)) => (StatusCode::UNPROCESSABLE_ENTITY, say),
        Err(failure) => return Err(failure),
    };
    let mut page = page(&desk).await?;
    page.problem = Some(desk.site().pages.words().fill(desk.language(), &say.key, &say.args));
    desk.page_with(status, &keeping(page, &chosen))
}

/// The page with what was chosen in the form that was refused.
fn keeping(mut page: SeveritiesPage, chosen: &[(FindingKind, Weight)]) -> SeveritiesPage {
    for row in &mut page.rows {
        let own = chosen.iter().find(|(kind, _)| *kind == row.kind);
        row.weight = own.map_or(row.weight, |(_, weight)| *weight);
    }
    page
}
