//! Finding a person by name and number, without opening anything: whoever shows what was found opens it.

use super::actions::keep::word_key;
use super::store::with_tokens;
use super::words::wanted;
use crate::kernel::CaseId;
use crate::ledger::Work;
use crate::web::Failure;
use std::collections::BTreeSet;

/// The most cases that a search on a list gives.
const MOST_FOUND: i64 = 500;

/// What belongs to a person, by ids of cases and of forms outside of cases: all of it, however much there is, because an
/// erasure or a copy that leaves something out without a word is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Name and number both stand in it.
    pub sure: Vec<String>,
    /// A number stands in it, the name does not: it may be written otherwise.
    pub by_number: Vec<String>,
    /// The name stands in it, no number does: it may be another person of this name.
    pub by_name: Vec<String>,
}

/// The cases of people with this name, or with this telephone or identification number: whole words, marks and order do
/// not matter; the newest first, at most 500. What is no case is left out by whoever asks for the cases.
///
/// # Errors
/// When the database fails, or it was opened without its keys.
pub fn find(work: &mut Work<'_>, text: &str) -> Result<Vec<CaseId>, Failure> {
    let key = word_key(work)?;
    let groups = wanted(&key, text);
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let subjects = with_tokens(work, &groups, Some(MOST_FOUND))?;
    Ok(subjects.into_iter().map(CaseId::of).collect())
}

/// Everything of one person, by the name and by any of the numbers.
///
/// # Errors
/// When the database fails, or it was opened without its keys.
pub fn find_person(work: &mut Work<'_>, name: &str, numbers: &[&str]) -> Result<Found, Failure> {
    let key = word_key(work)?;
    let mut all = |text: &str| match wanted(&key, text).as_slice() {
        [] => Ok::<_, Failure>(BTreeSet::new()),
        groups => Ok(with_tokens(work, groups, None)?.into_iter().collect()),
    };
    let named = all(name)?;
    let mut numbered = BTreeSet::new();
    for number in numbers {
        numbered.extend(all(number)?);
    }
    let list = |subjects: BTreeSet<&String>| subjects.into_iter().cloned().collect();
    Ok(Found {
        sure: list(numbered.intersection(&named).collect()),
        by_number: list(numbered.difference(&named).collect()),
        by_name: list(named.difference(&numbered).collect()),
    })
}
