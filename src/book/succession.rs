//! Keys that follow each other, always by two people: a key is changed, signed by the old and the new; or the book goes on
//! under another name, because the old key is known to somebody else, or because the book was set back.

use super::guard::{Lost, Refusal, losses, refusal};
use super::keys::Vault;
use super::sealer::{SealFailure, agencies, log_key, seal_all, signer, state};
use crate::db::{Db, DbError};
use crate::kernel::{Actor, AgencyId, Clock, Permission};
use crate::ledger::{
    self, KEY, KEY_CHANGED, KEY_REPLACED, LOG, LOG_KEY, LOG_KEY_CHANGED, LOG_KEY_REPLACED, Work, key_change_text,
    succeeds,
};
use crate::people::{self, FreshAuth, must};
use crate::proofs::{NoteKey, NoteSigner};
use crate::web::{Failure, Say};
use serde_json::{Value, json};

/// Why a key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeepFailure {
    /// Who asks may not, or the database refuses.
    #[error("{0:?}")]
    Refused(Failure),
    /// The key or the ledger.
    #[error(transparent)]
    Seal(#[from] SealFailure),
    /// Everything follows what is known outside.
    #[error("there is nothing to recover: every book follows what is kept outside the database")]
    Nothing,
    /// The database does not have the agency of a lost book.
    #[error("the database has no agency {0}: restore a backup first")]
    NoAgency(String),
    /// The name of the key is of another program.
    #[error("the name of the key {0} has no successor")]
    Name(String),
}

impl From<Failure> for KeepFailure {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl From<super::keys::KeyError> for KeepFailure {
    fn from(cause: super::keys::KeyError) -> Self {
        Self::Seal(cause.into())
    }
}

impl From<DbError> for KeepFailure {
    fn from(cause: DbError) -> Self {
        Self::Seal(cause.into())
    }
}

/// Two people who may keep the ledger, each of whom just showed a password.
pub struct Two {
    actor: Actor,
    confirmed_by: String,
}

impl Two {
    /// Who does it, and who confirms it.
    ///
    /// # Errors
    /// When it is one person, be it with two accounts (rule S4), or one of them may not.
    pub fn new(db: &Db, by: (Actor, &FreshAuth), confirmed: (&Actor, &FreshAuth)) -> Result<Self, Failure> {
        for (actor, fresh) in [(&by.0, by.1), confirmed] {
            must(actor, Permission::KeepLedger)?;
            fresh.must_be_of(actor)?;
        }
        let same = || Failure::Forbidden(Say::new("book.two_people"));
        let other = confirmed.0.person.as_ref().ok_or_else(same)?.id.clone();
        let own = ledger::read(db, &by.0, |work| Ok::<_, Failure>(people::own_accounts(work)?))?;
        if own.is_empty() || own.contains(&other) {
            return Err(same());
        }
        Ok(Self {
            actor: by.0,
            confirmed_by: other.as_str().to_owned(),
        })
    }
}

impl Two {
    /// The accounts of who does it and of who confirms it.
    pub fn ids(&self) -> (&str, &str) {
        let by = self.actor.person.as_ref().map(|person| person.id.as_str());
        (by.unwrap_or_default(), &self.confirmed_by)
    }
}

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The book of an agency.
    Book(AgencyId, String),
    /// The log of checkpoints.
    Log,
}

impl Whose {
    fn code(&self) -> &str {
        match self {
            Self::Book(_, code) => code,
            Self::Log => LOG,
        }
    }
}

/// Why a book goes on under another name.
enum Why {
    Compromised,
    Lost(Value),
}

struct Keeping<'a> {
    db: &'a Db,
    vault: &'a Vault,
    two: &'a Two,
}

