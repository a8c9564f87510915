//! What issuing an edition of 146 documents costs, from the act to its commit: every signature, every move of a version,
//! coming into force.
//!
//! `cargo bench --bench editions`; it lays the demo office down in a temporary directory and writes 146 procedures more,
//! with the texts of the library.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark may stop at the first surprise"
)]

use quytrinh::db::Db;
use quytrinh::demo::{self, DemoSize};
use quytrinh::documents::{self, Change, Decision, GivenVerdict, NewEdition, Said};
use quytrinh::kernel::{Actor, Clock, Person, VersionId};
use quytrinh::ledger::Work;
use quytrinh::people::{self, confirm};
use quytrinh::web::Failure;
use quytrinh::{app, ledger};
use std::time::Instant;

/// As many documents as a commune has procedures.
const MANY: usize = 146;

struct Office {
    db: Db,
    house: Actor,
}

impl Office {
    fn actor(&self, username: &str) -> Actor {
        let account = demo::accounts().iter().find(|one| one.username == username);
        let account = account.expect("an account of the demo");
        let id = ledger::read(&self.db, &self.house, |work| {
            people::person_named(work, username).map_err(Failure::from)
        });
        Actor {
            person: Some(Person {
                id: id.unwrap(),
                full_name: account.full_name.to_owned(),
                access: account.access.to_vec(),
                mandate: None,
            }),
            is_house: false,
            ..self.house.clone()
        }
    }

    /// Does something and tells how long it took.
    fn timed<T: Send + 'static>(
        &self,
        (name, username): (&str, &str),
        act: impl FnOnce(&mut Work<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> T {
        let (actor, begun) = (self.actor(username), Instant::now());
        let done = ledger::change(&self.db, actor, act).unwrap();
        println!("{name}: {:.2} s", begun.elapsed().as_secs_f64());
        done
    }

    fn sign_all(&self, versions: &[VersionId]) {
        let fresh = confirm(&self.db, &self.actor("chanhvp"), demo::PASSWORD).unwrap();
        let versions = versions.to_vec();
        self.timed(("146 reviews", "chanhvp"), move |work| {
            for version in &versions {
                let head = documents::head(work, version)?;
                documents::sign(work, &fresh, version, &head.content_sha256)?;
            }
            Ok(())
        });
    }
}

fn texts(office: &Office) -> Vec<String> {
    let known = ledger::read(&office.db, &office.house, |work| {
        documents::effective_procedures(work).map_err(Failure::from)
    });
    let known = known.unwrap();
    let text = |(at, (head, content)): (usize, &(documents::VersionHead, std::sync::Arc<documents::Content>))| {
        let (old, new) = (format!("code = \"{}\"", head.code), format!("code = \"QT.DO.{at:03}\""));
        content.text.replacen(&old, &new, 1)
    };
    known.iter().cycle().take(MANY).enumerate().map(text).collect()
}

/// The demo office with one case, in a folder.
fn lay_down(folder: &std::path::Path) -> Office {
    let file = folder.join("quytrinh.db");
    let db = app::open_office(file.to_str().unwrap(), folder, None).unwrap();
    let now = Clock::default().now();
    let laid = demo::lay_down(&db, now, DemoSize { seed: 1, cases: 1 }).unwrap();
    Office {
        db,
        house: Actor::house(laid.agency, now),
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let office = lay_down(folder.path());
    let texts = texts(&office);
    let today = office.house.today();
    let versions = office.timed(("146 drafts", "thuky"), move |work| {
        texts
            .iter()
            .map(|text| documents::create(work, text))
            .collect::<Result<Vec<_>, _>>()
    });
    let all = versions.clone();
    office.timed(("146 submissions with their sheets", "thuky"), move |work| {
        for version in &all {
            let head = documents::head(work, version)?;
            documents::submit_as(work, (version, head.row_version), today, Change::Issue)?;
        }
        Ok(())
    });
    office.sign_all(&versions);
    let number = office.timed(("putting 146 into an edition", "thuky"), move |work| {
        let new = NewEdition {
            title: "146 quy trình".to_owned(),
            decision_no: "146/QĐ-UBND".to_owned(),
            decided_on: Some(today),
            effective_from: today,
            position: people::position_by_code(work, "CT")?.id,
        };
        let number = documents::open_edition(work, &new)?;
        documents::put_in(work, (number, 1), &versions)?;
        Ok(number)
    });
    let fresh = confirm(&office.db, &office.actor("chutich"), demo::PASSWORD).unwrap();
    office.timed(
        ("issuing the edition of 146, in force at once", "chutich"),
        move |work| {
            let edition = documents::edition(work, number)?;
            let members = documents::members_of(work, &edition)?;
            let decision = Decision {
                row_version: edition.row_version,
                decision_no: edition.decision_no,
                decided_on: today,
                effective_from: today,
                verdicts: members
                    .into_iter()
                    .map(|(member, _)| GivenVerdict {
                        version: member.version,
                        seen_sha256: member.content_sha256,
                        said: Said::Approved,
                    })
                    .collect(),
            };
            documents::decide_edition(work, &fresh, number, &decision)
        },
    );
}
