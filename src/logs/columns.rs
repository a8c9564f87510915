//! Well-known names of columns: Vietnamese ones, and those of the usual tools.

use super::fold::{fold, yes_or_no};
use super::head::HeadColumn;
use super::map::{Field, LogMap, TimeForm};
use super::moment;
use std::collections::BTreeMap;

/// The names of each field, folded, the most telling first.
const KNOWN: [(Field, &[&str]); 9] = [
    (
        Field::Case,
        &[
            "case concept name",
            "case id",
            "caseid",
            "case key",
            "case",
            "case name",
            "ma ho so",
            "so ho so",
            "id ho so",
            "ma hs",
            "ma so ho so",
            "so bien nhan",
            "ma bien nhan",
            "ma tiep nhan",
            "so tiep nhan",
            "ma giao dich",
            "ma yeu cau",
            "ho so",
            "trace id",
            "trace",
            "process instance id",
            "process instance",
            "instance id",
            "ticket id",
            "order id",
            "request id",
        ],
    ),
    (
        Field::Activity,
        &[
            "concept name",
            "activity",
            "activity name",
            "activity en",
            "activity code",
            "ma buoc",
            "buoc",
            "ten buoc",
            "buoc thuc hien",
            "buoc xu ly",
            "buoc quy trinh",
            "hoat dong",
            "ten hoat dong",
            "cong viec",
            "ten cong viec",
            "noi dung cong viec",
            "noi dung thuc hien",
            "thao tac",
            "hanh dong",
            "step code",
            "step",
            "step name",
            "task",
            "task name",
            "event name",
            "event",
            "action",
            "operation",
        ],
    ),
    (
        Field::Time,
        &[
            "time timestamp",
            "timestamp",
            "complete timestamp",
            "completed timestamp",
            "end timestamp",
            "complete time",
            "completed at",
            "completion time",
            "end time",
            "end date",
            "finished at",
            "event time",
            "eventtime",
            "event timestamp",
            "event date",
            "datetime",
            "date time",
            "time",
            "date",
            "thoi gian ket thuc",
            "thoi diem ket thuc",
            "thoi gian hoan thanh",
            "ngay hoan thanh",
            "ngay ket thuc",
            "thoi gian thuc hien",
            "thoi diem thuc hien",
            "ngay thuc hien",
            "thoi gian xu ly",
            "thoi diem",
            "thoi gian",
            "ngay gio",
            "ngay xu ly",
            "ngay",
            "start timestamp",
            "start time",
            "thoi gian bat dau",
            "ngay bat dau",
        ],
    ),
    (
        Field::Resource,
        &[
            "org resource",
            "resource",
            "resource name",
            "user",
            "user name",
            "username",
            "performer",
            "performed by",
            "originator",
            "employee",
            "agent",
            "actor",
            "staff",
            "officer",
            "can bo",
            "can bo thuc hien",
            "can bo xu ly",
            "can bo thu ly",
            "ten can bo",
            "nguoi thuc hien",
            "nguoi xu ly",
            "nguoi lam",
            "cong chuc",
            "cong chuc xu ly",
            "nhan vien",
            "chuyen vien",
            "nguoi dung",
            "tai khoan",
            "ho ten",
            "ho va ten",
        ],
    ),
    (
        Field::Role,
        &["org role", "role", "role name", "vai tro", "ten vai tro"],
    ),
    (
        Field::Position,
        &[
            "org position",
            "position",
            "job title",
            "chuc vu",
            "chuc danh",
            "vi tri",
            "vi tri viec lam",
        ],
    ),
    (
        Field::Outcome,
        &[
            "step outcome",
            "outcome",
            "result",
            "decision",
            "ket qua",
            "ket qua xu ly",
            "ket qua thuc hien",
            "ket qua buoc",
        ],
    ),
    (
        Field::Completed,
        &[
            "case completed",
            "case complete",
            "case closed",
            "completed",
            "is completed",
            "closed",
            "finished",
            "da ket thuc",
            "hoan thanh",
            "da hoan thanh",
            "ket thuc",
        ],
    ),
    (
        Field::Lifecycle,
        &[
            "lifecycle transition",
            "lifecycle",
            "transition",
            "event type",
            "trang thai su kien",
        ],
    ),
];

/// The names that are taken without asking a person, of fields whose names mean many things elsewhere.
const SURE_OUTCOMES: [&str; 2] = ["step outcome", "outcome"];

