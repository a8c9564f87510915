//! A record: what was filled in, on which version of the form, and whether that is in force now.

use super::path_of;
use crate::documents::{self, IssueNo, Stage, VersionHead, pdf_answer, print_failure};
use crate::forms::{Seen, ValueShown, values};
use crate::kernel::{CaseId, Permission};
use crate::ledger::Work;
use crate::people;
use crate::personal::{self, Erased, Purpose};
use crate::records::actions::record as load;
use crate::records::paper::{self, Around};
use crate::records::record::{Filled, FormInForce, Record};
use crate::records::{sealed, store};
use crate::web::{Desk, Failure, Handled, Page, escaped};
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize)]
struct ShowPage {
    record: Record,
    title: String,
    /// The version that it was made on.
    version: VersionHead,
    /// The version in force now, when that is another one.
    newer: Option<VersionHead>,
    is_in_force: bool,
    values: Vec<ValueShown>,
    is_hidden: bool,
    /// By what request its personal answers were erased.
    erased: Option<Erased>,
    /// When two people gave up the key of its personal answers as lost.
    lost_at: Option<NaiveDateTime>,
    replaces: Option<String>,
    replaced_by: Option<String>,
    /// Where a correction is written; none when the reader may not correct it.
    correct: Option<String>,
}

impl Page for ShowPage {
    const TEMPLATE: &'static str = "records/show.html";
}

/// Of these records, those whose personal data the actor sees, by their ids: whoever handles the case of one, as with its
/// applicant, and who wrote it. `handled` says which cases somebody handles.
pub(super) fn seen_by(work: &mut Work<'_>, records: &[&Record], handled: Handled) -> Result<BTreeSet<String>, Failure> {
    let own = work.actor.person.as_ref().map(|person| person.id.clone());
    let cases: BTreeSet<CaseId> = records
        .iter()
        .filter_map(|record| record.case.as_ref().map(|case| case.id.clone()))
        .collect();
    let cases: Vec<CaseId> = cases.into_iter().collect();
    let handled = handled(work, &cases)?;
    let is_seen = |record: &&&Record| {
        own.as_ref() == Some(&record.person_id) || record.case.as_ref().is_some_and(|case| handled.contains(&case.id))
    };
    Ok(records.iter().filter(is_seen).map(|record| record.id.clone()).collect())
}

/// Whether the actor sees the personal data of this record.
pub(super) fn may_see_personal(work: &mut Work<'_>, record: &Record, handled: Handled) -> Result<bool, Failure> {
    Ok(!seen_by(work, &[record], handled)?.is_empty())
}

struct Found {
    filled: Filled,
    form: FormInForce,
    newer: Option<VersionHead>,
    replaces: Option<String>,
    replaced_by: Option<String>,
    personal: bool,
    erased: Option<Erased>,
    lost_at: Option<NaiveDateTime>,
    agency: String,
}

fn find(work: &mut Work<'_>, code: &str, (opens, handled): (bool, Handled)) -> Result<Found, Failure> {
    let mut filled = load(work, code)?;
    let personal = may_see_personal(work, &filled.record, handled)?;
    let subject = sealed::subject(&filled.record);
    let erased = personal::erased(work, &[subject])?.into_values().next();
    let lost_at = personal::lost_forms(work, std::slice::from_ref(&filled.record.id))?.remove(&filled.record.id);
    if opens && personal {
        open_one(work, &mut filled)?;
    }
    let record = &filled.record;
    let heads = documents::heads_of(work, &record.document_id)?;
    let head = heads
        .iter()
        .find(|head| head.id == record.version_id)
        .ok_or(Failure::NotFound)?;
    let content = documents::content_of(work, &head.id)?;
    let newer = heads
        .iter()
        .find(|head| head.stage == Stage::Effective && head.id != record.version_id);
    let replaces = match &record.replaces_id {
        Some(id) => Some(store::by_id(work, id)?.code),
        None => None,
    };
    let replaced_by = store::successors(work, std::slice::from_ref(&record.id))?.remove(&record.id);
    Ok(Found {
        personal: personal && lost_at.is_none(),
        erased,
        lost_at,
        form: FormInForce::of(head.clone(), content).ok_or(Failure::NotFound)?,
        newer: newer.cloned(),
        agency: people::agency_name(work)?,
        replaces,
        replaced_by,
        filled,
    })
}

/// Puts the personal answers of a record back, which leaves a trace.
pub(super) fn open_one(work: &mut Work<'_>, filled: &mut Filled) -> Result<(), Failure> {
    let id = filled.record.id.clone();
    let mut values = BTreeMap::from([(id.clone(), std::mem::take(&mut filled.values))]);
    let opened = sealed::open(work, &[&filled.record], (&mut values, (Purpose::Form, None)));
    filled.values = values.remove(&id).unwrap_or_default();
    opened
}

