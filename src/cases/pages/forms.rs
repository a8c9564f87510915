//! The forms of a case: which can be filled at its steps, which were, and the page of one to be filled.

use crate::assignments::Standing as Assigned;
use crate::cases::actions::concern::{handled, handles};
use crate::cases::actions::forms::{fill_form, known_beforehand, known_of_case, must_fill};
use crate::cases::actions::refusal::Responsible;
use crate::cases::case::EventKind;
use crate::cases::file::CaseFile;
use crate::cases::store;
use crate::forms::Origin;
use crate::kernel::PersonId;
use crate::ledger::Work;
use crate::records::{self, Asked, FillPage, FormInForce, NotKept, OfCaseShown, again_typed, refilled};
use crate::web::{Desk, Failure, Form, escaped};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The forms of a case.
pub(super) struct CaseForms {
    /// Codes of the forms that can be filled on the screen, as the procedure names them.
    fillable: Vec<String>,
    /// What was filled, the oldest first.
    pub(super) records: Vec<OfCaseShown>,
}

/// A form that a step names.
#[derive(Serialize)]
pub(super) struct StepForm {
    code: String,
    name: String,
    /// Where it is filled; none when it is only printed.
    fill: Option<String>,
    /// Records of it at this step that nothing replaces: code and address.
    records: Vec<(String, String)>,
}

impl CaseForms {
    pub(super) fn load(work: &mut Work<'_>, file: &CaseFile) -> Result<Self, Failure> {
        let mut codes: Vec<&str> = file
            .content
            .table
            .steps
            .iter()
            .flat_map(|step| step.forms.iter().map(String::as_str))
            .collect();
        codes.sort_unstable();
        codes.dedup();
        let forms = records::forms_in_force(work, Some(&codes))?;
        Ok(Self {
            fillable: forms.into_iter().map(|form| form.head.code).collect(),
            records: records::of_case_shown(work, &file.head.id)?,
        })
    }

    /// A form as a step shows it.
    pub(super) fn at_step(&self, file: &CaseFile, step: &str, code: &str) -> StepForm {
        let row = file.content.source.forms.iter().find(|form| form.code == code);
        let path = || {
            let (case, form) = (escaped(&file.head.code), escaped(code));
            format!("/cases/{case}/forms/{form}?step={}", escaped(step))
        };
        let is_own = |one: &&OfCaseShown| one.record.case.as_ref().is_some_and(|case| case.step == step);
        StepForm {
            name: row.map(|row| row.name.clone()).unwrap_or_default(),
            fill: self.fillable.iter().any(|own| own == code).then(path),
            records: self
                .valid(code)
                .filter(is_own)
                .map(|one| (one.record.code.clone(), one.path.clone()))
                .collect(),
            code: code.to_owned(),
        }
    }

    /// The forms of steps that were done, which whoever is assigned to them may still fill while the case is open.
    pub(super) fn of_done(
        &self,
        file: &CaseFile,
        responsible: &Responsible,
        who: (&PersonId, NaiveDate),
    ) -> Vec<(String, Vec<StepForm>)> {
        let was_done = |code: &str| {
            let mut events = file.events.iter().filter(|event| event.kind == EventKind::Step);
            events.any(|event| event.step_code.as_deref() == Some(code))
        };
        let steps =
            file.content.table.steps.iter().filter(|step| {
                was_done(step.code.as_str()) && responsible.standing(file, step, who) == Assigned::Assigned
            });
        let forms = steps.map(|step| {
            let code = step.code.to_string();
            let forms = step.forms.iter().map(|form| self.at_step(file, &code, form));
            let forms: Vec<StepForm> = forms.filter(|form| form.fill.is_some()).collect();
            (code, forms)
        });
        forms.filter(|(_, forms)| !forms.is_empty()).collect()
    }

    /// The records of a form that nothing replaces.
    fn valid<'a>(&'a self, form: &'a str) -> impl Iterator<Item = &'a OfCaseShown> {
        let is_valid = move |one: &&OfCaseShown| one.record.form_code == form && one.replaced_by.is_none();
        self.records.iter().filter(is_valid)
    }

    /// Whether the form was filled in this case.
    pub(super) fn is_filled(&self, form: &str) -> bool {
        !form.is_empty() && self.valid(form).next().is_some()
    }

    /// Whether an output of a step is a form that was filled at the step: it names the form's code or title.
    pub(super) fn is_output(&self, step: &str, output: &str) -> bool {
        let output = output.to_lowercase();
        self.records.iter().any(|one| {
            let is_own = one.record.case.as_ref().is_some_and(|case| case.step == step);
            let names =
                output.contains(&one.record.form_code.to_lowercase()) || output.contains(&one.title.to_lowercase());
            is_own && one.replaced_by.is_none() && names
        })
    }
}

/// What the address names: the case, the form, the step, and the record that is to be corrected.
struct Place {
    case: String,
    form: String,
    step: String,
    corrects: Option<String>,
}

