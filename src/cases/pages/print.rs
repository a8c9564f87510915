//! What is printed for a case: the receipt with the promised moment, and the control slip.

use super::speech::Speech;
use crate::book;
use crate::calendar;
use crate::cases::actions::concern::handles;
use crate::cases::case::{CaseHead, EventKind};
use crate::cases::file::CaseFile;
use crate::cases::store;
use crate::kernel::local;
use crate::ledger::Work;
use crate::people;
use crate::personal::{self, Field, Look, Purpose};
use crate::render::{QrShown, qr};
use crate::web::{Desk, Failure, Page, Say, escaped};
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeMap;

/// Form 01: receipt of the dossier and appointment for the result.
#[derive(Serialize)]
struct ReceiptPage {
    head: CaseHead,
    agency: String,
    number: String,
    title: String,
    result: String,
    receiving_place: String,
    limit: Option<String>,
    sets: Option<u32>,
    papers: Vec<(i64, String)>,
    applicant: BTreeMap<Field, String>,
    received_by: String,
    received: When,
    promised: Option<When>,
    /// The mark of the ledger's last checkpoint.
    mark: Option<String>,
    /// Where the case stands, and the mark, for a camera.
    code: Option<QrShown>,
}

/// What the receipt names.
const RECEIPT: Look<'static> = Look {
    purpose: Purpose::Receipt,
    reason: None,
    request_no: None,
    fields: &[Field::FullName, Field::Address, Field::Phone],
    masked: &[],
};

impl Page for ReceiptPage {
    const TEMPLATE: &'static str = "cases/receipt.html";
}

/// A moment on the office clock, in parts that forms print apart.
#[derive(Serialize)]
struct When {
    hour: String,
    minute: String,
    day: String,
    month: String,
    year: String,
}

fn when(utc: NaiveDateTime) -> When {
    let at = local(utc);
    let part = |form: &str| at.format(form).to_string();
    When {
        hour: part("%H"),
        minute: part("%M"),
        day: part("%d"),
        month: part("%m"),
        year: part("%Y"),
    }
}

pub(super) async fn receipt(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (speech, agency) = (Speech::of(&desk), desk.caller().agency_name.clone());
    let site = desk.address();
    // To print the receipt is to see who asked: it leaves a trace, and so is a change.
    let page = desk
        .change(move |work| {
            let head = store::by_code(work, &code)?;
            if !handles(work, &head)? {
                return Err(Failure::Forbidden(Say::new("cases.not_handled")));
            }
            let opened = personal::look(work, std::slice::from_ref(&head.id), &RECEIPT)?;
            let opened = opened.into_values().next().unwrap_or_default();
            if opened.values.is_empty() {
                return Err(Failure::Conflict(Say::new("cases.nobody_named")));
            }
            let file = CaseFile::of(work, head)?;
            let names = people::names(work, std::slice::from_ref(&file.head.received_by))?;
            let handed_in = store::papers(work, &file.head.id)?
                .into_iter()
                .filter(|paper| paper.at_seq == 0);
            let papers = handed_in.filter_map(|paper| {
                let place = usize::try_from(paper.number.checked_sub(1)?).ok()?;
                Some((paper.number, file.content.source.dossier.get(place)?.name.clone()))
            });
            let mark = book::last_mark(work)?;
            // What stands behind # never reaches the server: it is for the holder of the paper.
            let end = mark.as_ref().map(|mark| format!("#{mark}")).unwrap_or_default();
            let address = format!("{site}/track?code={}{end}", escaped(&file.head.code));
            Ok::<_, Failure>(ReceiptPage {
                mark,
                code: qr(&address),
                agency,
                number: file.head.code.rsplit('-').next().unwrap_or_default().to_owned(),
                title: file.content.source.title.clone(),
                result: file.content.source.result.clone(),
                receiving_place: file.content.source.receiving_place.clone(),
                limit: file.duration().map(|row| speech.limit(&row.limit)),
                sets: file.content.source.sets,
                papers: papers.collect(),
                applicant: opened.values,
                received_by: names.into_values().next().unwrap_or_default(),
                received: when(file.head.received_at),
                promised: file.head.promised_at.map(when),
                head: file.head,
            })
        })
        .await?;
    desk.page(&page)
}

