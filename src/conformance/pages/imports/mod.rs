//! Pages of logs from elsewhere: bringing one in, saying how it is read, progress, figures, cases, the report.

mod case;
mod cases;
mod files;
mod list;
mod load;
mod map;
mod map_form;
mod show;

use crate::conformance::imports::Trouble;
use crate::kernel::Permission;
use crate::web::{Access, Desk, Doors, Failure, Say};

/// The doors of these pages.
pub(super) fn doors(doors: &mut Doors) {
    let may = Access::May(Permission::ImportLogs);
    doors.get("/conformance/logs", may, list::show);
    doors.post("/conformance/logs", may, list::add);
    doors.get("/conformance/logs/{number}", may, show::show);
    doors.post("/conformance/logs/{number}/begin", may, show::begin);
    doors.post("/conformance/logs/{number}/give-up", may, show::give_up);
    doors.get("/conformance/logs/{number}/map", may, map::show);
    doors.post("/conformance/logs/{number}/map", may, map::save);
    doors.get("/conformance/logs/{number}/cases", may, cases::show);
    doors.get("/conformance/logs/{number}/cases/{place}", may, case::show);
    doors.get("/conformance/logs/{number}/report.json", may, files::report);
    doors.get("/conformance/logs/{number}/findings.csv", may, files::findings);
}

/// The number that a path says.
fn number(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_no| Failure::NotFound)
}

/// A sentence in the reader's language.
fn sentence(desk: &Desk, say: &Say) -> String {
    told(desk, &say.key, &say.args)
}

/// A trouble in words, with its line.
fn trouble(desk: &Desk, trouble: &Trouble) -> String {
    let says = told(desk, &trouble.key, &trouble.args);
    match trouble.line {
        Some(line) => desk.word("imports.at_line", &[("line", line.to_string()), ("says", says)]),
        None => says,
    }
}

/// A word with its holes; a hole `field` is the key of a field of logs.
fn told(desk: &Desk, key: &str, args: &[(String, String)]) -> String {
    let words = desk.site().pages.words();
    let holes: Vec<(&str, String)> = args
        .iter()
        .map(|(name, value)| {
            let field = (name == "field").then(|| words.find(desk.language(), &format!("logs.field.{value}")));
            (
                name.as_str(),
                field.flatten().map_or_else(|| value.clone(), ToOwned::to_owned),
            )
        })
        .collect();
    words.fill(desk.language(), key, &holes)
}

/// A refusal that a page shows itself: its sentence; any other failure goes on to its own page.
fn refusal(desk: &Desk, failure: Failure) -> Result<String, Failure> {
    match failure {
        Failure::Invalid(say) | Failure::Conflict(say) | Failure::TooMany(say) => Ok(sentence(desk, &say)),
        Failure::TooLarge => Ok(desk.word("imports.refused.too_large", &[])),
        Failure::SignInFirst
        | Failure::Forbidden(_)
        | Failure::NotFound
        | Failure::Unavailable(_)
        | Failure::Full(_)
        | Failure::Internal(_) => Err(failure),
    }
}
