//! Whether everything that was signed still holds: signature, key, certificate, and the content as it is stored now.

use super::manifest::covered_anew;
use super::seal::is_sheet_whole;
use crate::documents::signature::{SignatureShown, Verdict};
use crate::documents::store;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::{AgencyKey, KeyShown, agency_key, keys_by_id};
use crate::signatures::{self, Flaw, Signed, check};
use crate::web::Failure;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many statements are read at once.
const AT_ONCE: i64 = 200;

/// A signature that does not hold, or what is missing of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The id of the statement, or of the version for a signature without one.
    pub id: String,
    /// The version that it covers.
    pub version: VersionId,
    /// What is wrong.
    pub flaw: Flaw,
    /// The line of the list that differs, or who signed.
    pub detail: String,
}

/// The first line in which two lists differ.
fn difference(signed: &str, found: &str) -> String {
    let (mut old, mut new) = (signed.lines(), found.lines());
    loop {
        match (old.next(), new.next()) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), _) => return old.to_owned(),
            (None, Some(new)) => return new.to_owned(),
            (None, None) => return String::new(),
        }
    }
}

/// What is wrong with one signature, the stored content included.
pub(in crate::documents) fn flaws_of(
    work: &mut Work<'_>,
    (signed, key): (&Signed, Option<&KeyShown>),
    (agency, files): (&AgencyKey, &Path),
) -> Result<Vec<(Flaw, String)>, Failure> {
    let flaws = check(signed, key, agency);
    let mut flaws: Vec<(Flaw, String)> = flaws.into_iter().map(|flaw| (flaw, signed.key_id.clone())).collect();
    let found = covered_anew(work, (&signed.version_id, signed.round), files)?;
    if found.covered.manifest != signed.manifest {
        flaws.push((Flaw::Content, difference(&signed.manifest, &found.covered.manifest)));
    }
    flaws.extend(found.damaged.into_iter().map(|name| (Flaw::Content, name)));
    if !is_sheet_whole(work, &signed.version_id, signed.round)? {
        flaws.push((Flaw::Sheet, signed.round.to_string()));
    }
    Ok(flaws)
}

/// Checks every signature of the agency: over its statement, by its key, under its certificate, on the content as it is
/// stored now; and that nobody signed by the books without a statement. Gives what does not hold; nothing when all does.
///
/// # Errors
/// When the database fails or the agency's key cannot be opened.
pub fn verify_signatures(work: &mut Work<'_>, home: Option<PathBuf>) -> Result<(usize, Vec<Problem>), Failure> {
    let agency = agency_key(work, home.as_deref())?;
    let files = home.unwrap_or_default().join("files");
    let (mut last, mut count, mut problems) = (String::new(), 0_usize, Vec::new());
    let mut versions: BTreeMap<VersionId, Vec<Signed>> = BTreeMap::new();
    loop {
        let batch = signatures::all_after(work, &last, AT_ONCE)?;
        let Some(end) = batch.last() else { break };
        last.clone_from(&end.id);
        count = count.saturating_add(batch.len());
        let ids: BTreeSet<String> = batch.iter().map(|one| one.key_id.clone()).collect();
        let keys = keys_by_id(work, &ids.into_iter().collect::<Vec<_>>())?;
        for signed in batch {
            for (flaw, detail) in flaws_of(work, (&signed, keys.get(&signed.key_id)), (&agency, &files))? {
                problems.push(Problem {
                    id: signed.id.clone(),
                    version: signed.version_id.clone(),
                    flaw,
                    detail,
                });
            }
            versions.entry(signed.version_id.clone()).or_default().push(signed);
        }
    }
    for (version, statements) in versions {
        problems.extend(unstated(&version, &statements, &store::signatures(work, &version)?));
    }
    Ok((count, problems))
}

/// The signatures of the books that no statement stands behind, from the first statement of the version on.
fn unstated(version: &VersionId, statements: &[Signed], books: &[SignatureShown]) -> Vec<Problem> {
    let first = statements.iter().map(|one| one.at).min();
    let of_books = books
        .iter()
        .filter(|one| one.verdict == Verdict::Signed && first.is_some_and(|first| one.at >= first));
    let stated = |one: &SignatureShown| statements.iter().any(|signed| one.is_stated_by(signed));
    let missing = of_books.filter(|one| !stated(one)).map(|one| Problem {
        id: version.to_string(),
        version: version.clone(),
        flaw: Flaw::Missing,
        detail: format!("{} {}", one.person_id, one.position_name),
    });
    missing.collect()
}
