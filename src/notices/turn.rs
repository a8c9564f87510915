//! What is whose turn now: asked of the rooms that know, for everybody at once.
//!
//! Each turn has a text that makes it this one and no other: the round and stage of a signature, the moment since which a
//! step is possible. When its last day has passed it becomes another turn, so each is told at most twice: when it comes
//! and when it is late.

use super::kind::Kind;
use crate::kernel::{Permission, PersonId, PositionId, VersionId, local};
use crate::ledger::Work;
use crate::people::{self, permissions_of};
use crate::web::{Failure, escaped};
use crate::{assignments, cases, copies, documents, law, readers, reviews};
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// A review is somebody's turn from so many days before its day.
const REVIEW_AHEAD: TimeDelta = TimeDelta::days(30);

/// Something that is somebody's turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whose.
    pub person: PersonId,
    /// What sort it is.
    pub kind: Kind,
    /// What makes it this turn and no other.
    pub turn: String,
    /// Code of the document or case.
    pub code: String,
    /// Title of the document or procedure; never a name of a citizen.
    pub title: String,
    /// Where it is done.
    pub path: String,
    /// The last day.
    pub due_on: Option<NaiveDate>,
    /// Whether the last day has passed.
    pub is_late: bool,
}

/// Who is there, and who may do what.
struct Staff {
    may: BTreeMap<PersonId, Vec<Permission>>,
}

impl Staff {
    fn load(work: &mut Work<'_>) -> Result<Self, Failure> {
        let active = people::persons(work)?.into_iter().filter(|one| one.active);
        Ok(Self {
            may: active.map(|one| (one.id, permissions_of(&one.access))).collect(),
        })
    }

    fn may(&self, person: &PersonId, permission: Permission) -> bool {
        self.may.get(person).is_some_and(|own| own.contains(&permission))
    }

    /// Whether somebody signs versions at stages of either meaning.
    fn signs(&self, person: &PersonId) -> bool {
        self.may(person, Permission::ReviewVersions) || self.may(person, Permission::ApproveVersions)
    }

    fn all(&self, permission: Permission) -> Vec<PersonId> {
        let all = self.may.keys().filter(|person| self.may(person, permission));
        all.cloned().collect()
    }
}

/// What a turn is about, before it is somebody's.
struct Matter<'a> {
    kind: Kind,
    turn: String,
    code: &'a str,
    title: &'a str,
    path: String,
    due_on: Option<NaiveDate>,
    is_late: bool,
}

impl Matter<'_> {
    fn of(&self, person: PersonId) -> Turn {
        let late = if self.is_late { ":late" } else { "" };
        Turn {
            person,
            kind: self.kind,
            turn: format!("{}:{}{late}", self.kind, self.turn),
            code: self.code.to_owned(),
            title: self.title.to_owned(),
            path: self.path.clone(),
            due_on: self.due_on,
            is_late: self.is_late,
        }
    }
}

/// Everything that is anybody's turn now, in no order. People who may not do it, or are no longer there, have no turn.
///
/// # Errors
/// When the database fails.
pub fn turns(work: &mut Work<'_>) -> Result<Vec<Turn>, Failure> {
    let staff = Staff::load(work)?;
    let mut all = Vec::new();
    signatures(work, &staff, &mut all)?;
    escalations(work, &staff, &mut all)?;
    returned(work, &staff, &mut all)?;
    reading(work, &staff, &mut all)?;
    due_reviews(work, &staff, &mut all)?;
    law_tasks(work, &staff, &mut all)?;
    steps(work, &staff, &mut all)?;
    old_copies(work, &staff, &mut all)?;
    Ok(all)
}

fn signatures(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    let signers: Vec<&PersonId> = staff.may.keys().filter(|person| staff.signs(person)).collect();
    for person in signers {
        // What stands in an edition waits as one paper.
        let alone = documents::waiting_for(work, person)?.into_iter();
        for one in alone.filter(|one| one.edition.is_none()) {
            let matter = Matter {
                kind: Kind::Sign,
                turn: format!("{}:{}:{}", one.head.id, one.head.round, one.stage_no),
                code: &one.head.code,
                title: &one.head.title,
                path: format!("/versions/{}", one.head.id),
                due_on: one.due_on,
                is_late: one.is_late,
            };
            all.push(matter.of(person.clone()));
        }
        for one in documents::waiting_editions(work, person)? {
            let number = format!("#{}", one.edition.number);
            let decision = Some(one.edition.decision_no.as_str()).filter(|no| !no.is_empty());
            let matter = Matter {
                kind: Kind::Sign,
                turn: format!("edition:{}", one.edition.id),
                code: decision.unwrap_or(&number),
                title: &one.edition.title,
                path: format!("/editions/{}", one.edition.number),
                due_on: None,
                is_late: false,
            };
            all.push(matter.of(person.clone()));
        }
    }
    Ok(())
}

