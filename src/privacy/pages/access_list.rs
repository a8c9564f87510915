//! Whose data an account saw between two moments, as a list that others can check: a table, a statement that names its
//! SHA-256, and a signature over the statement by the key of the ledger.

use super::access::{Asked, Row, asked, of_person, rows};
use crate::kernel::local;
use crate::people;
use crate::personal::{self, Purpose, Reason};
use crate::render::CsvTable;
use crate::web::{Desk, Failure, Form, Say};
use crate::zip;
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Rows that are read at once.
const AT_ONCE: i64 = 5_000;
/// The most rows of one list: more are asked for in two lists, and never left out.
const MOST: usize = 1_000_000;

/// The words of a table, looked up once.
struct Words {
    head: Vec<String>,
    purposes: BTreeMap<Purpose, String>,
    reasons: BTreeMap<Reason, String>,
}

impl Words {
    fn of(desk: &Desk) -> Self {
        let head = ["at", "person", "case", "purpose", "reason", "request", "fields"];
        let purpose = |one: &Purpose| (*one, desk.word(&format!("privacy.purpose.{one}"), &[]));
        let reason = |one: &Reason| (*one, desk.word(&format!("personal.reason.{one}"), &[]));
        Self {
            head: head
                .map(|key| desk.word(&format!("privacy.column.{key}"), &[]))
                .to_vec(),
            purposes: Purpose::ALL.iter().map(purpose).collect(),
            reasons: Reason::ALL.iter().map(reason).collect(),
        }
    }

    fn cells(&self, row: &Row) -> [String; 7] {
        let reason = row.reason.and_then(|reason| self.reasons.get(&reason));
        [
            moment(row.at),
            row.person.clone(),
            row.case.clone(),
            self.purposes.get(&row.purpose).cloned().unwrap_or_default(),
            reason.cloned().unwrap_or_default(),
            row.request_no.map(|number| number.to_string()).unwrap_or_default(),
            row.fields.join(" "),
        ]
    }
}

fn moment(at: NaiveDateTime) -> String {
    local(at).format("%Y-%m-%dT%H:%M:%S%.3f+07:00").to_string()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn broken(cause: std::io::Error) -> Failure {
    Failure::Internal(cause.into())
}

/// The table, read part by part: nothing is held meanwhile, and what is seen from now on is not of it.
async fn table(desk: &Desk, (username, asked): (&str, &Asked)) -> Result<(Vec<u8>, usize), Failure> {
    let words = Words::of(desk);
    let mut out = CsvTable::begin(Vec::new()).map_err(broken)?;
    out.row(&words.head).map_err(broken)?;
    let (mut count, mut after): (usize, Option<(NaiveDateTime, String)>) = (0, None);
    loop {
        let (name, between, behind) = (username.to_owned(), asked.between, after.take());
        let (last, some) = desk
            .read(move |work| {
                let person = of_person(work, &name)?;
                let behind = behind.as_ref().map(|(at, id)| (*at, id.as_str()));
                let some = personal::accesses_by(work, &person, between, (behind, AT_ONCE))?;
                let last = some.last().map(|one| (one.at, one.id.clone()));
                Ok::<_, Failure>((last, rows(work, some)?))
            })
            .await?;
        count = count.saturating_add(some.len());
        if count > MOST {
            return Err(Failure::Invalid(
                Say::new("privacy.refused.too_many").with("most", MOST),
            ));
        }
        for row in &some {
            out.row(words.cells(row)).map_err(broken)?;
        }
        if i64::try_from(some.len()).is_ok_and(|read| read < AT_ONCE) {
            break;
        }
        after = last;
    }
    Ok((out.end().map_err(broken)?, count))
}

/// Takes the list: `access.csv`, `statement.txt` and its signature `statement.sig`, and enters hash and extent in the
/// ledger. Without the key of the ledger there is no list.
pub(super) async fn take(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (mut asked, faults) = asked(&desk, &form);
    let Some(username) = asked.person.clone().filter(|_| faults.is_empty()) else {
        return Err(Failure::Invalid(Say::new("privacy.refused.no_such")));
    };
    let now = desk.actor().at;
    // What is seen while the list is read is of the next one; what was seen in this very moment is of this one.
    asked.between.1 = asked.between.1.min(now + TimeDelta::milliseconds(1));
    let (csv, count) = table(&desk, (&username, &asked)).await?;
    let sha256 = hash(&csv);
    let name = username.clone();
    let (person, agency) = desk
        .read(move |work| Ok::<_, Failure>((of_person(work, &name)?, people::agency_name(work)?)))
        .await?;
    let statement = format!(
        "quytrinh/access-list/v1\nagency: {agency}\naccount: {username}\nperson: {person}\nfrom: {}\nbefore: {}\n\
         taken: {}\nrows: {count}\nsha256 access.csv: {sha256}\n",
        moment(asked.between.0),
        moment(asked.between.1),
        moment(now),
    );
    let (sign, signed) = (desk.site().sign.clone(), statement.clone());
    let note = desk
        .aside(move || sign.and_then(|sign| sign(signed.as_bytes())))
        .await?
        .ok_or_else(|| Failure::Unavailable(Say::new("privacy.refused.no_key")))?;
    let details = json!({
        "sha256": sha256, "rows": count, "person": person, "statement_sha256": hash(statement.as_bytes()),
        "from": asked.between.0.to_string(), "to": asked.between.1.to_string(),
    });
    desk.change(move |work| {
        // Asked again: meanwhile the right may have gone.
        let person = of_person(work, &username)?;
        work.record("access_log.taken", ("person", person.as_str()), details);
        Ok::<_, Failure>(())
    })
    .await?;
    let files = [
        ("access.csv", csv),
        ("statement.txt", statement.into_bytes()),
        ("statement.sig", note.into_bytes()),
    ];
    let bytes = desk.aside(move || zip::write(&files)).await?;
    let bytes = bytes.map_err(|fault| Failure::Internal(fault.into()))?;
    let name = format!(
        "attachment; filename=\"access-{}.zip\"",
        sha256.get(..16).unwrap_or_default()
    );
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header(("x-content-sha256", sha256))
        .body(bytes))
}