impl Keeping<'_> {
    fn old(&self, whose: &Whose) -> Result<NoteSigner, KeepFailure> {
        let named = match whose {
            Whose::Book(agency, _) => state(self.db, agency)?.key,
            Whose::Log => log_key(self.db)?,
        };
        Ok(signer(self.vault, whose.code(), named.as_deref())?)
    }

    /// Records that `new` follows; in every book when it is the key of the log. `quoted` is the last note of the old key;
    /// without one, the last that the database has when the leaf is written.
    fn record(
        &self,
        (whose, act): (&Whose, &'static str),
        new: &NoteKey,
        (mut details, quoted): (Value, Option<Option<String>>),
    ) -> Result<(), KeepFailure> {
        let mut actor = self.two.actor.clone();
        let is_log = *whose == Whose::Log;
        if let Whose::Book(agency, _) = whose
            && *agency != actor.agency
        {
            // Who keeps the installation answers for every office in it.
            actor = Actor::house(agency.clone(), actor.at);
        }
        let id = |actor: &Actor| actor.person.as_ref().map(|person| person.id.as_str().to_owned());
        put(&mut details, "by", json!(id(&self.two.actor)));
        put(&mut details, "confirmed_by", json!(self.two.confirmed_by));
        let vkey = new.text();
        ledger::change(self.db, actor, move |work: &mut Work<'_>| {
            if let Some(quoted) = quoted {
                let last = match (quoted, is_log) {
                    (Some(note), _) => Some(note),
                    (None, true) => ledger::log_sealed(work.conn)?.map(|sealed| sealed.note),
                    (None, false) => {
                        let agency = work.agency();
                        ledger::book_state(work.conn, &agency)?.sealed.map(|sealed| sealed.note)
                    }
                };
                put(&mut details, "final", json!(last));
            }
            let kind = if is_log { LOG_KEY } else { KEY };
            if is_log {
                ledger::tell_others(work, act, (kind, &vkey), &details).map_err(Failure::from)?;
            }
            work.record(act, (kind, &vkey), details);
            Ok::<_, Failure>(())
        })?;
        Ok(self.vault.take_over(whose.code())?)
    }

    fn replace(&self, whose: &Whose, (why, quoted): (Why, Option<String>)) -> Result<NoteKey, KeepFailure> {
        let old = self.old(whose)?;
        let name = succeeds(old.key().name()).ok_or_else(|| KeepFailure::Name(old.key().name().to_owned()))?;
        let new = self.vault.prepare(whose.code(), &name)?;
        let note = new.sign(&key_change_text(&old.key(), &new.key()));
        let details = match why {
            Why::Compromised => json!({ "note": note, "why": "compromised" }),
            Why::Lost(lost) => json!({ "note": note, "why": "recovered", "lost": lost }),
        };
        let act = match whose {
            Whose::Book(..) => KEY_REPLACED,
            Whose::Log => LOG_KEY_REPLACED,
        };
        self.record((whose, act), &new.key(), (details, Some(quoted)))?;
        Ok(new.key())
    }

    /// Whether the loss of this note was answered for already, and only the sealing was broken off.
    fn is_told(&self, agency: &AgencyId, kind: &str, note: &str) -> Result<bool, KeepFailure> {
        let leaf = self
            .db
            .read(|conn| ledger::key_leaf(conn, agency, kind).map_err(DbError::from))?;
        Ok(leaf.is_some_and(|(_, details)| details.get("final").and_then(Value::as_str) == Some(note)))
    }

    fn recover_book(&self, lost: &Lost) -> Result<(), KeepFailure> {
        let known = agencies(self.db)?;
        let found = known
            .iter()
            .find(|(_, code)| super::keys::file_name(code) == lost.code || *code == lost.code);
        let (agency, code) = found.ok_or_else(|| KeepFailure::NoAgency(lost.code.clone()))?;
        if self.is_told(agency, KEY, &lost.note)? {
            return Ok(());
        }
        let why = Why::Lost(told(lost));
        let whose = Whose::Book(agency.clone(), code.clone());
        self.replace(&whose, (why, Some(lost.note.clone()))).map(drop)
    }

    fn recover_log(&self, lost: Option<&Lost>, refused: Option<&Refusal>) -> Result<(), KeepFailure> {
        let mut why = lost.map_or_else(|| json!({}), told);
        if let Some(lost) = lost
            && self.is_told(&self.two.actor.agency, LOG_KEY, &lost.note)?
        {
            return Ok(());
        }
        if let Some(refused) = refused {
            let told = json!({ "key": refused.witness, "theirs": refused.theirs, "ours": refused.ours });
            put(&mut why, "witness", told);
        }
        let quoted = lost.map(|lost| lost.note.clone());
        self.replace(&Whose::Log, (Why::Lost(why), quoted)).map(drop)
    }
}

fn put(into: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = into {
        fields.insert(name.to_owned(), value);
    }
}

fn told(lost: &Lost) -> Value {
    let missing = lost.missing().map(|(first, last)| json!([first, last]));
    json!({ "kept": lost.kept, "have": lost.have, "missing": missing })
}

/// Another key takes over, signed by the old and the new one. Gives the new key.
///
/// # Errors
/// [`KeepFailure`].
pub fn change_key(db: &Db, vault: &Vault, clock: &Clock, (two, whose): (&Two, &Whose)) -> Result<NoteKey, KeepFailure> {
    let keeping = Keeping { db, vault, two };
    seal_all(db, vault, clock)?;
    let old = keeping.old(whose)?;
    let new = vault.prepare(whose.code(), old.key().name())?;
    let text = key_change_text(&old.key(), &new.key());
    let note = old.sign(&text) + &new.signature(&text);
    let act = match whose {
        Whose::Book(..) => KEY_CHANGED,
        Whose::Log => LOG_KEY_CHANGED,
    };
    keeping.record((whose, act), &new.key(), (json!({ "note": note }), None))?;
    seal_all(db, vault, clock)?;
    Ok(new.key())
}

/// The old key is known to somebody else: the book ends with a last note, and goes on under another name. Gives the new key.
///
/// # Errors
/// [`KeepFailure`].
pub fn replace_key(
    db: &Db,
    vault: &Vault,
    clock: &Clock,
    (two, whose): (&Two, &Whose),
) -> Result<NoteKey, KeepFailure> {
    let keeping = Keeping { db, vault, two };
    seal_all(db, vault, clock)?;
    let new = keeping.replace(whose, (Why::Compromised, None))?;
    seal_all(db, vault, clock)?;
    Ok(new)
}

/// Answers for books that were set back: each names in a leaf what is missing, quotes the note that was lost, and goes on
/// under another name. Gives what was lost.
///
/// # Errors
/// [`KeepFailure::Nothing`] when nothing is missing; others of [`KeepFailure`].
pub fn recover(db: &Db, vault: &Vault, clock: &Clock, two: &Two) -> Result<(Vec<Lost>, Option<Refusal>), KeepFailure> {
    let (lost, refused) = (losses(db, vault)?, refusal(vault)?);
    if lost.is_empty() && refused.is_none() {
        return Err(KeepFailure::Nothing);
    }
    let keeping = Keeping { db, vault, two };
    for book in lost.iter().filter(|lost| lost.code != LOG) {
        keeping.recover_book(book)?;
    }
    let log = lost.iter().find(|lost| lost.code == LOG);
    if log.is_some() || refused.is_some() {
        keeping.recover_log(log, refused.as_ref())?;
    }
    seal_all(db, vault, clock)?;
    if refused.is_some() {
        vault.forget_refusal()?;
    }
    match losses(db, vault)?.first() {
        None => Ok((lost, refused)),
        Some(left) => Err(KeepFailure::Seal(SealFailure::Record(format!(
            "the book {} could not be sealed again; the log says why",
            left.code
        )))),
    }
}
