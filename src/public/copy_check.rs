//! What the QR code on a printed page answers: whether what one holds is still in force. No names, no drafts.

use super::posted::is_posted;
use crate::copies::{self, State};
use crate::documents::{self, IssueNo, Stage, VersionHead};
use crate::ledger::Work;
use crate::web::{Desk, Failure, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use diesel::OptionalExtension;
use serde::Serialize;

#[derive(Serialize, Default)]
struct CheckPage {
    /// The key of the sentence that answers.
    answer: &'static str,
    /// What was printed, when it was ever in force.
    printed: Option<Printed>,
    /// The number of the version in force now.
    successor: Option<String>,
    /// Since when it is not in force.
    since: Option<NaiveDate>,
    /// The number of the copy, when it is a numbered one.
    copy: Option<i64>,
    /// How the copy ended, when it did.
    copy_state: Option<State>,
    /// Where the posted procedure can be read.
    posted: Option<String>,
}

impl Page for CheckPage {
    const TEMPLATE: &'static str = "public/copy.html";
}

#[derive(Serialize)]
struct Printed {
    code: String,
    title: String,
    issue: IssueNo,
    from: Option<NaiveDate>,
}

/// The key of the sentence for a code that stands on no print of ours.
const UNKNOWN: &str = "unknown";

fn unknown() -> CheckPage {
    CheckPage {
        answer: UNKNOWN,
        ..CheckPage::default()
    }
}

fn answer(work: &mut Work<'_>, token: &str) -> Result<CheckPage, Failure> {
    let Some(id) = documents::id_of_token(token) else {
        return Ok(unknown());
    };
    // Only numbered copies bear a code of their own; a posted one bears that of its version.
    let copy = copies::copy_by_id(work, &id)
        .optional()?
        .filter(|copy| copy.number.is_some());
    let version = copy
        .as_ref()
        .map_or_else(|| crate::kernel::VersionId::of(id), |copy| copy.version_id.clone());
    let Some(head) = documents::head(work, &version).optional()? else {
        return Ok(unknown());
    };
    let answer = match head.stage {
        Stage::Effective => "in_force",
        Stage::Superseded => "replaced",
        Stage::Withdrawn => "withdrawn",
        // Whoever holds such a print learns that it does not count, and nothing of what it is.
        Stage::Draft | Stage::InReview | Stage::InApproval | Stage::Approved | Stage::Cancelled => {
            return Ok(CheckPage {
                answer: "not_issued",
                ..CheckPage::default()
            });
        }
    };
    let current = in_force(work, &head)?;
    Ok(CheckPage {
        answer,
        successor: current
            .as_ref()
            .filter(|one| one.id != head.id)
            .map(|one| one.issue.to_string()),
        since: head.effective_to,
        copy: copy.as_ref().and_then(|copy| copy.number),
        copy_state: copy.map(|copy| copy.state).filter(|state| *state != State::Out),
        posted: current.filter(is_posted).map(|one| one.code),
        printed: Some(Printed {
            code: head.code,
            title: head.title,
            issue: head.issue,
            from: head.effective_from,
        }),
    })
}

fn in_force(work: &mut Work<'_>, head: &VersionHead) -> Result<Option<VersionHead>, Failure> {
    let heads = documents::heads_of(work, &head.document_id)?;
    Ok(heads.into_iter().find(|one| one.stage == Stage::Effective))
}

pub(super) async fn show(desk: Desk, token: web::Path<String>) -> Result<HttpResponse, Failure> {
    let mut found = None;
    for agency in super::agencies(&desk).await? {
        let (there, token) = (super::visiting(&desk, agency), token.clone());
        let page = there.read(move |work| answer(work, &token)).await?;
        if page.answer != UNKNOWN {
            found = Some((page, there));
            break;
        }
    }
    let (page, desk) = found.unwrap_or_else(|| (unknown(), desk));
    let status = if page.answer == UNKNOWN {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    desk.page_with(status, &page)
}
