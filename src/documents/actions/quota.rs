//! How much room attached files may take: all files that one version names, and all of an agency. Counted in the
//! transaction that adds to them, before anything is written to the disk.

use crate::documents::store;
use crate::ledger::Work;
use crate::procedures::Source;
use crate::web::{Failure, Say};
use std::collections::BTreeSet;

/// The files of one version together, in bytes.
const OF_VERSION: i64 = 200 << 20;
/// The files of one agency together, in bytes.
const OF_AGENCY: i64 = 5 << 30;

fn refused(key: &str, used: i64, most: i64) -> Failure {
    let mib = |bytes: i64| bytes >> 20;
    let say = Say::new(format!("documents.refused.{key}"));
    Failure::Invalid(say.with("used", mib(used)).with("most", mib(most)))
}

/// Refuses a file for which the agency has no room left. One that it has already takes none.
pub(super) fn must_fit_agency(work: &mut Work<'_>, sha256: &str, bytes: i64) -> Result<(), Failure> {
    let used = store::bytes_of_agency(work, sha256)?;
    if used.saturating_add(bytes) > OF_AGENCY {
        return Err(refused("agency_full", used, OF_AGENCY));
    }
    Ok(())
}

/// Refuses a text that names files which together are too much for one version.
pub(super) fn must_fit_version(work: &mut Work<'_>, source: &Source) -> Result<(), Failure> {
    let forms = source.forms.iter().map(|form| form.file.as_str());
    let named = forms.chain([source.file.as_str()]);
    let hashes: BTreeSet<&str> = named.filter_map(|file| file.strip_prefix("sha256:")).collect();
    if hashes.is_empty() {
        return Ok(());
    }
    let used = store::bytes_of(work, &hashes)?;
    if used > OF_VERSION {
        return Err(refused("version_full", used, OF_VERSION));
    }
    Ok(())
}
