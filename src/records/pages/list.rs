//! The forms that can be filled; the records, filtered and page by page; a table of them for spreadsheets.

use super::show::{OfCaseShown, seen, seen_by, shown};
use crate::documents::{self, VersionHead};
use crate::forms::{InputKind, Seen, ValueShown, values};
use crate::kernel::{local, to_utc};
use crate::ledger::Work;
use crate::personal::{self, Purpose};
use crate::records::actions::forms_in_force;
use crate::records::record::{FormInForce, Record};
use crate::records::sealed;
use crate::records::store::{self, MOST_IN_TABLE, PAGE, RecordFilter};
use crate::render::CsvTable;
use crate::web::{Desk, Failure, Faults, Form, Handled, Page, Say, escaped};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use chrono::{Days, NaiveDate, NaiveTime};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize)]
struct FormsPage {
    rows: Vec<FormRow>,
    may_fill: bool,
}

/// A form with the number of its records.
#[derive(Serialize)]
struct FormRow {
    head: VersionHead,
    title: String,
    count: i64,
}

impl Page for FormsPage {
    const TEMPLATE: &'static str = "records/forms.html";
}

pub(super) async fn forms(desk: Desk) -> Result<HttpResponse, Failure> {
    let rows = desk
        .read(|work| {
            let counts = store::counts(work)?;
            let row = |form: FormInForce| FormRow {
                count: counts.get(&form.head.document_id).copied().unwrap_or_default(),
                title: form.content.source.title.clone(),
                head: form.head,
            };
            Ok::<_, Failure>(forms_in_force(work, None)?.into_iter().map(row).collect())
        })
        .await?;
    desk.page(&FormsPage {
        rows,
        may_fill: super::fill::may_fill(&desk),
    })
}

#[derive(Serialize)]
struct ListPage {
    rows: Vec<OfCaseShown>,
    forms: Vec<(String, String)>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    /// What stands behind `?` in the address of the next page; none on the last one.
    next: Option<String>,
    is_first: bool,
    /// Where the table for spreadsheets is; with what was filled in when one form is chosen.
    csv: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "records/list.html";
}

/// What was asked for.
struct Wanted {
    form: Option<String>,
    case: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    after: Option<String>,
}

fn wanted(query: &BTreeMap<String, String>) -> (Wanted, Faults) {
    let form = Form::new(query.clone());
    let mut faults = Faults::default();
    let (from, to) = (form.date("from", &mut faults), form.date("to", &mut faults));
    let text = |name: &str| form.optional(name).map(ToOwned::to_owned);
    let wanted = Wanted {
        form: text("form"),
        case: text("case"),
        after: text("after"),
        from,
        to,
    };
    (wanted, faults)
}

impl Wanted {
    fn filter(&self, work: &mut Work<'_>) -> Result<RecordFilter, Failure> {
        let begin = |day: NaiveDate| to_utc(day.and_time(NaiveTime::MIN));
        let document = match &self.form {
            Some(code) => Some(documents::document_by_any_code(work, code)?.0),
            None => None,
        };
        Ok(RecordFilter {
            document,
            case_code: self.case.clone(),
            from: self.from.map(begin),
            before: self.to.and_then(|day| day.checked_add_days(Days::new(1))).map(begin),
        })
    }

