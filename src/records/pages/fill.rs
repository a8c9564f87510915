//! A form to be filled: on its own page here, and on the page of a case there.

use super::path_of;
use crate::documents::IssueNo;
use crate::forms::{InputShown, Origin, Slip, inputs, typed_again, typed_before};
use crate::kernel::{Language, Permission};
use crate::ledger::Work;
use crate::people;
use crate::records::actions::{Filling, NotKept, fill, form_in_force};
use crate::records::record::FormInForce;
use crate::records::store;
use crate::render::Words;
use crate::web::{Desk, Failure, Form, Handled, Page, escaped};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is typed, by the names of the blanks.
type TypedMap = BTreeMap<String, Vec<String>>;

/// A form as its page shows it.
#[derive(Serialize)]
pub struct FillPage {
    code: String,
    title: String,
    issue: IssueNo,
    from: Option<NaiveDate>,
    sha256: String,
    blanks: Vec<InputShown>,
    /// Where the form is sent.
    action: String,
    /// Where the reader came from, and what that is called.
    back: (String, String),
    /// What it is filled for: the step of a case.
    purpose: String,
    corrects: Option<String>,
    reason: String,
    /// What is wrong with the form as a whole.
    problem: Option<String>,
    /// How many blanks are wrong.
    wrong: usize,
}

impl Page for FillPage {
    const TEMPLATE: &'static str = "records/fill.html";
}

/// What is asked of the page of a form.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Where the form is sent.
    pub action: String,
    /// Where the reader came from, and what that is called.
    pub back: (String, String),
    /// What it is filled for: the step of a case; empty for none.
    pub purpose: String,
    /// What stands in the blanks, by their names.
    pub typed: TypedMap,
    /// The code of the record that is to be corrected.
    pub corrects: Option<String>,
    /// Why it is corrected.
    pub reason: String,
    /// The table that one more row is asked for.
    pub grown: Option<String>,
    /// The refusal of the form as a whole, in words.
    pub problem: Option<String>,
}

impl FillPage {
    /// The page of a form.
    pub fn of(form: &FormInForce, asked: Asked, slips: &[Slip], (words, language): (&Words, Language)) -> Self {
        let typed = |name: &str| asked.typed.get(name).cloned().unwrap_or_default();
        let say = |slip: &Slip| slip_said(slip, words, language);
        let whole = slips.iter().find(|slip| slip.name == "in").map(say);
        Self {
            blanks: inputs(&form.definition, &typed, (slips, &say), asked.grown.as_deref()),
            code: form.head.code.clone(),
            title: form.content.source.title.clone(),
            issue: form.head.issue,
            from: form.head.effective_from,
            sha256: form.head.content_sha256.clone(),
            action: asked.action,
            back: asked.back,
            purpose: asked.purpose,
            corrects: asked.corrects,
            reason: asked.reason,
            problem: asked.problem.or(whole),
            wrong: slips.iter().filter(|slip| slip.name != "in").count(),
        }
    }
}

fn slip_said(slip: &Slip, words: &Words, language: Language) -> String {
    let hole = |(name, value): &(&'static str, String)| {
        let shown = if *name == "pattern" {
            words.get(language, &format!("forms.pattern.{value}")).to_owned()
        } else {
            value.clone()
        };
        (*name, shown)
    };
    let holes: Vec<(&str, String)> = slip.args.iter().map(hole).collect();
    words.fill(language, &format!("forms.slip.{}", slip.key), &holes)
}

/// What a page sent for a form, as the act takes it; and the table that one more row is asked for, when nothing is to
/// be kept yet.
pub fn refilled(form: &Form, code: &str) -> (Filling, Option<String>) {
    let mut typed = TypedMap::new();
    for (name, value) in form.fields().filter(|(name, _)| name.starts_with("in.")) {
        typed.entry(name.to_owned()).or_default().push(value.to_owned());
    }
    let filling = Filling {
        form: code.to_owned(),
        seen_sha256: form.text("seen_sha256").to_owned(),
        typed,
        corrects: form.optional("corrects").map(ToOwned::to_owned),
        reason: form.text("reason").to_owned(),
    };
    (filling, form.text("do").strip_prefix("grow.").map(ToOwned::to_owned))
}