/// The control slip: from hand to hand, with the time that each took.
#[derive(Serialize)]
struct SlipPage {
    head: CaseHead,
    agency: String,
    number: String,
    title: String,
    received: When,
    promised: Option<When>,
    rows: Vec<Handover>,
}

impl Page for SlipPage {
    const TEMPLATE: &'static str = "cases/control_slip.html";
}

/// One step on the slip.
#[derive(Serialize)]
struct Handover {
    seq: i64,
    step: String,
    giver: String,
    taker: String,
    given_at: Option<NaiveDateTime>,
    done_at: NaiveDateTime,
    due_at: Option<NaiveDateTime>,
    /// `early`, `on_time`, `late`, or nothing for a step without a time.
    result: Option<&'static str>,
    note: String,
    off_workflow: bool,
}

pub(super) async fn control_slip(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let agency = desk.caller().agency_name.clone();
    let page = desk
        .read(move |work| {
            let head = store::by_code(work, &code)?;
            let file = CaseFile::of(work, head)?;
            Ok::<_, Failure>(SlipPage {
                agency,
                number: file.head.code.rsplit('-').next().unwrap_or_default().to_owned(),
                title: file.content.source.title.clone(),
                received: when(file.head.received_at),
                promised: file.head.promised_at.map(when),
                rows: handovers(work, &file)?,
                head: file.head,
            })
        })
        .await?;
    desk.page(&page)
}

fn handovers(work: &mut Work<'_>, file: &CaseFile) -> Result<Vec<Handover>, Failure> {
    let plan = file.plan()?;
    let standing = file.standing(&plan);
    let calendar = calendar::working_calendar(work)?;
    let mut giver = String::new();
    let mut rows = Vec::with_capacity(file.events.len());
    for (event, before) in file.events.iter().zip(standing.before()) {
        if event.kind == EventKind::End {
            continue;
        }
        let code = event.step_code.clone().unwrap_or_default();
        let row = plan.row(&code);
        let step = row.and_then(|row| plan.table.steps.get(row));
        let due_at = row.and_then(|row| standing.due_before(&plan, (row, before), file.counting(&calendar)));
        let taker = format!("{} ({})", event.person_name, event.position_name);
        let taker = if event.position_name.is_empty() {
            event.person_name.clone()
        } else {
            taker
        };
        let note = event.reason.as_ref().unwrap_or(&event.note).clone();
        rows.push(Handover {
            seq: event.seq,
            step: step.map_or_else(|| code.clone(), |step| format!("{code}. {}", step.name)),
            giver: std::mem::replace(&mut giver, taker.clone()),
            taker,
            given_at: before.since,
            done_at: event.done_at,
            due_at,
            result: due_at.map(|due| timeliness(event.done_at, due)),
            note: [event.outcome.clone().unwrap_or_default(), note]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(". "),
            off_workflow: event.off_workflow,
        });
    }
    Ok(rows)
}

/// On the day that it was due is on time; on a day before, early.
fn timeliness(done: NaiveDateTime, due: NaiveDateTime) -> &'static str {
    if done > due {
        "late"
    } else if local(done).date() < local(due).date() {
        "early"
    } else {
        "on_time"
    }
}

#[cfg(test)]
mod tests {
    use super::timeliness;
    use crate::kernel::to_utc;
    use chrono::NaiveDate;

    #[test]
    fn a_step_is_early_on_time_or_late_by_the_office_day() {
        let at = |day, hour| {
            to_utc(
                NaiveDate::from_ymd_opt(2026, 11, day)
                    .unwrap()
                    .and_hms_opt(hour, 0, 0)
                    .unwrap(),
            )
        };
        assert_eq!(timeliness(at(23, 16), at(25, 11)), "early");
        assert_eq!(timeliness(at(25, 8), at(25, 11)), "on_time");
        assert_eq!(timeliness(at(25, 12), at(25, 11)), "late");
    }
}
