//! One draft that was opened from practice, with its evidence.

use crate::conformance::patterns::amendment;
use crate::documents::{self, VersionHead};
use crate::render::markdown;
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

#[derive(Serialize)]
struct AmendmentPage {
    number: i64,
    code: String,
    studied: String,
    from: NaiveDate,
    to: NaiveDate,
    cases: i64,
    opened_by: String,
    opened_at: NaiveDateTime,
    draft: VersionHead,
    report: String,
    report_path: String,
    cases_path: String,
    document_path: String,
}

impl Page for AmendmentPage {
    const TEMPLATE: &'static str = "conformance/beyond/amendment.html";
}

pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let number: i64 = path.into_inner().parse().map_err(|_no| Failure::NotFound)?;
    let (found, draft, studied) = desk
        .read(move |work| {
            let found = amendment(work, number)?;
            let draft = documents::head(work, &found.version)?;
            let studied = documents::head(work, &found.studied)?;
            Ok::<_, Failure>((found, draft, studied))
        })
        .await?;
    let (dir, hash) = (desk.site().files.clone(), found.report_sha256.clone());
    let report = desk
        .aside(move || documents::read_file(&dir, &hash))
        .await?
        .map_err(|cause| {
            let name = format!("{}-amendment-{number}", draft.code);
            Failure::of_kept_file(cause, &name, &found.report_sha256)
        })?;
    let file =
        |hash: &str, name: &str| format!("/files/{hash}?name={}-amendment-{number}-{name}", escaped(&draft.code));
    desk.page(&AmendmentPage {
        number,
        code: draft.code.clone(),
        studied: studied.issue.to_string(),
        from: found.from,
        to: found.to,
        cases: found.cases,
        opened_by: found.opened_by_name,
        opened_at: found.opened_at,
        report: markdown(&demoted(&String::from_utf8_lossy(&report))),
        report_path: file(&found.report_sha256, "evidence.md"),
        cases_path: file(&found.cases_sha256, "case-list.csv"),
        document_path: format!("/documents/{}", escaped(&draft.code)),
        draft,
    })
}

/// The report without its title, which is that of the page.
fn demoted(report: &str) -> String {
    report
        .split_once('\n')
        .filter(|(first, _)| first.starts_with("# "))
        .map_or(report, |(_, rest)| rest)
        .to_owned()
}