/// A record as its reader may see it: personal answers are opened in a change, because it leaves a trace. Where nothing
/// may be written they stay closed.
async fn found(desk: &Desk, code: String) -> Result<Found, Failure> {
    let (wanted, handled) = (code.clone(), desk.site().handled);
    let mut found = desk.read(move |work| find(work, &wanted, (false, handled))).await?;
    if !found.personal || found.erased.is_some() || !found.form.definition.has_personal() {
        return Ok(found);
    }
    match desk.change(move |work| find(work, &code, (true, handled))).await {
        Err(Failure::Unavailable(_) | Failure::Full(_)) => {
            found.personal = false;
            Ok(found)
        }
        opened => opened,
    }
}

/// Where the reader may write a correction.
fn correct_at(desk: &Desk, found: &Found) -> Option<String> {
    let record = &found.filled.record;
    if found.replaced_by.is_some() {
        return None;
    }
    let (form, code) = (escaped(&found.form.head.code), escaped(&record.code));
    let is_own = desk.person().is_ok_and(|person| person.id == record.person_id);
    match &record.case {
        // Whoever else is assigned to the step by now begins at the case.
        Some(case) => (is_own && desk.may(Permission::PerformSteps)).then(|| {
            let (path, step) = (escaped(&case.code), escaped(&case.step));
            format!("/cases/{path}/forms/{form}?step={step}&corrects={code}")
        }),
        None => {
            let may = super::fill::may_fill(desk) && (is_own || desk.may(Permission::WriteDocuments));
            may.then(|| format!("/forms/{form}?corrects={code}"))
        }
    }
}

pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let found = found(&desk, code.into_inner()).await?;
    let seen = seen(&desk, found.personal);
    let shown = values(&found.form.definition, &found.filled.values, &seen);
    desk.page(&ShowPage {
        correct: correct_at(&desk, &found),
        title: found.form.content.source.title.clone(),
        is_in_force: found.form.head.stage == Stage::Effective,
        is_hidden: found.erased.is_none() && found.lost_at.is_none() && !found.personal && shown.iter().any(is_hidden),
        erased: found.erased,
        lost_at: found.lost_at,
        values: shown,
        version: found.form.head,
        newer: found.newer,
        replaces: found.replaces,
        replaced_by: found.replaced_by,
        record: found.filled.record,
    })
}

fn is_hidden(value: &ValueShown) -> bool {
    value.is_hidden || value.rows.iter().flatten().any(|cell| cell.starts_with("•••"))
}

/// How the reader sees values.
pub(super) fn seen(desk: &Desk, personal: bool) -> Seen {
    let word = |key: &str| desk.word(key, &[]);
    Seen {
        yes: word("forms.yes"),
        no: word("forms.no"),
        hidden: word("forms.hidden"),
        personal,
    }
}

pub(super) async fn pdf(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let found = found(&desk, code.into_inner()).await?;
    let pages = desk.site().pages.clone();
    let name: String = found
        .filled
        .record
        .code
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    let printed = desk
        .aside(move || {
            let around = Around {
                agency: &found.agency,
                replaced_by: found.replaced_by.as_deref(),
                personal: found.personal,
            };
            paper::print(&found.filled, &found.form, pages.words(), &around)
        })
        .await?;
    Ok(pdf_answer(
        &format!("{name}.pdf"),
        printed.map_err(print_failure)?.bytes,
    ))
}

/// A record as the page of its case lists it.
#[derive(Debug, Clone, Serialize)]
pub struct OfCaseShown {
    /// The record.
    pub record: Record,
    /// The title of the form.
    pub title: String,
    /// Issue and amendment of the version of the form.
    pub issue: IssueNo,
    /// Whether that version is in force now.
    pub is_in_force: bool,
    /// The code of the record that replaces it.
    pub replaced_by: Option<String>,
    /// Its address.
    pub path: String,
}

/// The records of a case, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn of_case_shown(work: &mut Work<'_>, case: &CaseId) -> Result<Vec<OfCaseShown>, Failure> {
    let records = store::of_case(work, case)?;
    shown(work, records)
}

/// Records with what their lists tell of them.
pub(super) fn shown(work: &mut Work<'_>, records: Vec<Record>) -> Result<Vec<OfCaseShown>, Failure> {
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    let mut newer = store::successors(work, &ids)?;
    let mut versions: Vec<_> = records.iter().map(|record| record.version_id.clone()).collect();
    versions.sort_unstable();
    versions.dedup();
    let heads = documents::heads_by_id(work, &versions)?;
    let one = |record: Record| {
        let head = heads.iter().find(|head| head.id == record.version_id)?;
        Some(OfCaseShown {
            title: head.title.clone(),
            issue: head.issue,
            is_in_force: head.stage == Stage::Effective,
            replaced_by: newer.remove(&record.id),
            path: path_of(&record.code),
            record,
        })
    };
    Ok(records.into_iter().filter_map(one).collect())
}
