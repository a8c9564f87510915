//! Practice under the text in force: orders, successions, times against limits, and proposals that open a draft.

use super::super::asked::Asked;
use super::evidence::Report;
use super::practice_page::page;
use super::practices::AmendmentRow;
use crate::calendar;
use crate::conformance::patterns::{Opening, Practice, Proposal, amendments, open_amendment, practice, proposals};
use crate::conformance::store::{Judged, judge_all};
use crate::documents::{self, Content, VersionHead};
use crate::kernel::{DocumentId, VersionId};
use crate::ledger::Work;
use crate::web::{Desk, Failure, Form, Say};
use actix_web::web::Path;
use actix_web::{HttpResponse, ResponseError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What practice under a version says.
pub(super) struct Studied {
    pub(super) head: VersionHead,
    pub(super) content: Arc<Content>,
    pub(super) judged: Vec<Judged>,
    pub(super) practice: Practice,
    pub(super) proposals: Vec<Proposal>,
}

/// Studies every procedure that has cases in the period, under its newest version that has.
pub(super) fn study_all(work: &mut Work<'_>, asked: &Asked) -> Result<Vec<Studied>, Failure> {
    let filter = asked.filter(work)?;
    let judged = judge_all(work, &filter)?;
    let heads = super::heads(work, &judged)?;
    let calendar = calendar::working_calendar(work)?;
    let mut newest: BTreeMap<&DocumentId, &VersionHead> = BTreeMap::new();
    for head in heads.values() {
        let known = newest.entry(&head.document_id).or_insert(head);
        if known.number < head.number {
            *known = head;
        }
    }
    let mut of_version: BTreeMap<_, Vec<Judged>> = BTreeMap::new();
    for one in judged {
        of_version.entry(one.trace.version.clone()).or_default().push(one);
    }
    let mut all = Vec::new();
    for head in newest.into_values() {
        let Some(judged) = of_version.remove(&head.id) else {
            continue;
        };
        let Some(content) = judged.first().map(|one| Arc::clone(&one.content)) else {
            continue;
        };
        let cases: Vec<&Judged> = judged.iter().collect();
        let found = practice(&cases, &content.table, &calendar);
        let proposed = proposals((&cases, &found), (&content.source, &content.table), &calendar);
        all.push(Studied {
            head: head.clone(),
            content,
            judged,
            practice: found,
            proposals: proposed,
        });
    }
    Ok(all)
}

/// What is shown of one procedure; without a case there is nothing to study.
pub(super) struct Found {
    pub(super) head: VersionHead,
    pub(super) studied: Option<Studied>,
    pub(super) amendments: Vec<AmendmentRow>,
}

fn find(work: &mut Work<'_>, asked: &Asked) -> Result<Found, Failure> {
    let document = documents::document_by_code(work, &asked.procedure)?;
    let studied = study_all(work, asked)?.pop();
    let head = match &studied {
        Some(studied) => studied.head.clone(),
        // A document that nobody may see yet has no practice either.
        None => documents::heads_of(work, &document)?
            .into_iter()
            .find(|head| head.effective_from.is_some())
            .ok_or(Failure::NotFound)?,
    };
    let codes = BTreeMap::from([(document.clone(), head.code.clone())]);
    let amendments = AmendmentRow::all(amendments(work, Some(&document))?, &codes);
    Ok(Found {
        head,
        studied,
        amendments,
    })
}

pub(super) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let mut asked = Asked::of(&desk);
    asked.procedure = path.into_inner();
    let wanted = asked.clone();
    let found = desk.read(move |work| find(work, &wanted)).await?;
    desk.page(&page(&desk, asked, &found, &[], None))
}

/// Opens a draft with the proposals that were chosen.
pub(super) async fn open(desk: Desk, path: Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let mut asked = Asked::of(&desk);
    asked.procedure = path.into_inner();
    let chosen: Vec<String> = form.all("proposal").into_iter().map(ToOwned::to_owned).collect();
    let wanted = asked.clone();
    let found = desk.read(move |work| find(work, &wanted)).await?;
    match try_open(&desk, (&asked, &found), &chosen).await {
        Ok(version) => Ok(desk.done(format!("/versions/{version}"), "patterns.draft_opened")),
        Err(failure) => {
            let status = failure.status_code();
            match failure {
                Failure::Invalid(say) | Failure::Conflict(say) => {
                    let problem = Some(desk.word(&say.key, &holes(&say)));
                    desk.page_with(status, &page(&desk, asked, &found, &chosen, problem))
                }
                other @ (Failure::SignInFirst
                | Failure::Forbidden(_)
                | Failure::NotFound
                | Failure::TooLarge
                | Failure::TooMany(_)
                | Failure::Unavailable(_)
                | Failure::Full(_)
                | Failure::Internal(_)) => Err(other),
            }
        }
    }
}

async fn try_open(desk: &Desk, (asked, found): (&Asked, &Found), chosen: &[String]) -> Result<VersionId, Failure> {
    if chosen.is_empty() {
        return Err(Failure::Invalid(Say::new("patterns.refused.none_chosen")));
    }
    let gone = || Failure::Conflict(Say::new("patterns.refused.changed"));
    let studied = found.studied.as_ref().ok_or_else(gone)?;
    let known = studied.proposals.iter().filter(|one| chosen.contains(&one.change.id()));
    let known: Vec<Proposal> = known.cloned().collect();
    if known.len() != chosen.len() {
        return Err(gone());
    }
    let opening = Opening {
        document: studied.head.document_id.clone(),
        studied: studied.head.id.clone(),
        period: (asked.from, asked.to),
        cases: studied.practice.cases.part,
        chosen: known,
    };
    let report = Report::new(desk, studied, &opening);
    let files = desk.site().files.clone();
    desk.change(move |work| open_amendment(work, &files, &opening, &report))
        .await
}

fn holes(say: &Say) -> Vec<(&str, String)> {
    say.args
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect()
}