impl Place {
    fn asked(&self) -> Asked {
        let (case, form, step) = (escaped(&self.case), escaped(&self.form), escaped(&self.step));
        Asked {
            action: format!("/cases/{case}/forms/{form}?step={step}"),
            back: (format!("/cases/{case}"), self.case.clone()),
            corrects: self.corrects.clone(),
            ..Asked::default()
        }
    }
}

/// What the page of the form needs of the case.
struct Ready {
    form: FormInForce,
    typed: BTreeMap<String, Vec<String>>,
    purpose: String,
    /// Whether personal data would stand in the blanks, which only a change may open.
    is_personal: bool,
}

fn ready(work: &mut Work<'_>, place: &Place, opens: bool) -> Result<Ready, Failure> {
    let head = store::by_code(work, &place.case)?;
    let file = CaseFile::of(work, head)?;
    must_fill(work, &file, (&place.step, &place.form), place.corrects.is_some())?;
    let form = records::form_in_force(work, &place.form)?;
    let asks = |input: &crate::forms::Input| {
        let origins = [Origin::ApplicantName, Origin::ApplicantAddress, Origin::ApplicantPhone];
        input.from.is_some_and(|from| origins.contains(&from))
    };
    let is_personal = match &place.corrects {
        Some(_) => form.definition.has_personal(),
        None => form.definition.inputs.iter().any(asks) && handles(work, &file.head)?,
    };
    let known = if opens && place.corrects.is_none() {
        known_beforehand(work, &file.head.id)?
    } else {
        known_of_case(work, file.head.clone())?
    };
    let step = file
        .content
        .table
        .steps
        .iter()
        .find(|step| step.code.as_str() == place.step);
    Ok(Ready {
        typed: again_typed(
            work,
            &form,
            (place.corrects.as_deref(), opens.then_some(handled)),
            &known,
        )?,
        is_personal,
        purpose: step
            .map(|step| format!("{}. {}", step.code, step.name))
            .unwrap_or_default(),
        form,
    })
}

fn place(desk: &Desk, (case, form): (String, String), corrects: Option<String>) -> Place {
    Place {
        case,
        form,
        step: desk.query().remove("step").unwrap_or_default(),
        corrects,
    }
}

async fn page(
    desk: &Desk,
    place: Place,
    asked: Option<Asked>,
    (slips, status): (Vec<crate::forms::Slip>, StatusCode),
) -> Result<HttpResponse, Failure> {
    let first = place.asked();
    let place = Arc::new(place);
    let wanted = Arc::clone(&place);
    let mut ready_now = desk.read(move |work| ready(work, &wanted, false)).await?;
    // What was typed already is shown as it was; data are opened for a fresh form only.
    if ready_now.is_personal && asked.is_none() {
        ready_now = desk
            .change(move |work| {
                let ready = ready(work, &place, true)?;
                // Of a record that one may not see nothing is opened; the form was asked for all the same.
                work.record(
                    "case.form_begun",
                    ("case", ""),
                    serde_json::json!({ "step": place.step }),
                );
                Ok::<_, Failure>(ready)
            })
            .await?;
    }
    let ready = ready_now;
    let asked = Asked {
        purpose: ready.purpose,
        ..asked.unwrap_or(Asked {
            typed: ready.typed,
            ..first
        })
    };
    let words = (desk.site().pages.words(), desk.language());
    desk.page_with(status, &FillPage::of(&ready.form, asked, &slips, words))
}

/// The form, with what is known of the case already in its blanks.
pub(super) async fn show(desk: Desk, path: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let corrects = desk.query().remove("corrects").filter(|code| !code.is_empty());
    let place = place(&desk, path.into_inner(), corrects);
    page(&desk, place, None, (Vec::new(), StatusCode::OK)).await
}

/// Keeps what was typed, or shows the form again with it.
pub(super) async fn fill(desk: Desk, path: web::Path<(String, String)>, form: Form) -> Result<HttpResponse, Failure> {
    let (case, code) = path.into_inner();
    let (filling, grown) = refilled(&form, &code);
    let place = place(&desk, (case.clone(), code), filling.corrects.clone());
    let asked = Asked {
        typed: filling.typed.clone(),
        reason: filling.reason.clone(),
        grown: grown.clone(),
        ..place.asked()
    };
    if grown.is_some() {
        return page(&desk, place, Some(asked), (Vec::new(), StatusCode::OK)).await;
    }
    let (wanted, step) = (case.clone(), place.step.clone());
    let kept = desk
        .try_change(move |work| {
            let id = store::by_code(work, &wanted)?.id;
            fill_form(work, &id, &step, &filling)
        })
        .await?;
    match kept {
        Ok(_) => Ok(desk.done(format!("/cases/{}#records", escaped(&case)), "cases.form_filled")),
        Err(NotKept::Slips(slips)) => page(&desk, place, Some(asked), (slips, StatusCode::UNPROCESSABLE_ENTITY)).await,
        Err(NotKept::Failed(failure)) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            page(&desk, place, Some(Asked { problem, ..asked }), (Vec::new(), status)).await
        }
    }
}
