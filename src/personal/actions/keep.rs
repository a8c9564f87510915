//! Keeping somebody's data: sealed, committed to, and found again by keyed words.

use crate::db::{DbError, Keyring, Secret};
use crate::kernel::CaseId;
use crate::ledger::Work;
use crate::personal::field::Field;
use crate::personal::seal::seal;
use crate::personal::{store, words};
use crate::web::Failure;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A value that is about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// What an applicant said about themselves.
    Of(Field, String),
    /// The personal answers of a filled form, by the id of its record.
    Form(String, String),
}

impl Value {
    fn field(&self) -> String {
        match self {
            Self::Of(field, _) => field.as_str().to_owned(),
            Self::Form(record, _) => form_field(record),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Of(_, text) | Self::Form(_, text) => text,
        }
    }
}

/// How the fields of filled forms begin.
pub(in crate::personal) const FORM: &str = "form.";

/// Under which field the answers of a record are kept.
pub(in crate::personal) fn form_field(record: &str) -> String {
    format!("{FORM}{record}")
}

/// The keys; their lack is a fault of how the program was started.
pub(super) fn keys(work: &Work<'_>) -> Result<Arc<Keyring>, Failure> {
    let missing = || {
        Failure::Internal(anyhow::anyhow!(
            "the database was opened without the keys of personal data"
        ))
    };
    work.keys().ok_or_else(missing)
}

/// The key under which words are hashed.
pub(in crate::personal) fn word_key(work: &Work<'_>) -> Result<Secret, Failure> {
    Ok(keys(work)?.derived("words", work.agency().as_str()))
}

/// Seals values of a case, or of a form outside of cases, with its data key; empty ones are not kept. The key is durable
/// before this returns, and so before the change that holds the values.
///
/// # Errors
/// When the keys or the database cannot be written.
pub fn keep(work: &mut Work<'_>, (subject, case): (&str, Option<&CaseId>), values: &[Value]) -> Result<(), Failure> {
    let word_key = word_key(work)?;
    let tokens = values.iter().flat_map(|value| match value {
        Value::Of(field, text) => words::tokens(&word_key, *field, text),
        Value::Form(..) => Vec::new(),
    });
    let tokens: Vec<String> = tokens.collect();
    seal_all(work, (subject, case), values)?;
    if !tokens.is_empty() {
        store::insert_words(work, subject, &tokens)?;
    }
    Ok(())
}

/// Makes the personal answers of a form outside of cases findable for whoever answers a request; forms of a case are found
/// with their case. May be done again.
///
/// # Errors
/// When the keys or the database fail.
pub fn index_form(work: &mut Work<'_>, record: &str, answers: &[&str]) -> Result<(), Failure> {
    let key = word_key(work)?;
    let mut tokens = BTreeSet::from([words::marker(&key)]);
    for answer in answers {
        tokens.extend(words::of_answer(&key, answer));
    }
    let tokens: Vec<String> = tokens.into_iter().collect();
    for some in tokens.chunks(500) {
        store::insert_words(work, record, some)?;
    }
    Ok(())
}

/// Of these forms outside of cases, those whose personal answers are sealed and were not made findable yet.
///
/// # Errors
/// When the keys or the database fail.
pub fn not_indexed(work: &mut Work<'_>, records: &[&str]) -> Result<Vec<String>, Failure> {
    let marker = words::marker(&word_key(work)?);
    Ok(store::sealed_without(work, records, &marker)?)
}

/// Like [`keep`], for what no search finds: who asks about their data is no case.
///
/// # Errors
/// As [`keep`].
pub fn keep_unindexed(work: &mut Work<'_>, subject: &str, values: &[Value]) -> Result<(), Failure> {
    seal_all(work, (subject, None), values)
}

fn seal_all(work: &mut Work<'_>, (subject, case): (&str, Option<&CaseId>), values: &[Value]) -> Result<(), Failure> {
    let given: Vec<&Value> = values.iter().filter(|value| !value.text().is_empty()).collect();
    if given.is_empty() {
        return Ok(());
    }
    let agency = work.agency();
    let key = keys(work)?
        .key_for(agency.as_str(), subject)
        .map_err(|cause| Failure::from(DbError::Keys(cause)))?;
    let mut sealed = Vec::with_capacity(given.len());
    for value in &given {
        let field = value.field();
        let one = seal(&key, (subject, &field), value.text());
        sealed.push((field, one.map_err(|cause| Failure::Internal(cause.into()))?));
    }
    Ok(store::insert(work, (subject, case), &sealed)?)
}
