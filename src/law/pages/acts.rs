//! What is done on the page of a change: about the change, and about one touched document.

use super::changes::page;
use super::{Told, name_in};
use crate::kernel::{Language, PersonId};
use crate::law::actions::{change, task as tasks};
use crate::law::external::{External, LawChange};
use crate::law::kind::ChangeKind;
use crate::law::store;
use crate::law::touched::progress_of;
use crate::web::{Desk, Failure, Faults, Form, Say};
use actix_web::{HttpResponse, web};

async fn answer(
    desk: &Desk,
    (number, code, form): (i64, &str, &Form),
    done: Result<(), Failure>,
    word: &str,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(()) => {
            let place = if code.is_empty() {
                String::new()
            } else {
                format!("#t-{code}")
            };
            Ok(desk.done(format!("/law/changes/{number}{place}"), word))
        }
        Err(failure) => {
            let told = Told::refused(desk, form, failure)?;
            page(desk, number, (code, told)).await
        }
    }
}

pub(super) async fn add_missing(desk: Desk, number: web::Path<i64>, form: Form) -> Result<HttpResponse, Failure> {
    let number = number.into_inner();
    let done = desk
        .try_change(move |work| change::add_missing_tasks(work, number).map(drop))
        .await?;
    answer(&desk, (number, "", &form), done, "law.tasks_added").await
}

pub(super) async fn cancel(desk: Desk, number: web::Path<i64>, form: Form) -> Result<HttpResponse, Failure> {
    let number = number.into_inner();
    let mut faults = Faults::default();
    let reason = form.needed("cancel_reason", 2000, &mut faults);
    if !faults.is_empty() {
        return page(&desk, number, ("", Told::faults(&form, faults))).await;
    }
    let done = desk
        .try_change(move |work| change::cancel_change(work, number, &reason))
        .await?;
    answer(&desk, (number, "", &form), done, "law.change_cancelled").await
}

pub(super) async fn task(desk: Desk, path: web::Path<(i64, String)>, form: Form) -> Result<HttpResponse, Failure> {
    let (number, code) = path.into_inner();
    let wanted = code.clone();
    match form.text("do") {
        "assign" => {
            let person = PersonId::of(form.text("assignee"));
            let done = desk
                .try_change(move |work| tasks::assign_task(work, number, &wanted, &person))
                .await?;
            answer(&desk, (number, &code, &form), done, "law.task_assigned").await
        }
        "no_change" | "reopen" => decide(&desk, (number, &code), &form).await,
        "draft" => draft(&desk, (number, &code), &form).await,
        _ => {
            // A form of no page of ours; whether the thing is there is told first.
            page(&desk, number, ("", Told::nothing())).await?;
            Err(Failure::Invalid(Say::new("failure.no_form")))
        }
    }
}

async fn decide(desk: &Desk, (number, code): (i64, &str), form: &Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let reason = form.needed("reason", 2000, &mut faults);
    if !faults.is_empty() {
        return page(desk, number, (code, Told::faults(form, faults))).await;
    }
    let (wanted, is_reopened) = (code.to_owned(), form.text("do") == "reopen");
    let done = desk
        .try_change(move |work| {
            if is_reopened {
                tasks::reopen(work, number, &wanted, &reason)
            } else {
                tasks::decide_no_change(work, number, &wanted, &reason)
            }
        })
        .await?;
    let word = if is_reopened {
        "law.task_reopened"
    } else {
        "law.task_settled"
    };
    answer(desk, (number, code, form), done, word).await
}

/// Why the text changes, in Vietnamese, the language of the documents.
fn words(desk: &Desk, (change, old, new): (&LawChange, &External, Option<&External>)) -> tasks::DraftWords {
    let name = |one: &External| name_in(desk, Language::Vi, one);
    let entry = new.map(name).unwrap_or_default();
    let holes = [
        ("old", name(old)),
        ("new", entry.clone()),
        ("day", change.effective_on.format("%d/%m/%Y").to_string()),
    ];
    let key = match change.kind {
        ChangeKind::Amended => "law.basis.amended",
        ChangeKind::Replaced => "law.basis.replaced",
        ChangeKind::Expired => "law.basis.expired",
    };
    tasks::DraftWords {
        basis: desk.site().pages.words().fill(Language::Vi, key, &holes),
        entry,
    }
}

async fn draft(desk: &Desk, (number, code): (i64, &str), form: &Form) -> Result<HttpResponse, Failure> {
    let progress = desk
        .read(move |work| {
            let change = store::change(work, number)?;
            progress_of(work, vec![change])
        })
        .await?;
    let one = progress.first().ok_or(Failure::NotFound)?;
    let words = words(desk, (&one.change, &one.old, one.new.as_ref()));
    let wanted = code.to_owned();
    let done = desk
        .try_change(move |work| tasks::open_draft(work, number, &wanted, &words))
        .await?;
    match done {
        Ok(version) => Ok(desk.done(format!("/versions/{version}/edit"), "documents.draft_opened")),
        Err(failure) => answer(desk, (number, code, form), Err(failure), "").await,
    }
}
