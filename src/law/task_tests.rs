//! The life of a task, act by act and version by version.

use super::{ActDone, Standing, Task};
use crate::documents::{Stage, VersionHead};
use crate::kernel::{DocumentId, PersonId, VersionId};
use crate::law::kind::{TaskAct, TaskState};
use chrono::NaiveDate;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn version(number: i64, stage: Stage) -> VersionHead {
    let was_in_force = matches!(stage, Stage::Effective | Stage::Superseded | Stage::Withdrawn);
    VersionHead {
        id: VersionId::of(format!("v{number}")),
        document_id: DocumentId::of("d"),
        code: "QT.01".to_owned(),
        kind: "work_procedure".to_owned(),
        number,
        issue: crate::documents::IssueNo {
            issue: number,
            amendment: 0,
        },
        stage,
        round: 1,
        title: String::new(),
        title_en: String::new(),
        field: String::new(),
        content_sha256: String::new(),
        author_id: PersonId::of("a"),
        author_name: String::new(),
        saved_at: day(1).and_hms_opt(8, 0, 0).unwrap(),
        row_version: 1,
        planned_from: None,
        effective_from: was_in_force.then(|| day(u32::try_from(number).unwrap())),
        effective_to: None,
    }
}

fn act(act: TaskAct, reason: Option<&str>) -> ActDone {
    ActDone {
        act,
        assignee: None,
        reason: reason.map(str::to_owned),
        by_name: "Thư ký".to_owned(),
        at: day(1).and_hms_opt(8, 0, 0).unwrap(),
    }
}

fn task(acts: Vec<ActDone>) -> Task {
    Task {
        id: "t".to_owned(),
        change_id: "c".to_owned(),
        document: DocumentId::of("d"),
        version: VersionId::of("v1"),
        acts,
    }
}

#[test]
fn a_task_is_open_until_a_version_that_follows_comes_into_force() {
    let one = task(Vec::new());
    let follows = |head: &VersionHead| head.number >= 3;
    let state = |versions: &[VersionHead]| one.standing(versions, follows).state();
    let mut life = vec![version(1, Stage::Effective)];
    assert_eq!(state(&life), TaskState::Open);
    life.push(version(2, Stage::Draft));
    assert_eq!(state(&life), TaskState::DraftOpened);
    life = vec![version(1, Stage::Superseded), version(2, Stage::Effective)];
    assert_eq!(state(&life), TaskState::Open, "version 2 still cites the old document");
    life.push(version(3, Stage::Approved));
    assert_eq!(state(&life), TaskState::DraftOpened, "approved is not in force");
    life = vec![
        version(1, Stage::Superseded),
        version(2, Stage::Superseded),
        version(3, Stage::Effective),
    ];
    assert_eq!(
        one.standing(&life, follows),
        Standing::Followed(version(3, Stage::Effective))
    );
}

#[test]
fn the_version_that_was_touched_never_closes_its_own_task() {
    let one = task(Vec::new());
    assert_eq!(one.standing(&[version(1, Stage::Effective)], |_| true), Standing::Open);
}

#[test]
fn a_reason_closes_it_until_it_is_taken_back() {
    let versions = [version(1, Stage::Effective)];
    let reason = act(TaskAct::NoChange, Some("Chỉ sửa phụ lục không dùng"));
    let closed = task(vec![reason.clone()]);
    assert_eq!(
        closed.standing(&versions, |_| false),
        Standing::NoChange(reason.clone())
    );
    let again = task(vec![reason, act(TaskAct::Reopened, Some("Có dùng"))]);
    assert_eq!(again.standing(&versions, |_| false), Standing::Open);
}

#[test]
fn a_document_that_was_withdrawn_has_nothing_left_to_do() {
    let one = task(Vec::new());
    assert_eq!(one.standing(&[version(1, Stage::Withdrawn)], |_| false), Standing::Gone);
    let versions = [version(1, Stage::Withdrawn), version(2, Stage::Draft)];
    assert_eq!(one.standing(&versions, |_| false).state(), TaskState::DraftOpened);
}

#[test]
fn the_last_who_was_made_responsible_is_responsible() {
    let assigned = |who: &str| ActDone {
        assignee: Some(PersonId::of(who)),
        ..act(TaskAct::Assigned, None)
    };
    let one = task(vec![assigned("an"), act(TaskAct::DraftOpened, None), assigned("binh")]);
    assert_eq!(one.assignee(), Some(&PersonId::of("binh")));
}
