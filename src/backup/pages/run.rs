//! One backup or drill, and the report of a drill.

use crate::backup::report::seconds;
use crate::backup::store::{self, Run};
use crate::kernel::Language;
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use serde::Serialize;

/// A run as a page shows it.
#[derive(Serialize)]
pub(super) struct RunShown {
    run: Run,
    /// The size of the file, as people read it.
    size: String,
    /// How long it took, in seconds.
    took: String,
}

/// Bytes as people read them.
fn size(bytes: i64, language: Language) -> String {
    let tenths = |unit: i64| bytes.saturating_mul(10) / unit;
    let (value, name) = match bytes {
        ..=999_999 => (tenths(1_000), "kB"),
        1_000_000..=999_999_999 => (tenths(1_000_000), "MB"),
        _larger => (tenths(1_000_000_000), "GB"),
    };
    let mark = match language {
        Language::Vi => ',',
        Language::En => '.',
    };
    format!("{}{mark}{} {name}", value / 10, value % 10)
}

/// A run with its figures as the reader writes them.
pub(super) fn shown(run: Run, language: Language) -> RunShown {
    let took = run.took_ms.and_then(|ms| u64::try_from(ms).ok());
    RunShown {
        size: run.file_bytes.map(|bytes| size(bytes, language)).unwrap_or_default(),
        took: took.map(|ms| seconds(ms, language)).unwrap_or_default(),
        run,
    }
}

impl Page for RunShown {
    const TEMPLATE: &'static str = "backup/run.html";
}

async fn load(desk: &Desk, number: i64) -> Result<Run, Failure> {
    desk.read(move |work| Ok::<_, Failure>(store::by_number(work, number)?))
        .await
}

pub(super) async fn show(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    let run = load(&desk, *number).await?;
    desk.page(&shown(run, desk.language()))
}

pub(super) async fn text(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    let run = load(&desk, *number).await?;
    report(&run.report, "text/plain; charset=utf-8")
}

pub(super) async fn json(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    let run = load(&desk, *number).await?;
    report(&run.figures, "application/json")
}

fn report(text: &str, media_type: &'static str) -> Result<HttpResponse, Failure> {
    if text.is_empty() {
        return Err(Failure::NotFound);
    }
    Ok(HttpResponse::Ok().content_type(media_type).body(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_people_read_them() {
        assert_eq!(size(1_234, Language::En), "1.2 kB");
        assert_eq!(size(5_600_000, Language::Vi), "5,6 MB");
        assert_eq!(size(7_890_000_000, Language::En), "7.8 GB");
    }
}
