//! The first page: a welcome for visitors, and for a signed-in person what waits.

use super::cases::{DUE_SOON, LATE, MyCase, count, my_cases};
use crate::assignments::{self, Figures};
use crate::backup;
use crate::cases::{self, CaseFilter, CaseRow, CaseState};
use crate::copies;
use crate::documents::{self, EditionRow, Overdue, VersionHead, Waiting};
use crate::kernel::{Language, Permission, Person, PositionId, local};
use crate::law::{self, MyTask};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::readers::{self, Unread};
use crate::reviews;
use crate::tthc;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

/// How many of a list the first page shows; the rest is behind a link.
const SHOWN: usize = 8;

#[derive(Serialize)]
struct WelcomePage {
    procedures: usize,
}

impl Page for WelcomePage {
    const TEMPLATE: &'static str = "home/welcome.html";
}

/// What waits for a person; each part is there for whom it concerns.
#[derive(Serialize)]
struct StartPage {
    name: String,
    positions: Vec<String>,
    today: NaiveDate,
    figures: Option<CaseFigures>,
    to_sign: Option<Vec<Waiting>>,
    /// Editions that wait for the person's verdicts; what is in them is not listed one by one.
    editions: Vec<EditionRow>,
    /// What others should have signed before today.
    overdue: Vec<Overdue>,
    cases: Option<MyCases>,
    desk: Option<DeskCases>,
    drafts: Option<Vec<VersionHead>>,
    coverage: Option<Figures>,
    /// Copies on paper to be recalled or replaced.
    copies_due: Option<usize>,
    law: Option<Law>,
    reviews: Option<reviews::Figures>,
    /// How far procedures cover the catalogue of administrative procedures.
    tthc: Option<tthc::Figures>,
    unread: Unread,
    /// How well the installation is guarded against loss; for the administrator.
    backup: Option<Backup>,
    conformance: bool,
    people: bool,
}

impl Page for StartPage {
    const TEMPLATE: &'static str = "home/start.html";
}

/// The last good backup, and whether the administrator must act.
#[derive(Serialize)]
struct Backup {
    is_bad: bool,
    last_at: Option<NaiveDateTime>,
}

#[derive(Serialize)]
struct MyCases {
    count: usize,
    late: usize,
    due_soon: usize,
    rows: Vec<MyCase>,
}

/// What changes of law ask of the person, and what is left in the whole office.
#[derive(Serialize)]
struct Law {
    mine: Vec<MyTask>,
    more: usize,
    all: law::Figures,
}

#[derive(Serialize)]
struct CaseFigures {
    open: i64,
    late: i64,
    due_soon: i64,
}

/// What the one-stop desk looks at: what is late, and what is due today.
#[derive(Serialize)]
struct DeskCases {
    late: Vec<CaseRow>,
    more_late: bool,
    today: Vec<CaseRow>,
}

fn mine(work: &mut Work<'_>, person: &Person) -> Result<MyCases, Failure> {
    let mut rows = my_cases(work, &person.id)?;
    let late = count(&rows, |mark| LATE.contains(&mark));
    let due_soon = count(&rows, |mark| DUE_SOON.contains(&mark));
    let count = count(&rows, |_| true);
    rows.truncate(SHOWN);
    Ok(MyCases {
        count,
        late,
        due_soon,
        rows,
    })
}

fn at_desk(work: &mut Work<'_>) -> Result<DeskCases, Failure> {
    let today = work.actor.today();
    let of = |state| CaseFilter {
        state: Some(state),
        ..CaseFilter::default()
    };
    let mut late = cases::list(work, &of(CaseState::Late))?.rows;
    let more_late = late.len() > SHOWN;
    late.truncate(SHOWN);
    let mut soon = cases::list(work, &of(CaseState::DueSoon))?.rows;
    soon.retain(|row| row.head.due_at.is_some_and(|due| local(due).date() == today));
    Ok(DeskCases {
        late,
        more_late,
        today: soon,
    })
}

fn figures(work: &mut Work<'_>) -> Result<CaseFigures, Failure> {
    let today = work.actor.today();
    let overview = cases::overview(work, today, today)?;
    Ok(CaseFigures {
        open: overview.open,
        late: overview.late,
        due_soon: overview.due_soon,
    })
}

