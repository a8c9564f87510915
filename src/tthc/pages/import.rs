//! Bringing in a list: all of it, or nothing with every fault by its line.

use crate::tthc::actions::{Brought, bring_in};
use crate::tthc::rows::{RowFault, read_rows};
use crate::tthc::sheet::read_sheet;
use crate::web::{Desk, Failure, Page, Say, Uploads};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// How many faults are shown.
const MOST_FAULTS: usize = 50;

#[derive(Serialize, Default)]
struct ImportPage {
    brought: Option<Brought>,
    faults: Vec<RowFault>,
    /// How many more there are.
    more: usize,
    problem: Option<String>,
}

impl Page for ImportPage {
    const TEMPLATE: &'static str = "tthc/import.html";
}

pub(super) async fn form(desk: Desk) -> Result<HttpResponse, Failure> {
    desk.page(&ImportPage::default())
}

fn refused(desk: &Desk, failure: Failure) -> Result<HttpResponse, Failure> {
    let status = failure.status_code();
    let page = ImportPage {
        problem: Some(desk.sentence(&failure.said()?)),
        ..ImportPage::default()
    };
    desk.page_with(status, &page)
}

pub(super) async fn bring(desk: Desk, sent: Uploads) -> Result<HttpResponse, Failure> {
    let Some(file) = sent.files.into_iter().find(|file| file.field == "file") else {
        return refused(&desk, Failure::Invalid(Say::new("tthc.refused.no_file")));
    };
    let read = desk
        .aside(move || read_sheet(&file.bytes).map(|lines| read_rows(&lines)))
        .await?;
    let list = match read {
        Err(fault) => {
            let say = Say::new(format!("tthc.refused.{}", fault.as_str()));
            return refused(&desk, Failure::Invalid(say));
        }
        Ok(Err(mut faults)) => {
            let more = faults.len().saturating_sub(MOST_FAULTS);
            faults.truncate(MOST_FAULTS);
            let page = ImportPage {
                faults,
                more,
                ..ImportPage::default()
            };
            return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Ok(Ok(list)) => list,
    };
    match desk.try_change(move |work| bring_in(work, &list)).await? {
        Ok(brought) => desk.page(&ImportPage {
            brought: Some(brought),
            ..ImportPage::default()
        }),
        Err(failure) => refused(&desk, failure),
    }
}
