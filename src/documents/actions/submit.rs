//! Submitting a draft to its route, and taking it back.

use super::{at_row_version, forbidden_now, given, refused};
use crate::documents::editions::{self, MemberState};
use crate::documents::paper;
use crate::documents::route::{Meaning, Route};
use crate::documents::signature::VersionAct;
use crate::documents::store::{self, Move};
use crate::documents::version::{Change, IssueNo, Stage, VersionHead};
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::procedures::{self, Fault, Kind, RoleCatalogue, RoleEntry, Severity, Source};
use crate::web::{Failure, Say};
use chrono::NaiveDate;
use diesel::OptionalExtension;

/// Everything that is wrong with a text, its roles held against those of the agency.
///
/// # Errors
/// When the database fails.
pub fn faults_of(work: &mut Work<'_>, text: &str) -> diesel::QueryResult<Vec<Fault>> {
    let known = store::roles(work)?;
    let entry = |role: crate::documents::Role| RoleEntry {
        code: role.code,
        ..RoleEntry::default()
    };
    let catalogue = RoleCatalogue {
        roles: known.into_iter().map(entry).collect(),
    };
    Ok(procedures::check(text, Some(&catalogue)))
}

/// The stage in which a version waits for signatures of this meaning.
pub(super) fn stage_of(meaning: Meaning) -> Stage {
    match meaning {
        Meaning::Review => Stage::InReview,
        Meaning::Approve => Stage::InApproval,
    }
}

/// Submits a draft as a new issue: see [`submit_as`].
///
/// # Errors
/// Those of [`submit_as`].
pub fn submit(
    work: &mut Work<'_>,
    version: &VersionId,
    row_version: i64,
    planned_from: NaiveDate,
) -> Result<(), Failure> {
    submit_as(work, (version, row_version), planned_from, Change::Issue)
}

/// Submits a draft: a new round with the text as it stands and the route of its field, or else of its kind, as it stands;
/// as a new issue or as an amendment of the last one.
///
/// # Errors
/// [`Failure::Invalid`] when the text has errors or the day has gone by; [`Failure::Conflict`] when it is no draft,
/// was changed meanwhile, has no route or one at which it would wait for ever, there is nothing yet that it could amend, or the day lies before that of a
/// version that is approved already.
pub fn submit_as(
    work: &mut Work<'_>,
    (version, row_version): (&VersionId, i64),
    planned_from: NaiveDate,
    change: Change,
) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let head = at_row_version(work, version, row_version)?;
    if head.stage != Stage::Draft {
        return Err(forbidden_now("not_draft"));
    }
    if planned_from < work.actor.today() {
        return Err(refused("day_gone"));
    }
    must_follow_approved(work, &head, planned_from)?;
    let last = IssueNo::last(&store::heads_of(work, &head.document_id)?);
    let issue = IssueNo::after(last, change).ok_or_else(|| forbidden_now("nothing_to_amend"))?;
    let head = VersionHead { issue, ..head };
    let content = store::content_of(work, version)?;
    must_be_sound(work, &head, &content.text)?;
    must_have_files(work, &content.source)?;
    let kind = Kind::from_text(&head.kind).unwrap_or_default();
    let route = store::route_for(work, kind, &head.field)?;
    let no_route = || Failure::Conflict(Say::new("documents.no_route"));
    let first = route.stages.first().ok_or_else(no_route)?;
    must_be_signable(work, &route)?;
    let round = head.round.saturating_add(1);
    store::insert_round(work, &head, round, &content.text)?;
    for stage in &route.stages {
        store::insert_stage(work, (version, round), stage)?;
    }
    paper::keep_sheet(work, (&head, round), planned_from, &route.stages)?;
    let moved = Move {
        stage: Some(stage_of(first.meaning)),
        round: Some(round),
        issue_no: Some(issue.issue),
        amendment_no: Some(issue.amendment),
        planned_from: Some(planned_from),
        ..Move::default()
    };
    store::move_on(work, &head, &moved, Some((VersionAct::Submitted, None)))?;
    Ok(())
}

/// Each stage of a route can be signed by those who act for its positions today: a version whose approval nobody may sign
/// would wait and nobody would be told.
fn must_be_signable(work: &mut Work<'_>, route: &Route) -> Result<(), Failure> {
    let signers = store::Signers::load(work)?;
    for stage in &route.stages {
        let Some(position) = signers.hindrance(stage) else {
            continue;
        };
        let say = match stage.meaning {
            Meaning::Review => Say::new("documents.refused.nobody_reviews"),
            Meaning::Approve => Say::new("documents.refused.nobody_approves"),
        };
        return Err(Failure::Conflict(say.with("position", &position.name)));
    }
    Ok(())
}

/// A later version may not come into force before one that is approved already and waits for its day.
pub(in crate::documents) fn must_follow_approved(
    work: &mut Work<'_>,
    head: &VersionHead,
    planned_from: NaiveDate,
) -> Result<(), Failure> {
    let others = store::heads_of(work, &head.document_id)?;
    let approved = others.iter().filter(|other| other.stage == Stage::Approved);
    match approved
        .filter_map(|other| other.planned_from)
        .max()
        .filter(|last| planned_from < *last)
    {
        Some(last) => {
            let say = Say::new("documents.refused.before_approved");
            Err(Failure::Conflict(say.with("day", last.format("%d/%m/%Y"))))
        }
        None => Ok(()),
    }
}

/// What is signed must be there to be read: every file that the text names.
fn must_have_files(work: &mut Work<'_>, source: &Source) -> Result<(), Failure> {
    let forms = source.forms.iter().map(|form| (&form.file, &form.file_name));
    for (file, name) in forms.chain([(&source.file, &source.file_name)]) {
        let Some(sha256) = file.strip_prefix("sha256:") else {
            continue;
        };
        if store::attached(work, sha256).optional()?.is_none() {
            let say = Say::new("documents.refused.file_missing");
            return Err(Failure::Invalid(
                say.with("name", if name.is_empty() { file } else { name }),
            ));
        }
    }
    Ok(())
}

fn must_be_sound(work: &mut Work<'_>, head: &VersionHead, text: &str) -> Result<(), Failure> {
    let faults = faults_of(work, text)?;
    let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
    if errors > 0 {
        return Err(Failure::Invalid(
            Say::new("documents.refused.has_errors").with("count", errors),
        ));
    }
    let source = procedures::parse(text).document.unwrap_or_default();
    if source.code != head.code || source.kind.as_str() != head.kind {
        return Err(refused("other_document"));
    }
    Ok(())
}

/// Takes a submitted version back to its draft. The round that it was in is kept.
///
/// # Errors
/// [`Failure::Conflict`] when it is not under review or approval, or was changed meanwhile.
pub fn recall(work: &mut Work<'_>, version: &VersionId, row_version: i64, reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let reason = given(reason)?;
    let head = at_row_version(work, version, row_version)?;
    if !matches!(head.stage, Stage::InReview | Stage::InApproval) {
        return Err(forbidden_now("not_submitted"));
    }
    editions::leave(work, version, MemberState::Recalled)?;
    store::move_on(
        work,
        &head,
        &Move::to(Stage::Draft),
        Some((VersionAct::Recalled, Some(reason))),
    )?;
    Ok(())
}
