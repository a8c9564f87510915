//! What people do with Word files: bring them in, make drafts of them, leave them.

use super::file::{Trouble, WordFile, WordState};
use super::store;
use crate::documents::actions::attach::keep_file;
use crate::documents::actions::write;
use crate::documents::role::Role;
use crate::documents::store::lay_beside;
use crate::docx::{self, Known, Recognised, Word};
use crate::kernel::{Permission, Person, VersionId, new_id};
use crate::ledger::{Work, next_number};
use crate::people::must;
use crate::procedures::RoleEntry;
use crate::web::{Failure, Say};
use serde_json::json;
use std::path::Path;

/// The counter of Word files.
const COUNTER: &str = "word_files";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// What the list shows of a text is cut after so many characters.
const LONGEST: usize = 300;

/// A Word file as somebody sends it, read outside of the transaction.
#[derive(Debug, Clone)]
pub struct NewWord {
    file_name: String,
    bytes: Vec<u8>,
    found: Result<(String, String, usize), Trouble>,
}

impl NewWord {
    /// Reads the file; that it cannot be read is no failure but what will be told of it.
    pub fn of(file_name: String, bytes: Vec<u8>, roles: &[Role]) -> Self {
        let found = read_again(&bytes, &file_name, roles).map(|(_, found)| {
            let cut = |text: &str| text.chars().take(LONGEST).collect();
            (cut(&found.source.code), cut(&found.source.title), found.notes.len())
        });
        Self {
            file_name,
            bytes,
            found,
        }
    }
}

/// What a file says, and what is recognised in it with the roles that the office has now.
///
/// # Errors
/// Why it cannot be read.
pub(in crate::documents) fn read_again(
    bytes: &[u8],
    file_name: &str,
    roles: &[Role],
) -> Result<(Word, Recognised), Trouble> {
    let entry = |role: &Role| RoleEntry {
        code: role.code.clone(),
        name: role.name.clone(),
        name_en: role.name_en.clone(),
        unit: role.unit.clone(),
        external: role.external,
    };
    let roles: Vec<RoleEntry> = roles.iter().map(entry).collect();
    let word = docx::read(bytes).map_err(|fault| Trouble::from(&fault))?;
    let known = Known {
        file_name,
        roles: &roles,
    };
    let found = docx::recognise(&word, &known);
    Ok((word, found))
}

fn person(work: &Work<'_>) -> Result<Person, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    work.actor.person.clone().ok_or(Failure::SignInFirst)
}

/// Brings a Word file in: one that can be read is kept and waits, of another the reason is kept. Gives its number.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::TooLarge`]; [`Failure::Internal`] when it cannot be kept.
pub fn bring_in(work: &mut Work<'_>, files: &Path, new: &NewWord) -> Result<i64, Failure> {
    let by = person(work)?;
    let number = next_number(work, COUNTER)?;
    let mut file = WordFile {
        id: new_id(),
        number,
        file_name: new.file_name.clone(),
        file_sha256: None,
        state: WordState::Unreadable,
        code: String::new(),
        title: String::new(),
        notes: 0,
        trouble: None,
        version: None,
        added_by_name: by.full_name.clone(),
        added_at: work.actor.at,
        decided_by_name: String::new(),
        decided_at: None,
        row_version: 1,
    };
    let mut reason = String::new();
    match &new.found {
        Ok((code, title, notes)) => {
            file.file_sha256 = Some(keep_file(work, files, (DOCX, &new.bytes))?);
            file.state = WordState::Waiting;
            file.code.clone_from(code);
            file.title.clone_from(title);
            file.notes = i64::try_from(*notes).unwrap_or(i64::MAX);
        }
        Err(trouble) => reason = serde_json::to_string(trouble).map_err(|cause| Failure::Internal(cause.into()))?,
    }
    store::keep(work, &file, &reason, &by)?;
    let details = json!({ "number": number, "state": file.state, "sha256": file.file_sha256 });
    work.record("word.brought_in", ("word_file", &file.id), details);
    Ok(number)
}

/// The file, if it still waits as the form showed it.
fn waiting(work: &mut Work<'_>, (number, row_version): (i64, i64)) -> Result<WordFile, Failure> {
    let file = store::word_file(work, number)?;
    let is_open = matches!(file.state, WordState::Waiting | WordState::Unreadable);
    if !is_open || file.row_version != row_version {
        return Err(decided(&file));
    }
    Ok(file)
}

fn decided(file: &WordFile) -> Failure {
    Failure::Conflict(Say::new("docx.refused.decided").with("name", &file.decided_by_name))
}

/// Makes a document out of a file that waits, with this text, and lays the file beside the draft.
///
/// # Errors
/// [`Failure::Conflict`] when somebody decided meanwhile or the code is taken; [`Failure::Invalid`] with the first fault
/// when the text is none of a document.
pub fn make_draft(work: &mut Work<'_>, file: (i64, i64), text: &str) -> Result<VersionId, Failure> {
    let by = person(work)?;
    let file = waiting(work, file)?;
    let Some(sha256) = &file.file_sha256 else {
        return Err(Failure::Conflict(Say::new("docx.refused.unreadable")));
    };
    let version = write::create(work, text)?;
    lay_beside(work, &version, (sha256, &file.file_name), &by)?;
    work.record(
        "version.file_added",
        ("version", version.as_str()),
        json!({ "sha256": sha256 }),
    );
    if !store::decide(work, &file, (WordState::Drafted, Some(&version)), &by)? {
        return Err(decided(&file));
    }
    let details = json!({ "number": file.number, "version": version.as_str() });
    work.record("word.drafted", ("word_file", &file.id), details);
    Ok(version)
}

/// Leaves a file: nothing is made of it, and it stays in the list.
///
/// # Errors
/// [`Failure::Conflict`] when somebody decided meanwhile.
pub fn leave(work: &mut Work<'_>, file: (i64, i64)) -> Result<(), Failure> {
    let by = person(work)?;
    let file = waiting(work, file)?;
    if !store::decide(work, &file, (WordState::Left, None), &by)? {
        return Err(decided(&file));
    }
    work.record("word.left", ("word_file", &file.id), json!({ "number": file.number }));
    Ok(())
}
