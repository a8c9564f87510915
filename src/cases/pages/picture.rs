//! The picture of a case: its workflow with what was done laid over it.

use super::speech::{Speech, moment};
use crate::cases::actions::refusal::Responsible;
use crate::cases::case::EventKind;
use crate::cases::file::CaseFile;
use crate::workflow::{
    Branch, DiagramWords, Done, MarkClass, Move, Overlay, RoleCode, RowMark, Sentences, align, draw_case,
};

/// The picture as SVG; nothing when the version has no workflow that can be followed. `late` tells which rows that wait
/// now are late.
pub(super) fn picture(
    file: &CaseFile,
    speech: &Speech,
    responsible: &Responsible,
    late: &dyn Fn(usize) -> bool,
) -> Option<String> {
    let overlay = overlay(file, late)?;
    let word = |name: &str| speech.word(&format!("cases.diagram.{name}"));
    let role_name = |role: &RoleCode| responsible.role_name(role.as_str());
    let branch_name = |branch: &Branch| {
        let holes = [("group", branch.group.clone()), ("branch", branch.branch.clone())];
        speech.fill("cases.diagram.branch", &holes)
    };
    let [title, description, no_role, or] = ["title", "description", "no_role", "or"].map(word);
    let [start, completed, refused, withdrawn] = ["start", "completed", "refused", "withdrawn"].map(word);
    let [optional, paused, step, then, when] = ["optional", "paused", "step", "then", "when"].map(word);
    let words = DiagramWords {
        id: "case",
        title: &title,
        description: &description,
        role_name: &role_name,
        branch_name: &branch_name,
        no_role: &no_role,
        or: &or,
        start: &start,
        completed: &completed,
        refused: &refused,
        withdrawn: &withdrawn,
        optional: &optional,
        paused: &paused,
        sentences: Sentences {
            step: &step,
            then: &then,
            when: &when,
            separator: "; ",
            stop: ".",
        },
    };
    Some(draw_case(&file.content.table, &words, &overlay))
}

/// The marks of the rows: what was done and how it fits, and what waits now.
fn overlay(file: &CaseFile, late: &dyn Fn(usize) -> bool) -> Option<Overlay> {
    let plan = file.plan().ok()?;
    let steps: Vec<_> = file
        .events
        .iter()
        .filter(|event| event.kind == EventKind::Step)
        .collect();
    let done: Vec<Done<'_>> = steps
        .iter()
        .map(|event| Done {
            row: event.step_code.as_deref().and_then(|code| plan.row(code)),
            outcome: event.outcome.as_deref(),
        })
        .collect();
    let mut rows: Vec<Option<RowMark>> = vec![None; plan.table.steps.len()];
    let mut set = |row: usize, class: MarkClass, note: String| {
        if let Some(mark) = rows.get_mut(row) {
            *mark = Some(RowMark { class, note });
        }
    };
    let note = |event: usize| {
        steps
            .get(event)
            .map(|event| format!("{}, {}", event.person_name, moment(event.done_at)))
            .unwrap_or_default()
    };
    let is_off = |event: usize| steps.get(event).is_some_and(|event| event.off_workflow);
    let alignment = align(plan.workflow, &done, false);
    for step in alignment.into_iter().flat_map(|alignment| alignment.moves) {
        match step {
            Move::Sync { event, row } if is_off(event) => set(row, MarkClass::Deviating, note(event)),
            Move::Sync { event, row } => set(row, MarkClass::Done, note(event)),
            Move::Log { event, row: Some(row) } => set(row, MarkClass::Deviating, note(event)),
            Move::Log { row: None, .. } => {}
            Move::Model { row } => set(row, MarkClass::Skipped, String::new()),
        }
    }
    for open in file.standing(&plan).open() {
        let class = if late(open.row) {
            MarkClass::Late
        } else {
            MarkClass::Current
        };
        set(open.row, class, String::new());
    }
    Some(Overlay { rows })
}
