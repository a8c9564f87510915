//! Where a case stands, by the code on its receipt: no names, no papers.

use super::posted::{is_posted, pick};
use crate::cases::{self, CaseHead, Ended, Waiting};
use crate::documents::{self, Content, Role};
use crate::ledger::Work;
use crate::people::AgencyShown;
use crate::web::{Desk, Failure, Page};
use crate::workflow::{Clock, StepCode};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use diesel::OptionalExtension;
use serde::{Deserialize, Serialize};

/// What a visitor asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    code: String,
}

#[derive(Serialize)]
struct TrackPage {
    code: String,
    is_asked: bool,
    found: Option<Found>,
}

impl Page for TrackPage {
    const TEMPLATE: &'static str = "public/track.html";
}

/// The state of a case, as anybody with the code may know it.
#[derive(Serialize)]
struct Found {
    code: String,
    title: String,
    /// The posted procedure, when it is still in force.
    procedure: Option<String>,
    received_at: NaiveDateTime,
    promised_at: Option<NaiveDateTime>,
    /// The due moment when pauses have moved it away from the promised one.
    moved_to: Option<NaiveDateTime>,
    state: &'static str,
    ended_at: Option<NaiveDateTime>,
    places: Vec<Place>,
    receiving_place: String,
}

/// Where the case is now.
#[derive(Serialize, PartialEq, Eq)]
struct Place {
    unit: String,
    external: bool,
    step: String,
}

fn is_paused(content: &Content, waiting: &[Waiting]) -> bool {
    let pauses = |one: &Waiting| {
        let found = content.table.find(&StepCode::new(&one.step_code));
        found.is_some_and(|(_, step)| step.clock == Clock::Paused)
    };
    !waiting.is_empty() && waiting.iter().all(pauses)
}

/// The key of the sentence that says where the case stands.
fn state(head: &CaseHead, is_paused: bool, now: NaiveDateTime) -> &'static str {
    match head.ended {
        Some(Ended::Completed) => "completed",
        Some(Ended::Refused) => "refused",
        Some(Ended::Withdrawn) => "withdrawn",
        Some(Ended::Stopped) => "stopped",
        None if head.is_late(now) => "late",
        None if is_paused => "paused",
        None => "working",
    }
}

fn places(waiting: &[Waiting], roles: &[Role]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for one in waiting {
        let Some(role) = roles.iter().find(|role| role.code == one.role_code) else {
            continue;
        };
        let place = Place {
            unit: role.unit.clone(),
            external: role.external,
            step: one.step_name.clone(),
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn load(work: &mut Work<'_>, code: &str) -> Result<Option<Found>, Failure> {
    let Some(head) = cases::by_code(work, code).optional()? else {
        return Ok(None);
    };
    let (now, today, language) = (work.actor.at, work.actor.today(), work.actor.language);
    let content = documents::content_of(work, &head.version_id)?;
    let waiting = if head.ended.is_none() {
        cases::waiting(work, &head.id)?
    } else {
        Vec::new()
    };
    let roles = documents::roles(work)?;
    let posted = documents::effective_on(work, &head.document_id, today)?.filter(is_posted);
    let source = &content.source;
    Ok(Some(Found {
        title: pick(language, &source.title, &source.title_en).to_owned(),
        procedure: posted.map(|version| version.code),
        received_at: head.received_at,
        promised_at: head.promised_at,
        moved_to: head
            .due_at
            .filter(|due| head.ended.is_none() && Some(*due) != head.promised_at),
        state: state(&head, is_paused(&content, &waiting), now),
        ended_at: head.ended_at,
        places: places(&waiting, &roles),
        receiving_place: source.receiving_place.clone(),
        code: head.code,
    }))
}

pub(super) async fn show(desk: Desk, asked: web::Query<Asked>) -> Result<HttpResponse, Failure> {
    let code = asked.into_inner().code.trim().to_uppercase();
    if code.is_empty() {
        return desk.page(&TrackPage {
            code,
            is_asked: false,
            found: None,
        });
    }
    // The code of a case begins with the prefix of its agency; one may begin as another one does.
    let begins = |agency: &AgencyShown| {
        let rest = code.strip_prefix(&agency.case_prefix.to_uppercase());
        rest.is_some_and(|rest| rest.starts_with('-'))
    };
    let owner = super::agencies(&desk).await?.into_iter().filter(begins);
    let owner = owner.max_by_key(|agency| agency.case_prefix.len());
    let desk = match owner {
        Some(agency) => super::visiting(&desk, agency),
        None => desk,
    };
    let wanted = code.clone();
    let found = desk.read(move |work| load(work, &wanted)).await?;
    let status = if found.is_some() {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    desk.page_with(
        status,
        &TrackPage {
            code,
            is_asked: true,
            found,
        },
    )
}