/// What stands in the blanks at first: what the record holds that is to be corrected, else what is known beforehand. With
/// `opens`, which says whose cases somebody handles, its personal answers stand there too, for whoever may see them; that
/// leaves a trace and so is a change.
///
/// # Errors
/// 404 when there is no such record of the form; what the database refuses.
pub fn again_typed(
    work: &mut Work<'_>,
    form: &FormInForce,
    (corrects, opens): (Option<&str>, Option<Handled>),
    known: &BTreeMap<Origin, String>,
) -> Result<TypedMap, Failure> {
    let Some(code) = corrects else {
        return Ok(typed_before(&form.definition, known));
    };
    let record = store::by_code(work, code)?;
    if record.document_id != form.head.document_id {
        return Err(Failure::NotFound);
    }
    let mut filled = store::filled(work, record)?;
    let personal = match opens {
        Some(handled) => super::show::may_see_personal(work, &filled.record, handled)?,
        None => false,
    };
    if personal {
        super::show::open_one(work, &mut filled)?;
    }
    Ok(typed_again(&form.definition, &filled.values, personal))
}

fn asked(code: &str) -> Asked {
    Asked {
        action: format!("/forms/{}", escaped(code)),
        back: ("/forms".to_owned(), String::new()),
        ..Asked::default()
    }
}

/// The form with nothing typed in it but what is known.
pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let corrects = desk.query().remove("corrects").filter(|code| !code.is_empty());
    let (wanted, corrected) = (code.clone(), corrects.clone());
    let begin = move |work: &mut Work<'_>, opens: Option<Handled>| {
        let form = form_in_force(work, &wanted)?;
        let known = known(work)?;
        let typed = again_typed(work, &form, (corrected.as_deref(), opens), &known)?;
        Ok::<_, Failure>((form, typed))
    };
    let (again, handled) = (begin.clone(), desk.site().handled);
    let (mut form, mut typed) = desk.read(move |work| begin(work, None)).await?;
    if corrects.is_some() && form.definition.has_personal() {
        (form, typed) = desk
            .change(move |work| {
                let begun = again(work, Some(handled))?;
                work.record(
                    "filled_form.correction_begun",
                    ("form_record", ""),
                    serde_json::json!({}),
                );
                Ok::<_, Failure>(begun)
            })
            .await?;
    }
    let asked = Asked {
        typed,
        corrects,
        ..asked(&code)
    };
    page(&desk, &form, asked, (&[], StatusCode::OK))
}

fn known(work: &mut Work<'_>) -> Result<BTreeMap<Origin, String>, Failure> {
    let writer = work.actor.person.as_ref().map(|person| person.full_name.clone());
    Ok([
        (Origin::Today, work.actor.today().format("%Y-%m-%d").to_string()),
        (Origin::Writer, writer.unwrap_or_default()),
        (Origin::Agency, people::agency_name(work)?),
    ]
    .into())
}

fn page(
    desk: &Desk,
    form: &FormInForce,
    asked: Asked,
    (slips, status): (&[Slip], StatusCode),
) -> Result<HttpResponse, Failure> {
    let words = (desk.site().pages.words(), desk.language());
    desk.page_with(status, &FillPage::of(form, asked, slips, words))
}

/// Keeps what was typed, or shows the form again with it.
pub(super) async fn act(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let code = code.into_inner();
    let (filling, grown) = refilled(&form, &code);
    let mut asked = Asked {
        typed: filling.typed.clone(),
        corrects: filling.corrects.clone(),
        reason: filling.reason.clone(),
        ..asked(&code)
    };
    let wanted = code.clone();
    if grown.is_some() {
        let form = desk.read(move |work| form_in_force(work, &wanted)).await?;
        asked.grown = grown;
        return page(&desk, &form, asked, (&[], StatusCode::OK));
    }
    let kept = desk.try_change(move |work| fill(work, &filling)).await?;
    let (slips, status, problem) = match kept {
        Ok(record) => return Ok(desk.done(path_of(&record), "records.kept")),
        Err(NotKept::Slips(slips)) => (slips, StatusCode::UNPROCESSABLE_ENTITY, None),
        Err(NotKept::Failed(failure)) => {
            let status = failure.status_code();
            (Vec::new(), status, Some(desk.sentence(&failure.said()?)))
        }
    };
    let form = desk.read(move |work| form_in_force(work, &wanted)).await?;
    asked.problem = problem;
    page(&desk, &form, asked, (&slips, status))
}

/// Whether the reader may fill forms outside of cases.
pub(super) fn may_fill(desk: &Desk) -> bool {
    desk.may(Permission::FillForms)
}
