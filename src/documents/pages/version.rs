//! A version on its way: what it says, what it waits for, and what the reader may do with it.

use super::Told;
use super::changes::{Compared, compare};
use super::show::{MARKDOWN, as_file, file_name, was_in_force};
use super::speech::Speech;
use super::view::{Shown, shown, through};
use crate::documents::actions::sign::positions_to_sign_for;
use crate::documents::actions::submit::faults_of;
use crate::documents::content::Content;
use crate::documents::editions::{self, Edition};
use crate::documents::role::Role;
use crate::documents::sealing::{self, Asked, Meant, Thorough};
use crate::documents::signature::{ActShown, SignatureShown, StageProgress, Waiting};
use crate::documents::store::{self, VersionFile};
use crate::documents::tokens::{TokenSigned, token_signatures};
use crate::documents::version::{IssueNo, Numbering, Stage, VersionHead};
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::procedures::{Fault, Severity};
use crate::signatures::Act;
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Serialize)]
pub(super) struct VersionPage {
    head: VersionHead,
    #[serde(serialize_with = "through")]
    content: Arc<Shown>,
    progress: Vec<StageProgress>,
    history: Vec<ActShown>,
    signatures: Vec<SignatureShown>,
    /// Signatures on the sheet: none before the round is finished, so that nobody takes a draft for an issued text.
    rounds: Vec<RoundShown>,
    /// SHA-256 of the sheet that waits for signatures.
    sheet_sha256: Option<String>,
    /// Files beside the text.
    files: Vec<VersionFile>,
    /// What the text is compared with, if with anything.
    base: Option<Base>,
    compared: Option<Compared>,
    /// Signatures made with tokens.
    tokens: Vec<TokenSigned>,
    /// What the reader is asked to sign.
    duty: Option<Waiting>,
    /// What exactly would be signed, where something may be.
    asked: Option<Asked>,
    /// Whether the reader may take an own signature back.
    may_take_back: bool,
    /// The edition that it waits in, or was approved with.
    edition: Option<Edition>,
    numbering: Numbering,
    is_draft: bool,
    is_submitted: bool,
    may_write: bool,
    problems: Vec<Said>,
    errors: usize,
    today: NaiveDate,
    typed: BTreeMap<String, String>,
    faults: crate::web::Faults,
    problem: Option<String>,
}

impl Page for VersionPage {
    const TEMPLATE: &'static str = "documents/version.html";
}

/// A problem of the text in words.
#[derive(Serialize)]
pub(super) struct Said {
    is_error: bool,
    text: String,
    hint: String,
}

/// A round without its text.
#[derive(Serialize)]
struct RoundShown {
    round: i64,
    content_sha256: String,
    submitted_at: NaiveDateTime,
    /// SHA-256 of the sheet that was signed in it.
    sheet_sha256: Option<String>,
}

/// What a version is compared with: the one in force, or the text of an earlier round.
#[derive(Serialize)]
struct Base {
    issue: IssueNo,
    round: Option<i64>,
}

struct Found {
    head: VersionHead,
    content: Arc<Content>,
    roles: Vec<Role>,
    progress: Vec<StageProgress>,
    history: Vec<ActShown>,
    signatures: Vec<SignatureShown>,
    rounds: Vec<RoundShown>,
    files: Vec<VersionFile>,
    base: Option<(Base, Arc<Content>)>,
    tokens: Vec<TokenSigned>,
    duty: Option<Waiting>,
    asked: Option<(Asked, bool)>,
    edition: Option<Edition>,
    numbering: Numbering,
    faults: Vec<Fault>,
}

/// The version, if the actor may read it.
pub(super) fn readable(work: &mut Work<'_>, id: &VersionId) -> Result<VersionHead, Failure> {
    let head = store::head(work, id)?;
    if store::may_read(work, &head)? {
        Ok(head)
    } else {
        Err(Failure::NotFound)
    }
}

/// What the reader may sign on this page, and whether it is that an own signature is taken back.
fn to_sign(
    work: &mut Work<'_>,
    (head, duty): (&VersionHead, Option<&Waiting>),
    home: Option<PathBuf>,
) -> Result<Option<(Asked, bool)>, Failure> {
    let Some(person) = work.actor.person.as_ref().map(|person| person.id.clone()) else {
        return Ok(None);
    };
    let meant = match duty {
        Some(duty) => {
            let held = positions_to_sign_for(work, head);
            let acts = [sealing::act_of(duty.meaning), Act::Returned];
            acts.map(|act| Meant::new(act, held.clone())).to_vec()
        }
        None if sealing::own_open(work, head, &person)?.is_some() => vec![Meant::new(Act::TakenBack, Vec::new())],
        None => return Ok(None),
    };
    let asked = sealing::asked(work, home, head, (&meant, Thorough::MakesSheetAgain))?;
    Ok(Some((asked, duty.is_none())))
}

