//! The difference of the front matter: steps, papers, forms, limits, legal basis and single facts.

use crate::forms::InputRow;
use crate::procedures::{
    DossierItem, DurationRow, FormRow, RecordRow, SharedTimeRow, Source, StepRow, StepTimes, Tthc,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

crate::kernel::text_enum! {
    /// What happened to a thing between the two versions.
    ChangeKind {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// It stands elsewhere in its list.
        Moved = "moved",
        /// One of its values differs.
        Changed = "changed",
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::documents) struct Change {
    /// The part of the document: `steps`, `dossier`, … or `head` for the single facts.
    pub(in crate::documents) part: &'static str,
    /// What happened.
    pub(in crate::documents) kind: ChangeKind,
    /// Which row: its code or name; empty in `head`.
    pub(in crate::documents) row: String,
    /// Which value, for a changed one; empty otherwise.
    pub(in crate::documents) field: &'static str,
    /// The values before.
    pub(in crate::documents) before: Vec<String>,
    /// The values after.
    pub(in crate::documents) after: Vec<String>,
}

type Field<T> = (&'static str, fn(&T) -> Vec<String>);

/// Everything that differs in the front matter, part by part in the order of the file.
pub(in crate::documents) fn difference(old: &Source, new: &Source) -> Vec<Change> {
    let mut changes = Vec::new();
    head(old, new, &mut changes);
    rows(
        "tthc",
        (&old.tthc, &new.tthc),
        |row: &Tthc| &row.code,
        &[("name", |row| one(&row.name))],
        &mut changes,
    );
    rows(
        "durations",
        (&old.durations, &new.durations),
        |row| &row.code,
        DURATIONS,
        &mut changes,
    );
    rows(
        "shared_times",
        (&old.shared_times, &new.shared_times),
        |row: &SharedTimeRow| &row.code,
        &[("limit", |row| one(&row.limit))],
        &mut changes,
    );
    rows(
        "dossier",
        (&old.dossier, &new.dossier),
        |row| &row.name,
        DOSSIER,
        &mut changes,
    );
    rows("forms", (&old.forms, &new.forms), |row| &row.code, FORMS, &mut changes);
    rows(
        "records",
        (&old.records, &new.records),
        |row| &row.name,
        RECORDS,
        &mut changes,
    );
    rows(
        "inputs",
        (&old.inputs, &new.inputs),
        |row| &row.code,
        INPUTS,
        &mut changes,
    );
    let (before, after) = steps(old, new);
    rows("steps", (&before, &after), |step| &step.key, STEPS, &mut changes);
    changes
}

const DURATIONS: &[Field<DurationRow>] = &[
    ("name", |row| one(&row.name)),
    ("limit", |row| one(&row.limit)),
    ("note", |row| one(&row.note)),
    ("same_day_cutoff", |row| one(&row.same_day_cutoff)),
];
const DOSSIER: &[Field<DossierItem>] = &[
    ("mode", |row| one(row.mode.as_str())),
    ("originals", |row| vec![row.originals.to_string()]),
    ("copies", |row| vec![row.copies.to_string()]),
    ("form", |row| one(&row.form)),
    ("condition", |row| one(&row.condition)),
];
const FORMS: &[Field<FormRow>] = &[
    ("name", |row| one(&row.name)),
    ("file", |row| one(&row.file)),
    ("file_name", |row| one(&row.file_name)),
];
const RECORDS: &[Field<RecordRow>] = &[
    ("place", |row| one(&row.place)),
    ("retention", |row| one(&row.retention)),
];
const INPUTS: &[Field<InputRow>] = &[
    ("label", |row| one(&row.label)),
    ("input_kind", |row| one(&row.kind)),
    ("within", |row| one(&row.within)),
    ("options", |row| row.options.clone()),
    ("rules", |row| row.rules.clone()),
    ("help", |row| one(&row.help)),
];
const STEPS: &[Field<StepView>] = &[
    ("code", |step| one(&step.row.code)),
    ("name", |step| one(&step.row.name)),
    ("roles", |step| step.row.roles.clone()),
    ("time", |step| times(&step.row.time)),
    ("counted", |step| flag(step.row.counted)),
    ("next", |step| step.next.clone()),
    ("optional", |step| flag(step.row.optional)),
    ("parallel", |step| one(&step.row.parallel)),
    ("paused", |step| flag(step.row.paused)),
    ("different_from", |step| step.row.different_from.clone()),
    ("same_as", |step| step.row.same_as.clone()),
    ("max_times", |step| {
        step.row.max_times.iter().map(ToString::to_string).collect()
    }),
    ("forms", |step| step.row.forms.clone()),
    ("outputs", |step| step.row.outputs.clone()),
    ("note", |step| one(&step.row.note)),
];

fn one(text: &str) -> Vec<String> {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![text.to_owned()]
    }
}

fn flag(value: bool) -> Vec<String> {
    vec![if value { "yes" } else { "no" }.to_owned()]
}

fn times(time: &StepTimes) -> Vec<String> {
    match time {
        StepTimes::Unstated => Vec::new(),
        StepTimes::Same(text) => one(text),
        StepTimes::ByDuration(texts) => texts.iter().map(|(case, text)| format!("{case}: {text}")).collect(),
    }
}

fn head(old: &Source, new: &Source, changes: &mut Vec<Change>) {
    let number = |number: Option<u32>| number.iter().map(ToString::to_string).collect();
    let singles: [(&'static str, Vec<String>, Vec<String>); 18] = [
        ("code", one(&old.code), one(&new.code)),
        ("kind", one(old.kind.as_str()), one(new.kind.as_str())),
        ("title", one(&old.title), one(&new.title)),
        ("title_en", one(&old.title_en), one(&new.title_en)),
        ("field", one(&old.field), one(&new.field)),
        ("field_en", one(&old.field_en), one(&new.field_en)),
        ("review_months", number(old.review_months), number(new.review_months)),
        ("result", one(&old.result), one(&new.result)),
        ("fee", one(&old.fee), one(&new.fee)),
        ("receiving_place", one(&old.receiving_place), one(&new.receiving_place)),
        ("applicants", one(&old.applicants), one(&new.applicants)),
        ("conditions", one(&old.conditions), one(&new.conditions)),
        ("sets", number(old.sets), number(new.sets)),
        ("file", one(&old.file), one(&new.file)),
        ("file_name", one(&old.file_name), one(&new.file_name)),
        (
            "legal_basis",
            less(&old.legal_basis, &new.legal_basis),
            less(&new.legal_basis, &old.legal_basis),
        ),
        (
            "sources",
            less(&old.sources, &new.sources),
            less(&new.sources, &old.sources),
        ),
        (
            "unverified",
            less(&old.unverified, &new.unverified),
            less(&new.unverified, &old.unverified),
        ),
    ];
    for (field, before, after) in singles {
        if before != after {
            changes.push(Change {
                part: "head",
                kind: ChangeKind::Changed,
                row: String::new(),
                field,
                before,
                after,
            });
        }
    }
}

/// The entries of `list` that `other` does not have: of a long list only what differs is told.
fn less(list: &[String], other: &[String]) -> Vec<String> {
    list.iter().filter(|entry| !other.contains(entry)).cloned().collect()
}

/// A step with its way on spelled out: an omitted "next" is the row below, which moves when rows are put between.
struct StepView {
    /// The code by which it is found in the other version.
    key: String,
    row: StepRow,
    next: Vec<String>,
}

fn steps(old: &Source, new: &Source) -> (Vec<StepView>, Vec<StepView>) {
    let renamed = renamed(&old.steps, &new.steps);
    let same = BTreeMap::new();
    (views(&old.steps, &renamed), views(&new.steps, &same))
}

/// Steps whose code changed but whose name, found once on each side, did not: old code to new code.
fn renamed<'a>(old: &'a [StepRow], new: &'a [StepRow]) -> BTreeMap<&'a str, &'a str> {
    let without = |rows: &'a [StepRow], others: &[StepRow]| -> Vec<&'a StepRow> {
        rows.iter()
            .filter(|row| others.iter().all(|other| other.code != row.code))
            .collect()
    };
    let (gone, come) = (without(old, new), without(new, old));
    let only = |rows: &[&'a StepRow], name: &str| {
        let mut found = rows.iter().filter(|row| row.name == name && !name.is_empty());
        found.next().copied().filter(|_| found.next().is_none())
    };
    gone.iter()
        .filter_map(|row| {
            Some((
                only(&gone, &row.name)?.code.as_str(),
                only(&come, &row.name)?.code.as_str(),
            ))
        })
        .collect()
}

fn views(rows: &[StepRow], renamed: &BTreeMap<&str, &str>) -> Vec<StepView> {
    let known = |code: &str| renamed.get(code).copied().unwrap_or(code).to_owned();
    let below = rows
        .iter()
        .skip(1)
        .map(|row| known(&row.code))
        .chain(std::iter::once("END".to_owned()));
    rows.iter()
        .zip(below)
        .map(|(row, below)| {
            let way = |outcome: &str, to: &str| {
                if outcome.is_empty() {
                    known(to)
                } else {
                    format!("{outcome} → {}", known(to))
                }
            };
            let next = match row.next.as_slice() {
                [] => vec![below],
                ways => ways.iter().map(|next| way(&next.outcome, &next.to)).collect(),
            };
            StepView {
                key: known(&row.code),
                row: row.clone(),
                next,
            }
        })
        .collect()
}

/// The differences of one list: rows that came, went, moved, or hold other values.
fn rows<T>(
    part: &'static str,
    (old, new): (&[T], &[T]),
    key: fn(&T) -> &str,
    fields: &[Field<T>],
    changes: &mut Vec<Change>,
) {
    let change = |kind, row: &T| {
        let (row, before, after) = (key(row).to_owned(), Vec::new(), Vec::new());
        Change {
            part,
            kind,
            row,
            field: "",
            before,
            after,
        }
    };
    let told = |row: &T| {
        fields
            .iter()
            .filter(|(name, _)| *name == "name")
            .flat_map(|(_, read)| read(row))
            .collect()
    };
    let pairs = pairs(old, new, key);
    let kept = in_order(&pairs);
    let (gone, come): (BTreeSet<usize>, BTreeSet<usize>) = pairs.iter().copied().unzip();
    for (_, row) in old.iter().enumerate().filter(|(at, _)| !gone.contains(at)) {
        changes.push(Change {
            before: told(row),
            ..change(ChangeKind::Removed, row)
        });
    }
    for (at, row) in new.iter().enumerate() {
        let Some((from, _)) = pairs.iter().find(|(_, to)| *to == at && come.contains(to)) else {
            changes.push(Change {
                after: told(row),
                ..change(ChangeKind::Added, row)
            });
            continue;
        };
        if !kept.contains(&at) {
            let after = at
                .checked_sub(1)
                .and_then(|above| new.get(above))
                .map(|above| key(above).to_owned());
            changes.push(Change {
                after: after.into_iter().collect(),
                ..change(ChangeKind::Moved, row)
            });
        }
        for (field, read) in fields {
            let before = old.get(*from).map(read).unwrap_or_default();
            let after = read(row);
            if before != after {
                changes.push(Change {
                    field,
                    before,
                    after,
                    ..change(ChangeKind::Changed, row)
                });
            }
        }
    }
}

/// Places of the rows that both lists have, in the order of the new list; rows of one key are paired in their order.
fn pairs<T>(old: &[T], new: &[T], key: fn(&T) -> &str) -> Vec<(usize, usize)> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in old.iter().enumerate().rev() {
        places.entry(key(row)).or_default().push(at);
    }
    new.iter()
        .enumerate()
        .filter_map(|(at, row)| Some((places.get_mut(key(row))?.pop()?, at)))
        .collect()
}

/// Places in the new list of the longest run of pairs that kept their order: the others are those that moved.
fn in_order(pairs: &[(usize, usize)]) -> BTreeSet<usize> {
    // best[i]: length of the longest rising run that ends with pair i, and the pair before it.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(pairs.len());
    for (at, (from, _)) in pairs.iter().enumerate() {
        let before = pairs
            .iter()
            .zip(&best)
            .take(at)
            .enumerate()
            .filter(|(_, ((earlier, _), _))| earlier < from);
        let longest = before
            .max_by_key(|(_, (_, (length, _)))| *length)
            .map(|(index, (_, (length, _)))| (index, *length));
        best.push(longest.map_or((1, None), |(index, length)| (length.saturating_add(1), Some(index))));
    }
    let mut run = BTreeSet::new();
    let mut at = best
        .iter()
        .enumerate()
        .max_by_key(|(_, (length, _))| *length)
        .map(|(index, _)| index);
    while let Some(index) = at {
        run.extend(pairs.get(index).map(|(_, to)| *to));
        at = best.get(index).and_then(|(_, before)| *before);
    }
    run
}
