//! Filling a form that a step of a case names.

use super::concern::handles;
use super::perform::actor;
use crate::assignments::{self, Standing as Assigned};
use crate::cases::case::CaseHead;
use crate::cases::file::CaseFile;
use crate::cases::store;
use crate::documents;
use crate::forms::Origin;
use crate::kernel::{CaseId, Permission, local};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::personal::{self, Field, Look, Purpose};
use crate::records::{self, Filling, NotKept, OfCase};
use crate::web::{Failure, Say};
use crate::workflow::Step;
use std::collections::BTreeMap;

/// Keeps a form that a step of the case names, filled by somebody who is assigned to the step today, and gives the code
/// of the record. The step waits now or was done before; a correction may be written later too.
///
/// # Errors
/// [`Failure::Conflict`] when the step does not name the form, the actor is not assigned to it, or it is not its turn;
/// and as [`records::fill_in_case`].
pub fn fill_form(work: &mut Work<'_>, id: &CaseId, step: &str, filling: &Filling) -> Result<String, NotKept> {
    must(work.actor, Permission::PerformSteps)?;
    let file = CaseFile::open(work, id)?;
    let case = must_fill(work, &file, (step, &filling.form), filling.corrects.is_some())?;
    records::fill_in_case(work, filling, case)
}

/// What is known of a case before a form of it is filled: of the applicant only to whoever handles the case, which
/// leaves a trace and so is a change.
///
/// # Errors
/// 404 when there is no such case; when the database fails.
pub fn known_beforehand(work: &mut Work<'_>, id: &CaseId) -> Result<BTreeMap<Origin, String>, Failure> {
    let head = store::head(work, id)?;
    let fields = [Field::FullName, Field::Address, Field::Phone];
    let opened = if handles(work, &head)? {
        let look = Look {
            purpose: Purpose::Form,
            reason: None,
            request_no: None,
            fields: &fields,
            masked: &[],
        };
        personal::look(work, std::slice::from_ref(id), &look)?.remove(id)
    } else {
        None
    };
    let opened = opened.unwrap_or_default();
    let mut known = known_of_case(work, head)?;
    for (origin, field) in [
        (Origin::ApplicantName, Field::FullName),
        (Origin::ApplicantAddress, Field::Address),
        (Origin::ApplicantPhone, Field::Phone),
    ] {
        known.insert(origin, opened.text(field).to_owned());
    }
    Ok(known)
}

/// What is known of a case beforehand but of the applicant.
///
/// # Errors
/// When the database fails.
pub(in crate::cases) fn known_of_case(
    work: &mut Work<'_>,
    head: CaseHead,
) -> Result<BTreeMap<Origin, String>, Failure> {
    let day = |at| local(at).format("%Y-%m-%d").to_string();
    let writer = work.actor.person.as_ref().map(|person| person.full_name.clone());
    let version = documents::head(work, &head.version_id)?;
    Ok([
        (Origin::CaseCode, head.code),
        (Origin::Procedure, version.title),
        (Origin::ReceivedOn, day(head.received_at)),
        (Origin::PromisedOn, head.promised_at.map(day).unwrap_or_default()),
        (Origin::Today, work.actor.today().format("%Y-%m-%d").to_string()),
        (Origin::Writer, writer.unwrap_or_default()),
        (Origin::Agency, people::agency_name(work)?),
    ]
    .into())
}

fn refused(reason: &str) -> Say {
    Say::new(format!("cases.filling.refused.{reason}"))
}

/// Where in the case the form belongs that the actor wants to fill.
///
/// # Errors
/// Why he or she may not fill it there.
pub(in crate::cases) fn must_fill(
    work: &mut Work<'_>,
    file: &CaseFile,
    (step_code, form): (&str, &str),
    is_correction: bool,
) -> Result<OfCase, Failure> {
    let person = actor(work)?;
    let plan = file.plan()?;
    let row = plan.row(step_code).ok_or(Failure::NotFound)?;
    let step = plan.table.steps.get(row).ok_or(Failure::NotFound)?;
    if !names(work, step, form)? {
        let say = refused("not_named").with("step", step_code).with("form", form);
        return Err(Failure::Conflict(say));
    }
    let book = assignments::book(work)?;
    let day = work.actor.today();
    let is_assigned = |role| book.standing(&person.id, role, &file.head.document_id, day) == Assigned::Assigned;
    if !step.roles.iter().any(is_assigned) {
        return Err(Failure::Conflict(refused("not_assigned").with("step", step_code)));
    }
    let is_open = file.standing(&plan).open().any(|open| open.row == row);
    let was_done = file
        .events
        .iter()
        .any(|event| event.step_code.as_deref() == Some(step_code));
    let is_running = file.head.ended.is_none() && (is_open || was_done);
    if !is_running && !is_correction {
        return Err(Failure::Conflict(refused("not_now").with("step", step_code)));
    }
    Ok(OfCase {
        id: file.head.id.clone(),
        code: file.head.code.clone(),
        step: step_code.to_owned(),
    })
}

/// Whether a step names the form, by the code that it has or one that it had before.
fn names(work: &mut Work<'_>, step: &Step, form: &str) -> Result<bool, Failure> {
    if step.forms.iter().any(|own| own == form) {
        return Ok(true);
    }
    let wanted = documents::document_by_any_code(work, form)?.0;
    for own in &step.forms {
        match documents::document_by_any_code(work, own) {
            Ok((document, _)) if document == wanted => return Ok(true),
            // A form that is no document of its own is only printed.
            Ok(_) | Err(diesel::result::Error::NotFound) => {}
            Err(cause) => return Err(cause.into()),
        }
    }
    Ok(false)
}
