//! Who has read what in the demo office: nearly everybody, but for the newest versions.

use super::office::Stage;
use crate::ledger;
use crate::readers::{self, Whom};
use crate::web::Failure;
use chrono::{NaiveDateTime, TimeDelta};

/// Who reads late, and so has not read the versions of the last weeks.
const LATE: [&str; 2] = ["tuphap1", "motcua1"];

/// The first issues are read by everybody who is asked.
pub(super) fn read_first(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    read(stage, at, &[])
}

/// The later ones by all but two, of whom one was reminded.
pub(super) fn read_later(stage: &Stage, now: NaiveDateTime) -> anyhow::Result<()> {
    read(stage, now - TimeDelta::days(8), &LATE)?;
    stage.act("thuky", now - TimeDelta::days(4), |work| {
        readers::remind(work, &Whom::OfDocument("QT.HT.01".to_owned())).map(drop)
    })
}

/// Lets people say at a moment what they have read: everything in force that they are asked to.
fn read(stage: &Stage, at: NaiveDateTime, late: &[&str]) -> anyhow::Result<()> {
    let house = crate::kernel::Actor::house(stage.agency.clone(), at);
    let all = ledger::read(&stage.db, &house, readers::readings)?;
    for (username, person) in &stage.cast {
        let open: Vec<(String, String)> = all
            .iter()
            .filter(|one| one.open().any(|reader| reader.person == person.id))
            .map(|one| (one.head.code.clone(), one.head.content_sha256.clone()))
            .collect();
        if open.is_empty() || late.contains(username) {
            continue;
        }
        stage.act(username, at, move |work| {
            readers::acknowledge_all(work, &open)?;
            Ok::<_, Failure>(())
        })?;
    }
    Ok(())
}
