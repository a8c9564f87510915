//! The procedures that cases are made for: those of the library, and tables made by chance.

use super::chance::Chance;
use quytrinh::documents::Content;
use quytrinh::workflow::{StepTable, check};
use std::sync::Arc;

/// The procedures of the library that have a workflow, in the order of their files.
pub fn library() -> Vec<Arc<Content>> {
    let mut paths: Vec<_> = std::fs::read_dir("procedures")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    let texts = paths
        .iter()
        .map(|path| Content::of(&std::fs::read_to_string(path).unwrap()));
    texts.filter(|content| content.workflow.is_some()).collect()
}

/// A sound table made by chance: rows one below the other, parallel parts, ways ahead, back, out, and to a supplement.
pub fn random(number: usize, chance: &mut Chance) -> Arc<Content> {
    loop {
        let content = Content::of(&text(number, chance));
        let problems = check(&content.table);
        if problems.iter().all(|problem| !problem.is_error()) && !contradicts(&content.table) {
            return content;
        }
    }
}

/// Whether rows that one person must do must be done by two people as well.
fn contradicts(table: &StepTable) -> bool {
    let groups = groups(table);
    let row = |code| table.find(code).map(|(row, _)| row);
    table.steps.iter().enumerate().any(|(at, step)| {
        let others = step.different_from.iter().filter_map(row);
        others.into_iter().any(|other| groups[other] == groups[at])
    })
}

/// By row, the group of rows that one person must do.
pub fn groups(table: &StepTable) -> Vec<usize> {
    let mut groups: Vec<usize> = (0..table.steps.len()).collect();
    for (row, step) in table.steps.iter().enumerate() {
        for (other, _) in step.same_as.iter().filter_map(|code| table.find(code)) {
            let (own, theirs) = (groups[row], groups[other]);
            groups
                .iter_mut()
                .filter(|group| **group == own)
                .for_each(|group| *group = theirs);
        }
    }
    groups
}

const ROLES: [&str; 5] = ["desk", "expert", "head", "chief", "clerk"];
const TIMES: [&str; 4] = [
    "\"1 working_day\"",
    "\"0.5 working_day\"",
    "\"4 working_hour\"",
    "\"2 calendar_day\"",
];

/// A row before it is written: its ways, and the lines that follow from where it stands.
struct Row {
    code: String,
    next: Vec<String>,
    more: String,
}

fn text(number: usize, chance: &mut Chance) -> String {
    let mut rows: Vec<Row> = Vec::new();
    // First rows of the parts: ways of the top region lead to them.
    let mut firsts: Vec<usize> = Vec::new();
    for part in 0..4 + chance.below(4) {
        firsts.push(rows.len());
        if part > 0 && chance.percent(25) {
            for branch in 0..2 + chance.below(2) {
                for _ in 0..1 + chance.below(2) {
                    let more = format!("parallel = \"P{part}/{branch}\"\n");
                    rows.push(row(rows.len(), more));
                }
            }
        } else {
            rows.push(row(rows.len(), String::new()));
            if part > 0 && chance.percent(25) {
                supplement(&mut rows, chance);
            }
        }
    }
    rows.push(row(rows.len(), String::new()));
    ways(&mut rows, &firsts, chance);
    let steps: Vec<String> = (0..rows.len()).map(|at| step(&rows, at, chance)).collect();
    format!(
        "+++\ncode = \"QT.{number}\"\nkind = \"work_procedure\"\ntitle = \"Bảng {number}\"\n\
         [[durations]]\ncode = \"thuong\"\nname = \"Thông thường\"\nlimit = \"60 working_day\"\n\
         [[shared_times]]\ncode = \"A\"\nlimit = \"1 working_day\"\n\
         [[dossier]]\nname = \"Đơn\"\nmode = \"submit\"\noriginals = 1\n\
         [[dossier]]\nname = \"Tờ khai\"\nmode = \"submit\"\noriginals = 1\n{}+++\n",
        steps.concat()
    )
}

fn row(at: usize, more: String) -> Row {
    Row {
        code: format!("B{at:02}"),
        next: Vec::new(),
        more,
    }
}

/// Below a row that asks for it, one that waits for a supplement and leads back.
fn supplement(rows: &mut Vec<Row>, chance: &mut Chance) {
    let Some(asking) = rows.last_mut() else { return };
    let back = asking.code.clone();
    let (wait, below) = (rows.len(), rows.len() + 1);
    if let Some(asking) = rows.last_mut() {
        asking.next = vec![format!("Đủ=B{below:02}"), format!("Thiếu=B{wait:02}")];
    }
    let most = 1 + chance.below(2);
    let mut waiting = row(wait, format!("clock = \"paused\"\nmax_times = {most}\n"));
    waiting.next = vec![back];
    rows.push(waiting);
}

/// Further ways for some rows of the top region that have none yet.
fn ways(rows: &mut [Row], firsts: &[usize], chance: &mut Chance) {
    let last = rows.len() - 1;
    for (at, row) in rows.iter_mut().enumerate().take(last) {
        let is_plain = row.next.is_empty() && row.more.is_empty();
        if !is_plain || !chance.percent(45) {
            continue;
        }
        let mut next = vec![format!("Đạt=B{:02}", at + 1)];
        match chance.below(4) {
            0 => next.push("Từ chối=END-REFUSED".to_owned()),
            1 => next.push(format!("Làm lại=B{:02}", firsts[chance.below(firsts.len())].min(at))),
            2 => next.push(format!("Chuyển=B{:02}", firsts[chance.below(firsts.len())].max(at + 1))),
            _ => next.extend(["Rút=END-WITHDRAWN".to_owned(), "Xong=END".to_owned()]),
        }
        row.next = next;
    }
}

fn step(rows: &[Row], at: usize, chance: &mut Chance) -> String {
    let row = &rows[at];
    let next: Vec<String> = row
        .next
        .iter()
        .map(|way| match way.split_once('=') {
            Some((outcome, to)) => format!("{{ outcome = \"{outcome}\", to = \"{to}\" }}"),
            None => format!("\"{way}\""),
        })
        .collect();
    let mut text = format!(
        "[[steps]]\ncode = \"{}\"\nname = \"Bước {at}\"\nroles = [\"{}\"]\n{}",
        row.code,
        ROLES[chance.below(ROLES.len())],
        row.more
    );
    if !next.is_empty() {
        text += &format!("next = [{}]\n", next.join(", "));
    } else if at + 1 < rows.len() && chance.percent(15) {
        text += "optional = true\n";
    }
    if !row.more.contains("paused") {
        match chance.below(6) {
            0 => {}
            1 => text += "time = \"A\"\n",
            time => text += &format!("time = {}\n", TIMES[time - 2]),
        }
    }
    if chance.percent(50) {
        text += "outputs = [\"Kết quả\", \"Giấy hẹn (nếu có)\"]\n";
    }
    if at > 0 && chance.percent(25) {
        let other = &rows[chance.below(at)].code;
        let rule = if chance.percent(70) {
            "different_from"
        } else {
            "same_as"
        };
        text += &format!("{rule} = [\"{other}\"]\n");
    }
    text
}
