//! What is sent from the page of a case.

use super::new::numbers;
use super::show::again;
use super::speech::refused;
use crate::cases::actions::off_workflow::OffStep;
use crate::cases::actions::perform::NewStep;
use crate::cases::actions::{close, off_workflow, perform as act};
use crate::cases::store;
use crate::kernel::{PersonId, VersionId, to_utc};
use crate::ledger::Work;
use crate::web::{Desk, Failure, Faults, Form, Say};
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;

/// A refusal of a form whose fields cannot be read.
fn unreadable(faults: &Faults, field: &str) -> Option<Failure> {
    faults.of(field).map(|key| Failure::Invalid(Say::new(key)))
}

/// The last event that the sender saw; a form without it is taken for stale.
fn seen(form: &Form) -> i64 {
    form.number("seen_seq").unwrap_or(-1)
}

fn outputs(form: &Form) -> Vec<usize> {
    numbers(form, "output")
        .into_iter()
        .filter_map(|place| usize::try_from(place).ok())
        .collect()
}

/// A moment as it was typed, in UTC.
fn moment(form: &Form, name: &str) -> Result<Option<NaiveDateTime>, Failure> {
    let mut faults = Faults::default();
    let read = form.moment(name, &mut faults).map(to_utc);
    unreadable(&faults, name).map_or(Ok(read), Err)
}

/// Runs an act on the case and leads back to it; a refusal shows the page again with what was typed.
async fn on_case(
    desk: Desk,
    code: String,
    form: Form,
    done: &str,
    deed: impl FnOnce(&mut Work<'_>, &crate::kernel::CaseId) -> Result<(), Failure> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    let wanted = code.clone();
    let answer = desk
        .try_change(move |work| {
            let id = store::by_code(work, &wanted)?.id;
            deed(work, &id)
        })
        .await?;
    match answer {
        Ok(()) => Ok(desk.done(format!("/cases/{code}"), done)),
        Err(failure) => {
            let refusal = refused(&desk, failure)?;
            again(&desk, code, form, refusal).await
        }
    }
}

pub(super) async fn perform(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let (seen, done_at) = (seen(&form), moment(&form, "done_at"));
    let mut step = NewStep {
        step_code: form.text("step_code").to_owned(),
        outcome: form.optional("outcome").map(ToOwned::to_owned),
        note: form.text("note").to_owned(),
        outputs: outputs(&form),
        papers: numbers(&form, "paper").into_iter().collect(),
        done_at: None,
    };
    on_case(
        desk,
        code.into_inner(),
        form,
        "cases.step_performed",
        move |work, id| {
            step.done_at = done_at?;
            act::perform(work, id, seen, &step)
        },
    )
    .await
}

pub(super) async fn record_off_workflow(
    desk: Desk,
    code: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (seen, done_at) = (seen(&form), moment(&form, "off_done_at"));
    let step_code = form
        .optional("off_other")
        .unwrap_or_else(|| form.text("off_step"))
        .to_owned();
    let (person, version) = (
        form.text("off_person").to_owned(),
        form.optional("off_version").map(VersionId::of),
    );
    let (outcome, reason) = (
        form.optional("off_outcome").map(ToOwned::to_owned),
        form.text("reason").to_owned(),
    );
    on_case(
        desk,
        code.into_inner(),
        form,
        "cases.off_workflow_recorded",
        move |work, id| {
            let off = OffStep {
                step_code,
                outcome,
                person: PersonId::of(person),
                done_at: done_at?.ok_or_else(|| Failure::Invalid(Say::new("cases.moment_needed")))?,
                version,
                reason,
                outputs: Vec::new(),
            };
            off_workflow::record_off_workflow(work, id, seen, &off)
        },
    )
    .await
}

pub(super) async fn stop(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let (seen, reason) = (seen(&form), form.text("stop_reason").to_owned());
    on_case(desk, code.into_inner(), form, "cases.stopped", move |work, id| {
        close::stop(work, id, seen, &reason)
    })
    .await
}

pub(super) async fn finish(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let seen = seen(&form);
    on_case(desk, code.into_inner(), form, "cases.finished", move |work, id| {
        close::finish(work, id, seen)
    })
    .await
}
