//! Signing: the statement is made, signed with the open key and kept, all in the transaction of the act itself.

use super::shown::{must_show, refused};
use crate::db::Db;
use crate::kernel::{Actor, Person, VersionId, new_id};
use crate::ledger::{self, Work};
use crate::people::{self, Assertion, Capacity, FreshAuth, Held, base64, sha256};
use crate::signatures::Act;
use crate::signatures::schema::signed_statements;
use crate::signatures::statement::{BY_PASSKEY, PASSKEY_LINE, Statement};
use crate::web::{Failure, Say};
use diesel::prelude::*;
use serde_json::json;

/// A statement that is whole, and what a passkey signed of it.
struct Whole {
    text: String,
    size: u64,
    passkey: Option<Assertion>,
}

/// Makes the statement whole. Where a passkey is to sign it, it is laid down with the moment and the ledger of now, and
/// nothing else is done; where one signed it, it must still be the same.
fn whole(work: &mut Work<'_>, fresh: &FreshAuth, mut statement: Statement) -> Result<Whole, Failure> {
    if let Some((asked, assertion)) = fresh.signed_by_passkey() {
        let said = Statement::read(&asked.text).ok_or_else(|| refused("changed"))?;
        let line = said.more.iter().find(|(key, _)| key == PASSKEY_LINE).cloned();
        statement.more.extend(line);
        (statement.at, statement.method, statement.ledger) = (said.at, said.method, said.ledger);
        if statement.text() != asked.text {
            return Err(refused("changed"));
        }
        return Ok(Whole {
            text: asked.text.clone(),
            size: asked.size,
            passkey: Some(assertion.clone()),
        });
    }
    let (head, at) = (ledger::head(work)?, work.actor.at);
    if let Some(line) = fresh.passkeys_to_sign() {
        statement.more.push((PASSKEY_LINE.to_owned(), line));
        statement.signed_at(at, BY_PASSKEY, head);
        fresh.ask(people::Asked {
            text: statement.text(),
            size: head.size,
        });
        return Err(Failure::Conflict(Say::new("people.passkeys.wanted")));
    }
    statement.signed_at(at, fresh.method().in_statements(), head);
    Ok(Whole {
        text: statement.text(),
        size: head.size,
        passkey: None,
    })
}

/// What a signature covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The version.
    pub version: VersionId,
    /// The round of review and approval.
    pub round: i64,
    /// Code, issue and amendment, as statements write them.
    pub document: String,
    /// The list of what is covered, one line each.
    pub manifest: String,
}

impl Covered {
    /// SHA-256 of the list.
    pub fn root(&self) -> String {
        sha256(self.manifest.as_bytes())
    }
}

/// What is signed.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// What it covers.
    pub covered: &'a Covered,
    /// What it means.
    pub act: Act,
    /// The positions that the person signs for.
    pub held: Vec<Held>,
    /// Further lines: why, what for.
    pub more: Vec<(&'static str, String)>,
    /// The statement that is taken back, for [`Act::TakenBack`].
    pub refers_to: Option<&'a str>,
}

impl<'a> Deed<'a> {
    /// A signature of this meaning on what is covered, for the positions.
    pub fn new(covered: &'a Covered, act: Act, held: Vec<Held>) -> Self {
        Self {
            covered,
            act,
            held,
            more: Vec::new(),
            refers_to: None,
        }
    }

    /// The same, for a reason.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        self.more.push(("ly-do", reason.to_owned()));
        self
    }

    fn capacity(&self) -> String {
        let mut ways: Vec<String> = self
            .held
            .iter()
            .map(|held| match held.capacity {
                Capacity::Own => "chinh-chu".to_owned(),
                Capacity::Kt | Capacity::Tuq | Capacity::Tl => {
                    format!("{}:{}", held.capacity.as_str().to_uppercase(), held.entry)
                }
            })
            .collect();
        ways.dedup();
        if ways.is_empty() {
            "chinh-chu".to_owned()
        } else {
            ways.join(", ")
        }
    }

    /// The statement, without what only the moment of signing knows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn statement(&self, work: &mut Work<'_>, person: &Person) -> QueryResult<Statement> {
        let (code, name) = people::agency_title(work)?;
        let positions: Vec<&str> = self.held.iter().map(|held| held.name.as_str()).collect();
        Ok(Statement {
            agency: format!("{code} {name}"),
            document: self.covered.document.clone(),
            root: self.covered.root(),
            act: self.act,
            signer: [
                person.id.as_str().to_owned(),
                person.full_name.clone(),
                positions.join(", "),
            ],
            capacity: self.capacity(),
            at: String::new(),
            method: String::new(),
            ledger: String::new(),
            more: self
                .more
                .iter()
                .map(|(key, text)| ((*key).to_owned(), text.clone()))
                .collect(),
        })
    }
}