/// What was not signed in time: for the committee, and for whoever signs later.
fn escalations(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    let overdue = documents::overdue_signatures(work)?;
    if overdue.is_empty() {
        return Ok(());
    }
    let today = work.actor.today();
    let mut holders: BTreeMap<PositionId, Vec<PersonId>> = BTreeMap::new();
    for holder in people::holders_on(work, today, today)? {
        holders.entry(holder.position_id).or_default().push(holder.person_id);
    }
    for one in overdue {
        let later = one.waits_for.iter().filter_map(|position| holders.get(position));
        let mut whom: BTreeSet<PersonId> = later.flatten().cloned().collect();
        whom.retain(|person| staff.signs(person));
        whom.extend(staff.all(Permission::WriteDocuments));
        let matter = Matter {
            kind: Kind::Escalate,
            turn: format!("{}:{}:{}", one.head.id, one.head.round, one.due_on),
            code: &one.head.code,
            title: &one.head.title,
            path: format!("/versions/{}", one.head.id),
            due_on: Some(one.due_on),
            is_late: true,
        };
        all.extend(whom.into_iter().map(|person| matter.of(person)));
    }
    Ok(())
}

fn returned(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    for head in documents::returned_drafts(work)? {
        if !staff.may(&head.author_id, Permission::WriteDocuments) {
            continue;
        }
        let matter = Matter {
            kind: Kind::Returned,
            turn: format!("{}:{}", head.id, head.round),
            code: &head.code,
            title: &head.title,
            path: format!("/versions/{}", head.id),
            due_on: None,
            is_late: false,
        };
        all.push(matter.of(head.author_id.clone()));
    }
    Ok(())
}

fn reading(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    for one in readers::readings(work)? {
        for reader in one.open() {
            if !staff.may(&reader.person, Permission::ReadDocuments) {
                continue;
            }
            let matter = Matter {
                kind: Kind::Read,
                // Whoever is reminded is told again: a person wished so.
                turn: format!("{}:{}", one.head.id, reader.reminders),
                code: &one.head.code,
                title: &one.head.title,
                path: format!("/reading/documents/{}", escaped(&one.head.code)),
                due_on: None,
                is_late: false,
            };
            all.push(matter.of(reader.person.clone()));
        }
    }
    Ok(())
}

/// Reviews: of whoever wrote the version, if he or she may sign them; else of everybody who may.
fn due_reviews(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    let last = work.actor.today() + REVIEW_AHEAD;
    for one in reviews::due(work)? {
        if one.waiting.is_some() || one.due_on > last {
            continue;
        }
        let author = &one.head.author_id;
        let whom = if staff.may(author, Permission::ReviewDocuments) {
            vec![author.clone()]
        } else {
            staff.all(Permission::ReviewDocuments)
        };
        let matter = Matter {
            kind: Kind::Review,
            turn: format!("{}:{}", one.head.id, one.due_on),
            code: &one.head.code,
            title: &one.head.title,
            path: format!("/reviews/{}", escaped(&one.head.code)),
            due_on: Some(one.due_on),
            is_late: one.days_left < 0,
        };
        all.extend(whom.into_iter().map(|person| matter.of(person)));
    }
    Ok(())
}

fn law_tasks(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    for (own, times) in law::assigned(work)? {
        let Some(person) = own.task.assignee.clone() else {
            continue;
        };
        if !staff.may(&person, Permission::WriteDocuments) {
            continue;
        }
        let matter = Matter {
            kind: Kind::Law,
            turn: format!("{}:{}:{times}", own.change, own.task.code),
            code: &own.task.code,
            title: &own.task.title,
            path: format!("/law/changes/{}#t-{}", own.change, escaped(&own.task.code)),
            due_on: Some(own.task.due_on),
            is_late: own.task.is_overdue,
        };
        all.push(matter.of(person));
    }
    Ok(())
}

fn steps(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    let (book, now, today) = (assignments::book(work)?, work.actor.at, work.actor.today());
    let mut told: BTreeSet<(PersonId, String)> = BTreeSet::new();
    for one in cases::waiting_steps(work)? {
        let matter = Matter {
            kind: Kind::Step,
            turn: format!("{}:{}:{}", one.case, one.step, one.since.and_utc().timestamp()),
            code: &one.case,
            title: &one.title,
            path: format!("/cases/{}", escaped(&one.case)),
            due_on: one.due_at.map(|due| local(due).date()),
            is_late: one.due_at.is_some_and(|due| due < now),
        };
        for person in book.people(&one.role, &one.document, today) {
            let may = staff.may(&person, Permission::PerformSteps) && staff.may(&person, Permission::ReadCases);
            // Somebody with two roles of one step has one turn.
            if may && told.insert((person.clone(), matter.turn.clone())) {
                all.push(matter.of(person));
            }
        }
    }
    Ok(())
}

/// Copies of a version that is out of force: one turn, however many there are.
fn old_copies(work: &mut Work<'_>, staff: &Staff, all: &mut Vec<Turn>) -> Result<(), Failure> {
    let keepers = staff.all(Permission::KeepCopies);
    let mut told: BTreeSet<VersionId> = BTreeSet::new();
    for one in copies::due(work)? {
        if !told.insert(one.version.id.clone()) {
            continue;
        }
        let matter = Matter {
            kind: Kind::Copy,
            turn: one.version.id.to_string(),
            code: &one.version.code,
            title: &one.version.title,
            path: format!("/documents/{}/copies", escaped(&one.version.code)),
            due_on: None,
            is_late: false,
        };
        all.extend(keepers.iter().cloned().map(|person| matter.of(person)));
    }
    Ok(())
}
