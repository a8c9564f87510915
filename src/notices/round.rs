//! A round: tells what is new, and hands letters whose time has come to the mail server.
//!
//! A letter is taken for one try first, with the moment of the next one set; only then it is sent, and then marked. When
//! the program breaks off between sending and marking, the letter is sent once more at that moment: at least once, with
//! the same Message-ID, never lost. Two programs on one database never try the same letter at the same time.

use super::gather::{Plan, gather};
use super::kind::{Letter, LetterState, Mode, Notice, Purpose};
use super::post::{Post, PostFault};
use super::store;
use super::write::{From, Written, write};
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, Clock};
use crate::ledger::{self, Work};
use crate::people;
use crate::render::Pages;
use crate::web::Failure;
use chrono::TimeDelta;
use serde_json::json;

/// How many letters one round sends.
const MOST_LETTERS: i64 = 20;
/// Minutes from a try to the next; after the last a letter has failed.
const BACK_OFF: [i64; 8] = [2, 5, 15, 60, 180, 360, 720, 1440];

/// How letters leave the house.
pub struct Mail {
    /// The server that takes them.
    pub post: Post,
    /// The address at which the reader reaches the site, without a slash at the end.
    pub address: String,
}

/// One round for every agency. Without `mail` notices are told on the page only.
///
/// # Errors
/// When the database fails. A mail server that does not answer is no error: its letters wait.
pub fn round(db: &Db, clock: &Clock, pages: &Pages, mail: Option<&Mail>) -> Result<(), Failure> {
    for (agency, _) in people::agencies(db)? {
        let house = House { db, clock, agency };
        house.gather(mail.is_some())?;
        if let Some(mail) = mail {
            house.send(pages, mail)?;
        }
    }
    Ok(())
}

struct House<'a> {
    db: &'a Db,
    clock: &'a Clock,
    agency: AgencyId,
}

/// What becomes of a letter whose time has come.
enum Fate {
    Ready(Written),
    /// Nothing to say any more, or nobody to say it to.
    Drop(&'static str),
}

impl House<'_> {
    fn actor(&self) -> Actor {
        Actor::house(self.agency.clone(), self.clock.now())
    }

    /// Takes the writer's pen only when there is something to do.
    fn gather(&self, has_mail: bool) -> Result<(), Failure> {
        let is_idle = ledger::read(self.db, &self.actor(), |work| {
            Plan::make(work, has_mail).map(|plan| plan.is_empty())
        })?;
        if !is_idle {
            ledger::change(self.db, self.actor(), move |work| gather(work, has_mail))?;
        }
        Ok(())
    }

    fn send(&self, pages: &Pages, mail: &Mail) -> Result<(), Failure> {
        let due = ledger::read(self.db, &self.actor(), |work| {
            Ok::<_, Failure>(store::due_letters(work, MOST_LETTERS)?)
        })?;
        for (place, letter) in due.into_iter().enumerate() {
            if place > 0 {
                // The letter before may have taken a while.
                self.gather(true)?;
            }
            let fate = ledger::read(self.db, &self.actor(), |work| fate(work, pages, mail, &letter))?;
            let is_deaf = match fate {
                Fate::Drop(reason) => {
                    self.end(&letter, LetterState::Dropped, reason)?;
                    false
                }
                Fate::Ready(written) => self.try_one(mail, &letter, &written)?,
            };
            if is_deaf {
                break;
            }
        }
        Ok(())
    }

    /// Tries a letter; true when nobody answered.
    fn try_one(&self, mail: &Mail, letter: &Letter, written: &Written) -> Result<bool, Failure> {
        let try_no = usize::try_from(letter.tries).unwrap_or(usize::MAX);
        let wait = BACK_OFF.get(try_no).copied();
        let (own, next) = (letter.clone(), TimeDelta::minutes(wait.unwrap_or(1440)));
        let is_ours = ledger::change(self.db, self.actor(), move |work| {
            let at = work.actor.at + next;
            let is_ours = store::claim(work, &own, at)?;
            work.record("letter.tried", ("letter", &own.id), json!({ "try": own.tries + 1 }));
            Ok::<_, Failure>(is_ours)
        })?;
        if !is_ours {
            return Ok(false);
        }
        let to = (letter.id.as_str(), letter.address.as_str());
        match mail.post.send(to, letter.made_at, written) {
            Ok(()) => self.end(letter, LetterState::Sent, "").map(|()| false),
            Err(fault) => {
                let is_last = try_no.saturating_add(1) >= BACK_OFF.len();
                self.failed(letter, &fault, is_last)?;
                Ok(fault.is_deaf)
            }
        }
    }

    fn failed(&self, letter: &Letter, fault: &PostFault, is_last: bool) -> Result<(), Failure> {
        tracing::warn!(letter = letter.id, cause = fault.text, "A letter could not be sent");
        if fault.is_final || is_last {
            return self.end(letter, LetterState::Failed, &fault.text);
        }
        let (id, text) = (letter.id.clone(), fault.text.clone());
        ledger::change(self.db, self.actor(), move |work| {
            store::note_error(work, &id, &text)?;
            work.record("letter.not_taken", ("letter", &id), json!({}));
            Ok(())
        })
    }

    fn end(&self, letter: &Letter, state: LetterState, error: &str) -> Result<(), Failure> {
        let (id, error) = (letter.id.clone(), error.to_owned());
        ledger::change(self.db, self.actor(), move |work| {
            store::end_letter(work, &id, state, &error)?;
            work.record("letter.ended", ("letter", &id), json!({ "state": state }));
            Ok(())
        })
    }
}

/// Decides what a letter says now, if anything.
fn fate(work: &mut Work<'_>, pages: &Pages, mail: &Mail, letter: &Letter) -> Result<Fate, Failure> {
    let is_there = people::persons(work)?
        .iter()
        .any(|one| one.id == letter.person && one.active);
    if !is_there {
        return Ok(Fate::Drop("person_left"));
    }
    let own = store::settings(work, &letter.person)?;
    let notices: Vec<Notice> = match letter.purpose {
        Purpose::Test => Vec::new(),
        Purpose::Confirm if letter.token.is_some() && own.address == letter.address && !own.is_confirmed() => {
            Vec::new()
        }
        Purpose::Confirm => return Ok(Fate::Drop("address_changed")),
        Purpose::AtOnce | Purpose::Digest => {
            if own.mode == Mode::None {
                return Ok(Fate::Drop("not_wanted"));
            }
            if !store::address_is_confirmed(work, &letter.person, &letter.address)? {
                return Ok(Fate::Drop("address_changed"));
            }
            let notices = store::said_in(work, &letter.id)?;
            if notices.is_empty() {
                return Ok(Fate::Drop("nothing_left"));
            }
            notices
        }
    };
    let office = people::agency_name(work)?;
    let from = From {
        office: &office,
        address: &mail.address,
    };
    Ok(Fate::Ready(write(pages, letter, from, &notices)?))
}
