//! The table of steps as a table of a Word file, in words that the reader understands.

use super::compose::{cell, line, row};
use crate::docx::block::{Cell, Line, Row, Table};
use crate::procedures::{NextRow, Source, StepRow, StepTimes, parse_limit};
use crate::workflow::TimeUnit;

/// A limit in words: `0,5 ngày làm việc`.
pub(in crate::docx) fn limit_words(text: &str) -> Option<String> {
    let limit = parse_limit(text)?;
    let unit = match limit.unit {
        TimeUnit::WorkingDay => "ngày làm việc",
        TimeUnit::CalendarDay => "ngày lịch",
        TimeUnit::WorkingHour => "giờ làm việc",
        TimeUnit::ClockHour => "giờ liên tục",
    };
    let number = text.split(' ').next().unwrap_or_default().replace('.', ",");
    Some(format!("{number} {unit}"))
}

/// Where a step leads, a line for each way.
fn way(next: &NextRow) -> String {
    let goes = match next.to.as_str() {
        "END" => "kết thúc".to_owned(),
        "END-REFUSED" => "kết thúc, từ chối".to_owned(),
        "END-WITHDRAWN" => "kết thúc, rút hồ sơ".to_owned(),
        step => format!("chuyển {step}"),
    };
    if next.outcome.is_empty() {
        goes
    } else {
        format!("{}: {goes}", next.outcome)
    }
}

/// What a step says besides its name; the reader knows these words.
fn marks(step: &StepRow) -> Vec<String> {
    let mut marks = Vec::new();
    if step.optional {
        marks.push("Có thể bỏ qua.".to_owned());
    }
    if !step.parallel.is_empty() {
        marks.push(format!("Làm song song: {}", step.parallel));
    }
    if step.paused {
        marks.push("Tạm dừng tính thời gian.".to_owned());
    }
    if !step.different_from.is_empty() {
        marks.push(format!("Người khác người làm: {}", step.different_from.join(", ")));
    }
    if !step.same_as.is_empty() {
        marks.push(format!("Cùng người làm: {}", step.same_as.join(", ")));
    }
    if let Some(times) = step.max_times {
        marks.push(format!("Số lần tối đa: {times}"));
    }
    marks
}

/// The text of a step in a duration case; `None` for the same in all.
fn time_of(step: &StepRow, case: Option<&str>) -> String {
    match &step.time {
        StepTimes::Unstated => String::new(),
        StepTimes::Same(text) => text.clone(),
        StepTimes::ByDuration(texts) => {
            let own = texts
                .iter()
                .find(|(code, _)| Some(code.as_str()) == case)
                .or_else(|| texts.first());
            own.map(|(_, text)| text.clone()).unwrap_or_default()
        }
    }
}

/// The lines of a time cell.
fn time_lines(source: &Source, text: &str, counted: bool) -> Vec<Line> {
    let shared = source.shared_times.iter().find(|own| own.code == text);
    let limit = shared.map_or(text, |own| own.limit.as_str());
    let words = limit_words(limit).unwrap_or_else(|| limit.to_owned());
    let mut lines = Vec::new();
    if !words.is_empty() {
        lines.push(line(&words));
    }
    if !counted {
        lines.push(line("không tính vào thời hạn"));
    }
    lines
}

/// The cell of a time, and whether the row above goes on into it.
fn time_cell(source: &Source, at: usize, case: Option<&str>) -> Option<(Vec<Line>, usize)> {
    let step = source.steps.get(at)?;
    let text = time_of(step, case);
    let is_shared = source.shared_times.iter().any(|own| own.code == text);
    let same = |other: &StepRow| is_shared && time_of(other, case) == text && other.counted == step.counted;
    if at > 0 && source.steps.get(at - 1).is_some_and(same) {
        return None;
    }
    let rows = source
        .steps
        .iter()
        .skip(at)
        .take_while(|other| same(other))
        .count()
        .max(1);
    Some((time_lines(source, &text, step.counted), rows))
}

/// The table of steps.
pub(super) fn table(source: &Source, role_name: &dyn Fn(&str) -> String) -> Table {
    let is_split = source
        .steps
        .iter()
        .any(|step| matches!(step.time, StepTimes::ByDuration(_)))
        && source.durations.len() > 1;
    let cases: Vec<Option<&str>> = if is_split {
        source.durations.iter().map(|row| Some(row.code.as_str())).collect()
    } else {
        vec![None]
    };
    let mut head = vec!["TT".to_owned(), "Trình tự".to_owned(), "Trách nhiệm".to_owned()];
    if is_split {
        head.extend(source.durations.iter().map(|row| format!("Thời gian: {}", row.name)));
    } else {
        head.push("Thời gian".to_owned());
    }
    head.push("Biểu mẫu/Kết quả".to_owned());
    let head: Vec<Line> = head.iter().map(|text| line(text)).collect();
    let mut table = Table {
        rows: vec![row(head.into_iter().map(|line| vec![line]).collect(), true)],
    };
    for (at, step) in source.steps.iter().enumerate() {
        table.rows.push(step_row(source, (at, step), &cases, role_name));
    }
    table
}

fn step_row(
    source: &Source,
    (at, step): (usize, &StepRow),
    cases: &[Option<&str>],
    role_name: &dyn Fn(&str) -> String,
) -> Row {
    let mut what = vec![line(&step.name)];
    what.extend(step.next.iter().map(|next| line(&way(next))));
    what.extend(marks(step).iter().map(|text| line(text)));
    what.extend(step.note.lines().map(line));
    let roles = step.roles.iter().map(|code| line(&role_name(code))).collect();
    let mut cells = vec![cell(0, vec![line(&step.code)]), cell(1, what), cell(2, roles)];
    let is_same = cases.len() > 1 && !matches!(step.time, StepTimes::ByDuration(_));
    if is_same {
        let lines = time_lines(source, &time_of(step, None), step.counted);
        cells.push(Cell {
            columns: cases.len(),
            ..cell(3, lines)
        });
    } else {
        for (place, case) in cases.iter().enumerate() {
            if let Some((lines, rows)) = time_cell(source, at, *case) {
                cells.push(Cell {
                    rows,
                    ..cell(3 + place, lines)
                });
            }
        }
    }
    let outputs = step.forms.iter().chain(&step.outputs).map(|text| line(text)).collect();
    cells.push(cell(3 + cases.len(), outputs));
    Row {
        is_header: false,
        cells,
    }
}
