//! The picture of a case: its workflow with what was done laid over it.

use super::speech::{Speech, moment};
use crate::cases::actions::refusal::Responsible;
use crate::cases::case::EventKind;
use crate::cases::file::CaseFile;
use crate::documents::Caption;
use crate::workflow::{Done, EventMark, Move, Overlay, RoleCode, align, draw_case};

/// The picture as SVG; nothing when the version has no workflow that can be followed. `late` tells which rows that wait
/// now are late.
pub(super) fn picture(
    file: &CaseFile,
    speech: &Speech,
    responsible: &Responsible,
    late: &dyn Fn(usize) -> bool,
) -> Option<String> {
    let overlay = overlay(file, late)?;
    let role_name = |role: &RoleCode| responsible.role_name(role.as_str());
    let caption = Caption {
        id: "case",
        title: &speech.word("cases.diagram.title"),
        description: &speech.word("cases.diagram.description"),
        words: speech.words(),
        language: speech.language(),
        role_name: &role_name,
    };
    Some(caption.speak(|words| draw_case(&file.content.table, words, &overlay)))
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
    let event = |at: usize| {
        let event = steps.get(at)?;
        Some(EventMark {
            note: format!("{}, {}", event.person_name, moment(event.done_at)),
            deviates: event.off_workflow,
        })
    };
    let alignment = align(plan.workflow, &done, false);
    let moves: Vec<Move> = alignment.into_iter().flat_map(|alignment| alignment.moves).collect();
    let standing = file.standing(&plan);
    let waiting: Vec<(usize, bool)> = standing.open().map(|open| (open.row, late(open.row))).collect();
    Some(Overlay::of_case(plan.table.steps.len(), &moves, &event, &waiting))
}