/// Nothing when no change of law has anything left to do.
fn changes_of_law(work: &mut Work<'_>, person: &Person) -> Result<Option<Law>, Failure> {
    let (mut mine, all) = law::desk(work, &person.id)?;
    let more = mine.len().saturating_sub(SHOWN);
    mine.truncate(SHOWN);
    Ok((all.tasks > 0).then_some(Law { mine, more, all }))
}

fn guarded(work: &mut Work<'_>) -> Result<Backup, Failure> {
    let standing = backup::standing(work)?;
    Ok(Backup {
        is_bad: standing.is_bad(),
        last_at: standing.last.as_ref().and_then(|run| run.ended_at),
    })
}

fn may(work: &Work<'_>, permission: Permission) -> bool {
    must(work.actor, permission).is_ok()
}

/// What somebody reads of the whole when he or she has the permission.
fn if_may<T>(
    work: &mut Work<'_>,
    permission: Permission,
    look: impl FnOnce(&mut Work<'_>) -> Result<T, Failure>,
) -> Result<Option<T>, Failure> {
    if may(work, permission) {
        look(work).map(Some)
    } else {
        Ok(None)
    }
}

/// What waits for the person's signature alone, and the editions that wait for his or her verdicts; nothing for whoever
/// signs no versions.
fn to_sign(work: &mut Work<'_>, person: &Person) -> Result<(Option<Vec<Waiting>>, Vec<EditionRow>), Failure> {
    if !may(work, Permission::ReviewVersions) && !may(work, Permission::ApproveVersions) {
        return Ok((None, Vec::new()));
    }
    let mut waiting = documents::waiting_for(work, &person.id)?;
    waiting.retain(|one| one.edition.is_none());
    Ok((Some(waiting), documents::waiting_editions(work, &person.id)?))
}

fn load(work: &mut Work<'_>, person: &Person) -> Result<StartPage, Failure> {
    let today = work.actor.today();
    let is_english = work.actor.language == Language::En;
    let positions = people::positions_of(work, &person.id, today)?;
    let (to_sign, editions) = to_sign(work, person)?;
    let writes = may(work, Permission::WriteDocuments);
    let held: Vec<PositionId> = positions.iter().map(|position| position.id.clone()).collect();
    let overdue = if writes || to_sign.is_some() {
        let mut overdue = documents::overdue_signatures(work)?;
        // The committee sees all; of the others, whoever signs later waits for it.
        overdue.retain(|one| writes || one.waits_for.iter().any(|position| held.contains(position)));
        overdue
    } else {
        Vec::new()
    };
    Ok(StartPage {
        name: person.full_name.clone(),
        positions: positions
            .into_iter()
            .map(|one| if is_english { one.name_en } else { one.name })
            .collect(),
        today,
        figures: if_may(work, Permission::ReadOverview, figures)?,
        to_sign,
        editions,
        overdue,
        cases: if_may(work, Permission::PerformSteps, |work| mine(work, person))?,
        desk: if_may(work, Permission::ReceiveCases, at_desk)?,
        drafts: if_may(work, Permission::WriteDocuments, |work| Ok(documents::drafts(work)?))?,
        coverage: if_may(work, Permission::AssignRoles, |work| Ok(assignments::coverage(work)?))?,
        copies_due: if_may(work, Permission::KeepCopies, |work| Ok(copies::due(work)?.len()))?,
        law: if_may(work, Permission::ManageLaw, |work| changes_of_law(work, person))?.flatten(),
        reviews: if_may(work, Permission::ReviewDocuments, reviews::figures)?,
        tthc: if_may(work, Permission::ManageTthc, tthc::figures)?,
        unread: readers::unread(work, &person.id)?,
        backup: if_may(work, Permission::ManageSettings, guarded)?,
        conformance: may(work, Permission::ReadConformance),
        people: may(work, Permission::ManagePeople),
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let Some(person) = desk.actor().person.clone() else {
        let posted = desk.read(|work| Ok::<_, Failure>(documents::effective(work)?)).await?;
        let is_posted = |head: &&VersionHead| head.kind == crate::procedures::Kind::WorkProcedure.as_str();
        return desk.page(&WelcomePage {
            procedures: posted.iter().filter(is_posted).count(),
        });
    };
    let page = desk.read(move |work| load(work, &person)).await?;
    desk.page(&page)
}
