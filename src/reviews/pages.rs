//! What is due for review, and one document with its reviews and the form that signs the next one.

use super::actions::{NewReview, review};
use super::due::{Due, When, due, due_of};
use super::review::{Review, Verdict};
use super::store;
use crate::documents::{self, Stage};
use crate::kernel::Permission;
use crate::signatures::{self, Act};
use crate::web::{Access, Desk, Doors, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::{Months, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDrafts);
    doors.get("/reviews", read, list);
    doors.get("/reviews/{code}", read, show);
    doors.post("/reviews/{code}", Access::May(Permission::ReviewDocuments), sign);
}

#[derive(Serialize)]
struct ListPage {
    /// Looked at, and still to be changed or withdrawn.
    waiting: Vec<Due>,
    groups: Vec<Group>,
    count: usize,
}

/// The documents that are due at one time.
#[derive(Serialize)]
struct Group {
    when: When,
    rows: Vec<Due>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "reviews/list.html";
}

async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let all = desk.read(due).await?;
    let count = all.len();
    let (waiting, rest): (Vec<Due>, Vec<Due>) = all.into_iter().partition(|one| one.waiting.is_some());
    let group = |when: &When| Group {
        when: *when,
        rows: rest.iter().filter(|one| one.when == *when).cloned().collect(),
    };
    desk.page(&ListPage {
        waiting,
        groups: When::ALL.iter().map(group).collect(),
        count,
    })
}

#[derive(Serialize)]
struct ShowPage {
    code: String,
    title: String,
    /// The version in force with its next review; none when no version is in force.
    due: Option<Due>,
    /// What the page showed, for a signature.
    shown: Vec<String>,
    reviews: Vec<Signed>,
    verdicts: &'static [Verdict],
    /// The next day that is offered.
    next_due: Option<NaiveDate>,
    may_review: bool,
    may_write: bool,
    may_withdraw: bool,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

/// A review with the number of the version that it was about.
#[derive(Serialize)]
struct Signed {
    #[serde(flatten)]
    review: Review,
    number: String,
}

impl Page for ShowPage {
    const TEMPLATE: &'static str = "reviews/show.html";
}

async fn load(desk: &Desk, code: String) -> Result<ShowPage, Failure> {
    let wanted = code.clone();
    let home = desk.site().db.home().filter(|_| desk.may(Permission::ReviewDocuments));
    let (heads, due, reviews, shown) = desk
        .read(move |work| {
            let document = documents::document_by_code(work, &wanted)?;
            let heads = documents::heads_of(work, &document)?;
            let effective = heads.iter().filter(|head| head.stage == Stage::Effective).cloned();
            let due = due_of(work, effective.collect())?.into_iter().next();
            let shown = match (&due, home) {
                (Some(due), Some(home)) => documents::tokens(work, Some(home), &due.head, &[Act::Confirmed])?,
                (Some(_) | None, _) => Vec::new(),
            };
            Ok::<_, Failure>((heads, due, store::reviews_of(work, &document)?, shown))
        })
        .await?;
    let number = |review: &Review| {
        heads
            .iter()
            .find(|head| head.id == review.version)
            .map_or_else(String::new, |head| head.issue.to_string())
    };
    let today = desk.actor().today();
    Ok(ShowPage {
        title: heads.first().map(|head| head.title.clone()).unwrap_or_default(),
        next_due: due
            .as_ref()
            .and_then(|due| today.checked_add_months(Months::new(due.months))),
        due,
        shown,
        reviews: reviews
            .into_iter()
            .map(|review| Signed {
                number: number(&review),
                review,
            })
            .collect(),
        verdicts: Verdict::ALL,
        may_review: desk.may(Permission::ReviewDocuments),
        may_write: desk.may(Permission::WriteDocuments),
        may_withdraw: desk.may(Permission::WithdrawVersions),
        typed: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
        code,
    })
}

async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let page = load(&desk, code.into_inner()).await?;
    desk.page(&page)
}

/// The page again after a refusal, with what was typed but for the password.
async fn again(
    desk: &Desk,
    (code, form): (String, &Form),
    (status, faults, problem): (StatusCode, Faults, Option<String>),
) -> Result<HttpResponse, Failure> {
    let mut page = load(desk, code).await?;
    page.typed = form.typed();
    page.typed.remove("password");
    (page.faults, page.problem) = (faults, problem);
    desk.page_with(status, &page)
}

fn read(form: &Form, code: &str) -> Result<NewReview, Faults> {
    let mut faults = Faults::default();
    let verdict = Verdict::parse(form.text("verdict"));
    if verdict.is_none() {
        faults.add("verdict", "form.needed");
    }
    let reason = form.needed("reason", 2000, &mut faults);
    let next_due = form.date("next_due", &mut faults);
    if form.raw("password").is_empty() {
        faults.add("password", "form.needed");
    }
    match verdict {
        Some(verdict) if faults.is_empty() => Ok(NewReview {
            code: code.to_owned(),
            seen_sha256: form.text("seen_sha256").to_owned(),
            verdict,
            reason,
            next_due,
        }),
        Some(_) | None => Err(faults),
    }
}

async fn sign(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let code = code.into_inner();
    let new = match read(&form, &code) {
        Ok(new) => new,
        Err(faults) => return again(&desk, (code, &form), (StatusCode::UNPROCESSABLE_ENTITY, faults, None)).await,
    };
    let verdict = new.verdict;
    let done = signatures::signing(&desk, &form, move |work, fresh| review(work, fresh, &new)).await?;
    let done = signatures::noted(&desk, ("document", &code), done).await?;
    match (done, verdict) {
        (Ok(Some(draft)), _) => Ok(desk.done(format!("/versions/{draft}/edit"), "reviews.draft_opened")),
        (Ok(None), Verdict::Withdraw) if desk.may(Permission::WithdrawVersions) => {
            Ok(desk.done(format!("/documents/{code}#withdraw"), "reviews.to_withdraw"))
        }
        (Ok(None), _) => Ok(desk.done(format!("/reviews/{code}"), "reviews.signed")),
        (Err(failure), _) => {
            let status = failure.status_code();
            let say = match failure {
                Failure::Invalid(say) | Failure::Conflict(say) | Failure::TooMany(say) | Failure::Forbidden(say) => say,
                Failure::SignInFirst
                | Failure::NotFound
                | Failure::TooLarge
                | Failure::Unavailable(_)
                | Failure::Full(_)
                | Failure::Internal(_) => {
                    return Err(failure);
                }
            };
            let problem = desk.site().pages.words().fill(desk.language(), &say.key, &say.args);
            again(&desk, (code, &form), (status, Faults::default(), Some(problem))).await
        }
    }
}