    /// The same question for another address.
    fn query(&self) -> String {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let parts = [
            ("form", self.form.clone()),
            ("case", self.case.clone()),
            ("from", day(self.from)),
            ("to", day(self.to)),
        ];
        let part = |(name, value): (&str, Option<String>)| Some(format!("{name}={}", escaped(&value?)));
        parts.into_iter().filter_map(part).collect::<Vec<_>>().join("&")
    }
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let mut typed = desk.query();
    let (wanted, faults) = wanted(&typed);
    let (query, is_first) = (wanted.query(), wanted.after.is_none());
    let csv = format!("/records/csv?{query}");
    let is_good = faults.is_empty();
    let (rows, forms) = desk
        .read(move |work| {
            let forms = form_choices(work)?;
            if !is_good {
                return Ok((Vec::new(), forms));
            }
            let filter = wanted.filter(work)?;
            let records = store::list(work, &filter, (wanted.after.as_deref(), PAGE))?;
            Ok::<_, Failure>((shown(work, records)?, forms))
        })
        .await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let last = rows.last().filter(|_| is_full).map(|row| escaped(&row.record.code));
    typed.retain(|name, _| matches!(name.as_str(), "form" | "case" | "from" | "to"));
    let status = if is_good {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = ListPage {
        next: last.map(|last| {
            [query, format!("after={last}")]
                .join("&")
                .trim_start_matches('&')
                .to_owned()
        }),
        rows,
        forms,
        typed,
        faults,
        is_first,
        csv,
    };
    desk.page_with(status, &page)
}

/// The forms that have records or can be filled, with their titles.
fn form_choices(work: &mut Work<'_>) -> Result<Vec<(String, String)>, Failure> {
    let mut forms: BTreeMap<String, String> = forms_in_force(work, None)?
        .into_iter()
        .map(|form| (form.head.code.clone(), form.content.source.title.clone()))
        .collect();
    let filled: Vec<_> = store::counts(work)?.into_keys().collect();
    for head in documents::heads_of_many(work, &filled)? {
        forms.entry(head.code).or_insert(head.title);
    }
    Ok(forms.into_iter().collect())
}

/// Records with what was filled in, and the versions that they were made on.
struct Table {
    records: Vec<OfCaseShown>,
    values: BTreeMap<String, crate::forms::Values>,
    forms: Vec<FormInForce>,
    /// The records whose personal answers the reader sees, by their ids.
    visible: BTreeSet<String>,
    /// The records whose personal answers were lost with their keys.
    lost: BTreeSet<String>,
}

fn table(work: &mut Work<'_>, wanted: &Wanted, opens: Option<&Eyes>) -> Result<Table, Failure> {
    let filter = wanted.filter(work)?;
    let records = store::list(work, &filter, (None, MOST_IN_TABLE.saturating_add(1)))?;
    if i64::try_from(records.len()).is_ok_and(|count| count > MOST_IN_TABLE) {
        let say = Say::new("records.refused.too_many").with("most", MOST_IN_TABLE);
        return Err(Failure::Invalid(say));
    }
    let mut rows = Vec::with_capacity(records.len());
    for part in records.chunks(500) {
        rows.extend(shown(work, part.to_vec())?);
    }
    let ids: Vec<String> = rows.iter().map(|row| row.record.id.clone()).collect();
    let mut values = store::values(work, &ids)?;
    let (mut visible, mut lost) = (BTreeSet::new(), BTreeSet::new());
    if let Some(eyes) = opens {
        let all: Vec<&Record> = rows.iter().map(|row| &row.record).collect();
        visible = seen_by(work, &all, eyes.handled)?;
        lost = personal::lost_forms(work, &ids)?.into_keys().collect();
        let open: Vec<&Record> = all.into_iter().filter(|record| visible.contains(&record.id)).collect();
        sealed::open(work, &open, (&mut values, (Purpose::Export, None)))?;
        work.record(
            "filled_form.table_taken",
            ("form_record", ""),
            json!({ "records": rows.len() }),
        );
    }
    let mut versions: Vec<_> = rows.iter().map(|row| row.record.version_id.clone()).collect();
    versions.sort_unstable();
    versions.dedup();
    let mut heads = documents::heads_by_id(work, &versions)?;
    heads.sort_by_key(|head| std::cmp::Reverse(head.number));
    let contents = documents::contents(work, &versions)?;
    let form = |head: VersionHead| {
        let own = contents.iter().find(|one| one.version == head.id)?;
        FormInForce::of(head, own.content.clone())
    };
    Ok(Table {
        forms: heads.into_iter().filter_map(form).collect(),
        records: rows,
        values,
        visible,
        lost,
    })
}

/// The columns of all versions: those of the newest first, then what only older ones asked for.
fn columns(forms: &[FormInForce]) -> Vec<(String, String)> {
    let mut columns: Vec<(String, String)> = Vec::new();
    let inputs = forms.iter().flat_map(|form| &form.definition.inputs);
    for input in inputs.filter(|input| input.kind != InputKind::Section) {
        if columns.iter().all(|(code, _)| *code != input.code) {
            columns.push((input.code.clone(), input.label.clone()));
        }
    }
    columns
}

fn cell(value: &ValueShown) -> String {
    let rows = value.rows.iter().map(|row| row.join("; "));
    value.lines.iter().cloned().chain(rows).collect::<Vec<_>>().join("\n")
}

fn facts(row: &OfCaseShown) -> [String; 8] {
    let Record {
        code,
        form_code,
        case,
        at,
        person_name,
        position_name,
        ..
    } = &row.record;
    [
        code.clone(),
        local(*at).format("%d/%m/%Y %H:%M").to_string(),
        form_code.clone(),
        row.issue.to_string(),
        case.as_ref()
            .map(|case| format!("{} {}", case.code, case.step))
            .unwrap_or_default(),
        person_name.clone(),
        position_name.clone(),
        row.replaced_by.clone().unwrap_or_default(),
    ]
}

/// How values are seen by whoever may see personal ones, and by everybody; and what says which cases somebody handles.
struct Eyes {
    all: Seen,
    public: Seen,
    lost: Seen,
    handled: Handled,
}

fn write(table: &Table, (head, columns): (&[String], &[(String, String)]), eyes: &Eyes) -> std::io::Result<Vec<u8>> {
    let mut out = CsvTable::begin(Vec::new())?;
    out.row(head.iter().chain(columns.iter().map(|(_, label)| label)))?;
    for row in &table.records {
        let form = table.forms.iter().find(|form| form.head.id == row.record.version_id);
        let kept = table.values.get(&row.record.id);
        let seen = if table.lost.contains(&row.record.id) {
            &eyes.lost
        } else if table.visible.contains(&row.record.id) {
            &eyes.all
        } else {
            &eyes.public
        };
        let shown = form.zip(kept).map(|(form, kept)| values(&form.definition, kept, seen));
        let shown = shown.unwrap_or_default();
        let cells = columns.iter().map(|(code, _)| {
            let value = shown.iter().find(|value| value.code == *code);
            value.map(cell).unwrap_or_default()
        });
        out.row(facts(row).into_iter().chain(cells))?;
    }
    out.end()
}

/// The records as a table for spreadsheets; of one form with what was filled in.
pub(super) async fn csv(desk: Desk) -> Result<HttpResponse, Failure> {
    let (wanted, faults) = wanted(&desk.query());
    if !faults.is_empty() {
        return Err(Failure::Invalid(Say::new("records.refused.no_day")));
    }
    let form = wanted.form.clone();
    let head = [
        "code",
        "at",
        "form",
        "version",
        "case",
        "writer",
        "position",
        "replaced_by",
    ];
    let head = head.map(|key| desk.word(&format!("records.column.{key}"), &[]));
    let eyes = Eyes {
        all: seen(&desk, true),
        public: seen(&desk, false),
        lost: Seen {
            hidden: desk.word("personal.lost_short", &[]),
            ..seen(&desk, false)
        },
        handled: desk.site().handled,
    };
    // What was filled in has columns only where one form has them; to take it away is to see it.
    let (table, eyes) = if form.is_some() {
        desk.change(move |work| Ok::<_, Failure>((table(work, &wanted, Some(&eyes))?, eyes)))
            .await?
    } else {
        desk.read(move |work| Ok::<_, Failure>((table(work, &wanted, None)?, eyes)))
            .await?
    };
    let columns = form.as_ref().map(|_| columns(&table.forms)).unwrap_or_default();
    let bytes = desk.aside(move || write(&table, (&head, &columns), &eyes)).await?;
    let bytes = bytes.map_err(|cause| Failure::Internal(cause.into()))?;
    let name: String = form
        .unwrap_or_else(|| "records".to_owned())
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ))
        .body(bytes))
}
