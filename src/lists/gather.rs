//! Gathering a list from the versions that were in force on its day.

use super::list::{Cell, List, MasterList, Row};
use crate::documents::{self, Content, IssueNo, VersionHead};
use crate::kernel::VersionId;
use crate::law;
use crate::ledger::Work;
use crate::procedures::Kind;
use crate::web::{Failure, Say};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How many versions are read at once, so that a province's list does not hold all its texts.
const READ_AT_ONCE: usize = 200;

/// What a list is taken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The day on which what stands in the list was in force.
    pub day: NaiveDate,
    /// Only this field (lĩnh vực).
    pub field: Option<String>,
    /// Only documents of this kind, or rows that come from them.
    pub kind: Option<Kind>,
}

/// Gathers a list: every version that was in force on the day, as it was then.
///
/// # Errors
/// [`Failure::Invalid`] for a day that is still to come, for what will be in force is not known yet; or when the
/// database fails.
pub fn gather(work: &mut Work<'_>, list: List, asked: &Asked) -> Result<MasterList, Failure> {
    if asked.day > work.actor.today() {
        return Err(Failure::Invalid(Say::new("lists.day_to_come")));
    }
    if !list.is_of_documents() {
        return external_rows(work, asked.day);
    }
    let mut heads = documents::in_force_on(work, asked.day)?;
    heads.retain(|head| asked.field.as_ref().is_none_or(|field| head.field == *field));
    heads.retain(|head| asked.kind.is_none_or(|kind| head.kind == kind.as_str()));
    let mut rows = match list {
        List::Documents | List::External => document_rows(work, &heads)?,
        List::Forms => form_rows(work, &heads)?,
        List::Records => record_rows(work, &heads)?,
    };
    rows.shrink_to_fit();
    Ok(MasterList {
        columns: list.columns(),
        rows,
    })
}

fn page_of(code: &str) -> String {
    format!("/documents/{code}")
}

/// The register of laws and other documents of others, with what is in force on the day.
fn external_rows(work: &mut Work<'_>, day: NaiveDate) -> Result<MasterList, Failure> {
    let row = |(external, cited_by): (law::External, usize)| {
        let validity = external.validity(day);
        Row {
            link: format!("/law/{}", external.number),
            cells: vec![
                Cell::Text(external.sign),
                Cell::Word(format!("law.kind.{}", external.kind)),
                Cell::Text(external.title),
                Cell::Text(external.issuer),
                Cell::Day(external.issued_on),
                Cell::Day(external.effective_from),
                Cell::Day(external.effective_to),
                Cell::Word(format!("law.state.{validity}")),
                Cell::Number(i64::try_from(cited_by).unwrap_or(i64::MAX)),
            ],
        }
    };
    Ok(MasterList {
        columns: List::External.columns(),
        rows: law::cited(work)?.into_iter().map(row).collect(),
    })
}

/// Calls `each` with every version and what it says, some at a time.
fn read(
    work: &mut Work<'_>,
    heads: &[VersionHead],
    mut each: impl FnMut(&VersionHead, &Content),
) -> Result<(), Failure> {
    for some in heads.chunks(READ_AT_ONCE) {
        let ids: Vec<VersionId> = some.iter().map(|head| head.id.clone()).collect();
        let contents: HashMap<VersionId, Arc<Content>> = documents::contents(work, &ids)?
            .into_iter()
            .map(|one| (one.version, one.content))
            .collect();
        for head in some {
            if let Some(content) = contents.get(&head.id) {
                each(head, content);
            }
        }
    }
    Ok(())
}

fn document_rows(work: &mut Work<'_>, heads: &[VersionHead]) -> Result<Vec<Row>, Failure> {
    let mut approvers: HashMap<VersionId, Vec<String>> = HashMap::new();
    for some in heads.chunks(READ_AT_ONCE) {
        let ids: Vec<VersionId> = some.iter().map(|head| head.id.clone()).collect();
        for (version, one) in documents::approvals(work, &ids)? {
            let named = format!("{}, {}", one.person_name, one.position_name);
            approvers.entry(version).or_default().push(named);
        }
    }
    let mut rows = Vec::with_capacity(heads.len());
    read(work, heads, |head, content| {
        let months = content.source.review_months;
        rows.push(Row {
            link: page_of(&head.code),
            cells: vec![
                Cell::Text(head.code.clone()),
                Cell::Text(head.title.clone()),
                Cell::Word(format!("kind.{}", head.kind)),
                Cell::Text(head.field.clone()),
                Cell::Number(head.issue.issue),
                Cell::Number(head.issue.amendment),
                Cell::Day(head.effective_from),
                Cell::Text(
                    approvers
                        .get(&head.id)
                        .map(|names| names.join("; "))
                        .unwrap_or_default(),
                ),
                months.map_or_else(|| Cell::Text(String::new()), |months| Cell::Number(months.into())),
            ],
        });
    })?;
    Ok(rows)
}

/// A form: what it is, and the documents that use it.
struct Form {
    name: String,
    file: String,
    used_in: Vec<String>,
    field: String,
    issue: (IssueNo, Option<NaiveDate>),
    document: String,
    is_own_document: bool,
}

/// Each form once. A form that is a document of its own stands with its own issue, any other with that of the first
/// document that has it.
fn form_rows(work: &mut Work<'_>, heads: &[VersionHead]) -> Result<Vec<Row>, Failure> {
    let mut forms: BTreeMap<String, Form> = BTreeMap::new();
    read(work, heads, |head, content| {
        let form = |name: &str, file: &str, is_own_document: bool| Form {
            name: name.to_owned(),
            file: file.to_owned(),
            used_in: Vec::new(),
            field: head.field.clone(),
            issue: (head.issue, head.effective_from),
            document: head.code.clone(),
            is_own_document,
        };
        if head.kind == Kind::Form.as_str() {
            let used_in = forms.remove(&head.code).map(|known| known.used_in).unwrap_or_default();
            let file = content
                .source
                .forms
                .iter()
                .map(|one| one.file_name.as_str())
                .next()
                .unwrap_or_default();
            let own = Form {
                used_in,
                ..form(&head.title, file, true)
            };
            forms.insert(head.code.clone(), own);
        }
        for one in content.source.forms.iter().filter(|one| one.code != head.code) {
            let known = forms
                .entry(one.code.clone())
                .or_insert_with(|| form(&one.name, &one.file_name, false));
            if !known.is_own_document && known.file.is_empty() {
                known.file.clone_from(&one.file_name);
            }
            known.used_in.push(head.code.clone());
        }
    })?;
    let row = |(code, form): (String, Form)| Row {
        link: page_of(&form.document),
        cells: vec![
            Cell::Text(code),
            Cell::Text(form.name),
            Cell::Text(form.used_in.join(", ")),
            Cell::Text(form.field),
            Cell::Number(form.issue.0.issue),
            Cell::Number(form.issue.0.amendment),
            Cell::Day(form.issue.1),
            Cell::Text(form.file),
        ],
    };
    Ok(forms.into_iter().map(row).collect())
}

fn record_rows(work: &mut Work<'_>, heads: &[VersionHead]) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    read(work, heads, |head, content| {
        rows.extend(content.source.records.iter().map(|record| Row {
            link: page_of(&head.code),
            cells: vec![
                Cell::Text(record.name.clone()),
                Cell::Text(record.place.clone()),
                Cell::Text(record.retention.clone()),
                Cell::Text(head.code.clone()),
                Cell::Text(head.title.clone()),
                Cell::Text(head.field.clone()),
                Cell::Day(head.effective_from),
            ],
        }));
    })?;
    Ok(rows)
}
