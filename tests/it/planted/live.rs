//! Events as a running case has them.

use quytrinh::cases::{CaseEvent, Deed, Event, EventKind};

pub fn recorded(event: &Event) -> CaseEvent {
    CaseEvent {
        seq: event.seq,
        kind: EventKind::Step,
        step_code: Some(event.step_code.clone()),
        outcome: event.outcome.clone(),
        note: String::new(),
        outputs: event.outputs.clone(),
        person_id: event.person.clone(),
        person_name: event.person_name.clone(),
        position_name: String::new(),
        version_id: event.version.clone(),
        done_at: event.done_at,
        recorded_at: event.done_at,
        recorded_by: event.person.clone(),
        off_workflow: false,
        reason: None,
    }
}

pub fn deed(event: &CaseEvent) -> Deed<'_> {
    Deed {
        step: event.step_code.as_deref(),
        outcome: event.outcome.as_deref(),
        at: event.done_at,
    }
}
