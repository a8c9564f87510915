//! The workflow drawn with a case laid over it.

use crate::conformance::finding::{FindingKind, Severity};
use crate::conformance::sentence::{Teller, moment};
use crate::conformance::store::Judged;
use crate::workflow::{Branch, DiagramWords, MarkClass, Move, Overlay, RoleCode, RowMark, Sentences, draw_case};

/// The picture as SVG. `waiting` are the rows that an open case waits for.
pub(super) fn picture(teller: &Teller<'_>, judged: &Judged, waiting: &[usize]) -> String {
    let word = |name: &str| {
        teller
            .words
            .get(teller.language, &format!("conformance.diagram.{name}"))
            .to_owned()
    };
    let role_name = |role: &RoleCode| teller.roles(std::slice::from_ref(role));
    let branch_name = |branch: &Branch| {
        let holes = [("group", branch.group.as_str()), ("branch", branch.branch.as_str())];
        teller.words.fill(teller.language, "conformance.diagram.branch", &holes)
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
    draw_case(&judged.content.table, &words, &overlay(judged, waiting))
}

/// The marks: what was done as it should, what deviates, what was left out, where an open case waits.
fn overlay(judged: &Judged, waiting: &[usize]) -> Overlay {
    let (trace, findings) = (&judged.trace, &judged.judgement.findings);
    let mut rows: Vec<Option<RowMark>> = vec![None; judged.content.table.steps.len()];
    let deviates = |seq: i64| {
        findings.iter().any(|finding| {
            finding.event_seq == Some(seq) && finding.severity != Severity::Info && !is_about_others(finding.kind)
        })
    };
    for step in judged.judgement.moves.iter() {
        let (row, event, follows) = match *step {
            Move::Sync { event, row } => (row, trace.events.get(event), true),
            Move::Log { event, row: Some(row) } => (row, trace.events.get(event), false),
            Move::Log { row: None, .. } => continue,
            Move::Model { row } => (row, None, false),
        };
        let Some(mark) = rows.get_mut(row) else { continue };
        let (class, note) = match event {
            Some(event) => {
                let class = if follows && !deviates(event.seq) {
                    MarkClass::Done
                } else {
                    MarkClass::Deviating
                };
                (class, format!("{}, {}", event.person_name, moment(event.done_at)))
            }
            None => (MarkClass::Skipped, String::new()),
        };
        // A row that deviated once stays marked, whatever follows.
        if mark
            .as_ref()
            .is_none_or(|known| known.class != MarkClass::Deviating || class == MarkClass::Deviating)
        {
            *mark = Some(RowMark { class, note });
        }
    }
    for row in waiting {
        let late = findings.iter().any(|finding| {
            finding.kind == FindingKind::StepLate && finding.event_seq.is_none() && finding.row == Some(*row)
        });
        let class = if late { MarkClass::Late } else { MarkClass::Current };
        if let Some(mark) = rows.get_mut(*row) {
            *mark = Some(RowMark {
                class,
                note: String::new(),
            });
        }
    }
    Overlay { rows }
}

/// Whether a finding is shown by the next step, but is not about that step.
pub(super) fn is_about_others(kind: FindingKind) -> bool {
    kind == FindingKind::Skipped
}
