//! The personal answers of filled forms: sealed with the key of their case, or of the record itself outside of cases, and
//! put back for whoever may see them.

use super::actions::json_of;
use super::record::{Filled, FormInForce, Record};
use super::store;
use crate::db::Db;
use crate::documents;
use crate::forms::{Value as Answer, Values, apart, together};
use crate::kernel::{Actor, AgencyId, CaseId};
use crate::ledger::{self, Work};
use crate::people;
use crate::personal::{self, Purpose, Value};
use crate::web::Failure;
use chrono::NaiveDateTime;
use serde_json::json;
use std::collections::BTreeMap;

/// Records that are sealed in one change.
const AT_ONCE: i64 = 100;

/// What the answers are opened for, and by which registered request, if by one.
pub type Asking = (Purpose, Option<i64>);

/// Under whose key the answers of a record are sealed.
pub(super) fn subject(record: &Record) -> &str {
    record.case.as_ref().map_or(record.id.as_str(), |case| case.id.as_str())
}

/// Seals the personal answers of a record.
pub(super) fn keep(work: &mut Work<'_>, record: &Record, answers: &Values) -> Result<(), Failure> {
    if answers.is_empty() {
        return Ok(());
    }
    let value = Value::Form(record.id.clone(), json_of(answers)?);
    let case = record.case.as_ref().map(|case| &case.id);
    personal::keep(work, (subject(record), case), &[value])?;
    if case.is_none() {
        personal::index_form(work, &record.id, &texts(answers))?;
    }
    Ok(())
}

/// Every text of these answers.
fn texts(answers: &Values) -> Vec<&str> {
    answers.values().flat_map(texts_of).collect()
}

fn texts_of(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::Text(text) => vec![text.as_str()],
        Answer::Many(texts) => texts.iter().map(String::as_str).collect(),
        Answer::Rows(rows) => rows.iter().flat_map(BTreeMap::values).map(String::as_str).collect(),
    }
}

fn read(text: &str) -> Result<Values, Failure> {
    serde_json::from_str(text).map_err(|cause| Failure::Internal(cause.into()))
}

/// Puts the personal answers of records back into what was filled in, by the ids of the records, and leaves a trace of it.
/// What was erased stays empty.
pub(super) fn open(
    work: &mut Work<'_>,
    records: &[&Record],
    (filled, asking): (&mut BTreeMap<String, Values>, Asking),
) -> Result<(), Failure> {
    let forms = records
        .iter()
        .map(|record| (subject(record).to_owned(), record.id.clone()));
    let forms: Vec<(String, String)> = forms.collect();
    for (record, text) in personal::look_at_forms(work, &forms, asking)? {
        let answers = read(&text)?;
        if let Some(open) = filled.remove(&record) {
            filled.insert(record, together(open, answers));
        }
    }
    Ok(())
}

/// The filled forms of a case with their personal answers, which leaves a trace. The caller has made sure that they may be
/// seen.
///
/// # Errors
/// When the keys or the database fail.
pub fn opened_of_case(work: &mut Work<'_>, case: &CaseId, asking: Asking) -> Result<Vec<Filled>, Failure> {
    let records = store::of_case(work, case)?;
    opened(work, records, asking)
}

/// Filled forms with their personal answers, which leaves a trace. The caller has made sure that they may be seen.
///
/// # Errors
/// When the keys or the database fail.
pub fn opened(work: &mut Work<'_>, records: Vec<Record>, asking: Asking) -> Result<Vec<Filled>, Failure> {
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    let mut values = store::values(work, &ids)?;
    if !records.is_empty() {
        open(work, &records.iter().collect::<Vec<_>>(), (&mut values, asking))?;
    }
    let filled = |record: Record| Filled {
        values: values.remove(&record.id).unwrap_or_default(),
        record,
    };
    Ok(records.into_iter().map(filled).collect())
}

/// Seals the personal answers of every record that still stands in clear, at a start of the program, and makes those
/// findable that were sealed before they could be found; a start that is broken off goes on at the next. Gives how many
/// records were sealed.
///
/// # Errors
/// When the database or the keys cannot be read or written.
pub fn carry_over(db: &Db, at: NaiveDateTime) -> Result<usize, Failure> {
    let mut count = 0_usize;
    for (agency, _) in people::agencies(db)? {
        while let some @ 1.. = carry_some(db, agency.clone(), at)? {
            count = count.saturating_add(some);
        }
    }
    if count > 0 {
        db.scrub("form_records")?;
    }
    for (agency, _) in people::agencies(db)? {
        let mut after = None;
        while let Some(last) = index_some(db, &Actor::house(agency.clone(), at), after)? {
            after = Some(last);
        }
    }
    Ok(count)
}

/// Makes some forms outside of cases findable, behind the one with this id, and gives the last that was looked at.
fn index_some(db: &Db, house: &Actor, after: Option<String>) -> Result<Option<String>, Failure> {
    let (last, records) = ledger::read(db, house, |work| {
        let records = store::outside_after(work, after.as_deref(), AT_ONCE)?;
        let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
        let wanted = personal::not_indexed(work, &ids)?;
        let last = ids.last().map(|id| (*id).to_owned());
        Ok::<_, Failure>((last, wanted))
    })?;
    if !records.is_empty() {
        ledger::change(db, house.clone(), move |work: &mut Work<'_>| {
            let forms: Vec<_> = records.iter().map(|id| (id.clone(), id.clone())).collect();
            let mut opened = personal::look_at_forms(work, &forms, (Purpose::Form, None))?;
            for id in &records {
                // Of one whose key is gone there is nothing to be made findable; it is not tried again.
                let answers = opened
                    .remove(id)
                    .map(|text| read(&text))
                    .transpose()?
                    .unwrap_or_default();
                personal::index_form(work, id, &texts(&answers))?;
            }
            Ok::<_, Failure>(())
        })?;
    }
    Ok(last)
}

fn carry_some(db: &Db, agency: AgencyId, at: NaiveDateTime) -> Result<usize, Failure> {
    let house = Actor::house(agency.clone(), at);
    let is_some = ledger::read(db, &house, |work| {
        Ok::<_, Failure>(!store::in_clear(work, 1)?.is_empty())
    })?;
    if !is_some {
        return Ok(0);
    }
    ledger::change(db, house, move |work: &mut Work<'_>| {
        let records = store::in_clear(work, AT_ONCE)?;
        for record in &records {
            let head = documents::head(work, &record.version_id)?;
            let content = documents::content_of(work, &head.id)?;
            let filled = store::filled(work, record.clone())?.values;
            let (open, answers) = match FormInForce::of(head, content) {
                Some(form) => apart(&form.definition, &filled),
                None => (filled, Values::new()),
            };
            keep(work, record, &answers)?;
            store::set_sealed(work, &record.id, &json_of(&open)?)?;
        }
        let details = json!({ "records": records.len() });
        work.record("personal_data.sealed", ("agency", agency.as_str()), details);
        Ok(records.len())
    })
}
