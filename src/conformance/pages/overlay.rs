//! The workflow drawn with a case laid over it.

use crate::conformance::finding::{FindingKind, Severity};
use crate::conformance::sentence::{Teller, moment};
use crate::conformance::store::Judged;
use crate::documents::Caption;
use crate::workflow::{EventMark, Overlay, RoleCode, draw_case};

/// The picture as SVG. `waiting` are the rows that an open case waits for.
pub(super) fn picture(teller: &Teller<'_>, judged: &Judged, waiting: &[usize]) -> String {
    let role_name = |role: &RoleCode| teller.roles(std::slice::from_ref(role));
    let caption = Caption {
        id: "case",
        title: teller.words.get(teller.language, "conformance.diagram.title"),
        description: teller.words.get(teller.language, "conformance.diagram.description"),
        words: teller.words,
        language: teller.language,
        role_name: &role_name,
    };
    caption.speak(|words| draw_case(&judged.content.table, words, &overlay(judged, waiting)))
}

/// The marks: what was done as it should, what deviates, what was left out, where an open case waits.
fn overlay(judged: &Judged, waiting: &[usize]) -> Overlay {
    let (trace, findings) = (&judged.trace, &judged.judgement.findings);
    let deviates = |seq: i64| {
        findings.iter().any(|finding| {
            finding.event_seq == Some(seq) && finding.severity != Severity::Info && !is_about_others(finding.kind)
        })
    };
    let event = |at: usize| {
        let event = trace.events.get(at)?;
        Some(EventMark {
            note: format!("{}, {}", event.person_name, moment(event.done_at)),
            deviates: deviates(event.seq),
        })
    };
    let late = |row: usize| {
        let is_it = |kind, seq: Option<i64>| kind == FindingKind::StepLate && seq.is_none();
        let mut own = findings.iter().filter(|finding| finding.row == Some(row));
        own.any(|finding| is_it(finding.kind, finding.event_seq))
    };
    let waiting: Vec<(usize, bool)> = waiting.iter().map(|row| (*row, late(*row))).collect();
    let rows = judged.content.table.steps.len();
    Overlay::of_case(rows, &judged.judgement.moves, &event, &waiting)
}

/// Whether a finding is shown by the next step, but is not about that step.
pub(super) fn is_about_others(kind: FindingKind) -> bool {
    kind == FindingKind::Skipped
}