fn find(
    work: &mut Work<'_>,
    (id, home): (&VersionId, Option<PathBuf>),
    against: Option<i64>,
) -> Result<Found, Failure> {
    let head = readable(work, id)?;
    let content = store::content_of(work, id)?;
    let rounds = store::rounds(work, id)?;
    let sheets = store::sheet_hashes(work, id)?;
    let base = match against.and_then(|wanted| rounds.iter().find(|one| one.round == wanted)) {
        Some(round) => Some((
            Base {
                issue: head.issue,
                round: Some(round.round),
            },
            Content::of(&round.source),
        )),
        None => in_force(work, &head)?,
    };
    let is_open = matches!(head.stage, Stage::InReview | Stage::InApproval);
    let duty = match work
        .actor
        .person
        .as_ref()
        .map(|person| person.id.clone())
        .filter(|_| is_open)
    {
        Some(person) => store::waiting_for(work, &person)?
            .into_iter()
            .find(|one| one.head.id == head.id),
        None => None,
    };
    Ok(Found {
        faults: if head.stage == Stage::Draft {
            faults_of(work, &content.text)?
        } else {
            Vec::new()
        },
        roles: store::roles(work)?,
        progress: store::progress(work, id)?,
        history: store::history(work, id)?,
        signatures: store::signatures(work, id)?,
        rounds: rounds
            .into_iter()
            .map(|one| RoundShown {
                round: one.round,
                sheet_sha256: sheets
                    .iter()
                    .find(|(round, _)| *round == one.round)
                    .map(|(_, hash)| hash.clone()),
                content_sha256: one.content_sha256,
                submitted_at: one.submitted_at,
            })
            .collect(),
        edition: editions::edition_of(work, id)?,
        numbering: Numbering::among(&store::heads_of(work, &head.document_id)?),
        files: store::version_files_of(work, id)?,
        tokens: token_signatures(work, id)?,
        asked: to_sign(work, (&head, duty.as_ref()), home)?,
        base,
        duty,
        content,
        head,
    })
}

/// The version of the document that is in force, to compare with.
fn in_force(work: &mut Work<'_>, head: &VersionHead) -> Result<Option<(Base, Arc<Content>)>, Failure> {
    let heads = store::heads_of(work, &head.document_id)?;
    let Some(former) = heads.into_iter().find(|one| one.stage == Stage::Effective) else {
        return Ok(None);
    };
    let content = store::content_of(work, &former.id)?;
    Ok(Some((
        Base {
            issue: former.issue,
            round: None,
        },
        content,
    )))
}

fn page(found: Found, speech: &Speech<'_>, content: Arc<Shown>, today: NaiveDate) -> VersionPage {
    let compared = found
        .base
        .as_ref()
        .map(|(_, base)| compare(base, &found.content, speech));
    let problems: Vec<Said> = found
        .faults
        .iter()
        .map(|fault| {
            let (text, hint) = speech.fault(fault);
            Said {
                is_error: fault.severity == Severity::Error,
                text,
                hint,
            }
        })
        .collect();
    VersionPage {
        errors: problems.iter().filter(|problem| problem.is_error).count(),
        problems,
        sheet_sha256: found
            .rounds
            .iter()
            .find(|one| one.round == found.head.round)
            .and_then(|one| one.sheet_sha256.clone()),
        content,
        progress: found.progress,
        history: found.history,
        signatures: found.signatures,
        rounds: found.rounds,
        files: found.files,
        base: found.base.map(|(base, _)| base),
        compared,
        tokens: found.tokens,
        duty: found.duty,
        may_take_back: found.asked.as_ref().is_some_and(|(_, takes_back)| *takes_back),
        asked: found.asked.map(|(asked, _)| asked),
        edition: found.edition,
        numbering: found.numbering,
        is_draft: found.head.stage == Stage::Draft,
        is_submitted: matches!(found.head.stage, Stage::InReview | Stage::InApproval),
        may_write: false,
        today,
        typed: BTreeMap::new(),
        faults: crate::web::Faults::default(),
        problem: None,
        head: found.head,
    }
}

/// The page of a version; `None` for one that was in force, whose page is that of its document.
async fn load(desk: &Desk, id: VersionId, against: Option<i64>) -> Result<VersionPage, Failure> {
    let home = desk.site().db.home();
    let found = desk.read(move |work| find(work, (&id, home), against)).await?;
    let (pages, language, today) = (desk.site().pages.clone(), desk.language(), desk.actor().today());
    let mut page = desk
        .aside(move || {
            let content = shown(&found.content, &found.roles, pages.words(), language);
            let roles = found.roles.clone();
            page(found, &Speech::new(pages.words(), language, &roles), content, today)
        })
        .await?;
    page.may_write = desk.may(Permission::WriteDocuments);
    Ok(page)
}

pub(super) async fn show(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let against = desk.query().get("against").and_then(|text| text.parse::<i64>().ok());
    let page = load(&desk, id.into_inner(), against).await?;
    if was_in_force(page.head.stage) {
        let path = format!("{}?version={}", super::path_of(&page.head.code), page.head.number);
        return Ok(desk.see_other(path));
    }
    desk.page(&page)
}

/// The page again after a refusal, with what was typed.
pub(super) async fn refused(desk: &Desk, id: &VersionId, told: Told) -> Result<HttpResponse, Failure> {
    let mut page = load(desk, id.clone(), None).await?;
    page.typed = told.typed;
    page.faults = told.faults;
    page.problem = told.say.map(|say| desk.sentence(&say));
    desk.page_with(told.status, &page)
}

/// The exact text of a version, or of one of its rounds, as a file.
pub(super) async fn source(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let round = desk
        .query()
        .get("round")
        .map(|text| text.parse::<i64>())
        .transpose()
        .map_err(|_no| Failure::NotFound)?;
    let (head, text) = desk
        .read(move |work| {
            let head = readable(work, &id)?;
            let text = match round {
                None => store::content_of(work, &id)?.text.clone(),
                Some(round) => {
                    let rounds = store::rounds(work, &id)?;
                    rounds
                        .into_iter()
                        .find(|one| one.round == round)
                        .ok_or(Failure::NotFound)?
                        .source
                }
            };
            Ok::<_, Failure>((head, text))
        })
        .await?;
    Ok(as_file(&file_name(&head, "md"), MARKDOWN, text))
}