/// The columns whose names are well known and whose values fit.
pub(super) fn known(columns: &[HeadColumn]) -> BTreeMap<Field, String> {
    let folded: Vec<String> = columns.iter().map(|column| fold(&column.name)).collect();
    let mut found = BTreeMap::new();
    for (field, names) in KNOWN {
        let free = |column: &HeadColumn| !found.values().any(|taken| *taken == column.name);
        let column = names.iter().find_map(|name| {
            let mut named = columns.iter().zip(&folded).filter(|(_, own)| own.as_str() == *name);
            named.find(|(column, _)| free(column) && fits(field, column))
        });
        if let Some((column, _)) = column {
            found.insert(field, column.name.clone());
        }
    }
    found
}

/// The same, of which nothing can mean something else.
pub(super) fn sure(columns: &[HeadColumn]) -> BTreeMap<Field, String> {
    let mut found = known(columns);
    found.retain(|field, name| *field != Field::Outcome || SURE_OUTCOMES.contains(&fold(name).as_str()));
    found.remove(&Field::Lifecycle);
    found
}

/// Whether the values of a column can be what its name promises.
fn fits(field: Field, column: &HeadColumn) -> bool {
    match field {
        Field::Time => column.samples.is_empty() || column.samples.iter().any(|text| is_time(text)),
        Field::Completed => column.samples.iter().all(|text| yes_or_no(text).is_some()),
        Field::Case
        | Field::Activity
        | Field::Outcome
        | Field::Resource
        | Field::Role
        | Field::Position
        | Field::Lifecycle => true,
    }
}

fn is_time(text: &str) -> bool {
    moment::read(text.as_bytes(), 0).is_ok()
}

/// Suggests how a log is to be read, from the names of its columns and what stands in them. Fields for which nothing
/// speaks are left out; whoever asked decides.
pub fn suggest(head: &super::head::LogHead) -> LogMap {
    let mut map = LogMap {
        separator: head.separator,
        columns: known(&head.columns),
        ..LogMap::default()
    };
    let taken: Vec<&String> = map.columns.values().collect();
    let free: Vec<&HeadColumn> = head
        .columns
        .iter()
        .filter(|column| !taken.contains(&&column.name))
        .collect();
    let mut more = BTreeMap::new();
    for (field, names) in KNOWN {
        if map.columns.contains_key(&field) || field == Field::Completed || field == Field::Lifecycle {
            continue;
        }
        let hit = free.iter().find(|column| {
            let is_taken = more.values().any(|taken| *taken == column.name);
            !is_taken && fits(field, column) && contains_any(&fold(&column.name), names)
        });
        if let Some(column) = hit {
            more.insert(field, column.name.clone());
        }
    }
    if !map.columns.contains_key(&Field::Time) && !more.contains_key(&Field::Time) {
        let all_times =
            |column: &&&HeadColumn| !column.samples.is_empty() && column.samples.iter().all(|text| is_time(text));
        if let Some(column) = free.iter().find(all_times) {
            more.insert(Field::Time, column.name.clone());
        }
    }
    map.columns.extend(more);
    if let Some(name) = map.columns.get(&Field::Time)
        && let Some(column) = head.columns.iter().find(|column| column.name == *name)
    {
        map.times.form = form_of(column);
    }
    map
}

/// Whether a folded name has one of the known names of two words or more in it, or begins or ends with a shorter one.
fn contains_any(folded: &str, names: &[&str]) -> bool {
    names.iter().any(|name| {
        let spaced = format!(" {folded} ");
        name.len() > 3 && spaced.contains(&format!(" {name} "))
    })
}

/// Times that are numbers are told by their size.
fn form_of(column: &HeadColumn) -> TimeForm {
    let size_of = |text: &String| {
        let whole = text.split(['.', ',']).next().unwrap_or_default();
        let is_number = text
            .bytes()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, b'.' | b','));
        is_number.then_some(whole.len())
    };
    let all = |size: usize| !column.samples.is_empty() && column.samples.iter().all(|text| size_of(text) == Some(size));
    if all(5) {
        TimeForm::Excel
    } else if all(10) {
        TimeForm::Seconds
    } else if all(13) {
        TimeForm::Milliseconds
    } else {
        TimeForm::Auto
    }
}