/// Signs: checks that the page showed this very content, makes the statement, signs it with the person's open key, and
/// keeps it. Gives its id.
///
/// # Errors
/// [`Failure::Forbidden`] when the password was not given just now; [`Failure::Conflict`] when the content is another than
/// was shown, or than others signed in this round, the page was used, forged or lay open too long, or the person's key
/// followed a reset and nobody has attested it yet.
pub fn put(work: &mut Work<'_>, fresh: &FreshAuth, deed: &Deed<'_>) -> Result<String, Failure> {
    fresh.must_be_of(work.actor)?;
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    let (agency, root) = (work.agency(), deed.covered.root());
    let own = people::keys_by_id(work, &[fresh.key_id().to_owned()])?;
    if own
        .values()
        .all(|key| key.retired_at.is_some() || key.person_id != person.id)
    {
        return Err(Failure::Forbidden(Say::new("people.confirm.stale")));
    }
    // Whoever gives somebody a new password could sign in that name, were it not for the two others who attest the key.
    if own.values().all(|key| key.certificate.is_none()) {
        return Err(refused("unattested"));
    }
    let nonce = must_show(work, fresh, (&root, deed.act))?;
    let other = signed_statements::table
        .filter(signed_statements::agency_id.eq(&agency))
        .filter(signed_statements::version_id.eq(&deed.covered.version))
        .filter(
            signed_statements::round
                .eq(deed.covered.round)
                .and(signed_statements::content_root.ne(&root)),
        );
    if diesel::select(diesel::dsl::exists(other)).get_result::<bool>(work.conn)? {
        return Err(refused("changed"));
    }
    let statement = deed.statement(work, &person)?;
    let Whole { text, size, passkey } = whole(work, fresh, statement)?;
    let id = new_id();
    let passkey_name = passkey.as_ref().map(|passkey| Assertion::name_of(&passkey.key));
    let passkey = passkey.map(|passkey| serde_json::to_string(&passkey)).transpose();
    let passkey = passkey.map_err(|cause| Failure::Internal(cause.into()))?;
    let signature = base64(&fresh.sign(text.as_bytes()));
    diesel::insert_into(signed_statements::table)
        .values((
            signed_statements::id.eq(&id),
            signed_statements::agency_id.eq(&agency),
            signed_statements::version_id.eq(&deed.covered.version),
            signed_statements::round.eq(deed.covered.round),
            signed_statements::act.eq(deed.act),
            signed_statements::person_id.eq(&person.id),
            signed_statements::key_id.eq(fresh.key_id()),
            signed_statements::content_root.eq(&root),
            signed_statements::manifest.eq(&deed.covered.manifest),
            signed_statements::statement.eq(&text),
            signed_statements::signature.eq(signature),
            signed_statements::nonce.eq(nonce),
            signed_statements::refers_to.eq(deed.refers_to),
            signed_statements::ledger_size.eq(i64::try_from(size).unwrap_or(i64::MAX)),
            signed_statements::at.eq(work.actor.at),
            signed_statements::passkey.eq(passkey),
        ))
        .execute(work.conn)?;
    let details = json!({ "version": deed.covered.version, "act": deed.act, "root": root, "key": fresh.key_id(),
        "sha256": sha256(text.as_bytes()), "passkey": passkey_name });
    work.record("signature.made", ("signed_statement", &id), details);
    Ok(id)
}

/// Why a signature was refused for what was shown; `None` for any other failure.
pub(in crate::signatures) fn reason_of(failure: &Failure) -> Option<String> {
    let Failure::Conflict(say) = failure else { return None };
    say.key.strip_prefix("signatures.refused.").map(ToOwned::to_owned)
}

/// Notes that a signature was refused because of what was shown: nothing else is kept of it.
pub(in crate::signatures) fn note_refusal(
    db: &Db,
    actor: Actor,
    (kind, name): (&'static str, &str),
    why: &str,
) -> Result<(), Failure> {
    let (name, why) = (name.to_owned(), why.to_owned());
    ledger::change(db, actor, move |work| {
        work.record("signature.refused", (kind, &name), json!({ "why": why }));
        Ok(())
    })
}
