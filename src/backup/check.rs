//! What was restored, checked whole: the database, the attached files, the ledger.

use super::fault::BackupFault;
use super::manifest::AgencySize;
use super::store;
use crate::db::{self, Db};
use crate::documents;
use crate::ledger;
use std::fmt;
use std::path::Path;

crate::kernel::text_enum! {
    /// What is wrong with what was restored.
    ProblemKind {
        /// The database itself says that it is damaged, or a row names what is not there.
        Database = "database",
        /// An attached file that the database names is not there.
        Missing = "missing",
        /// An attached file has other bytes than its hash says.
        Different = "different",
        /// The ledger has a gap, or not as many entries as the backup was said to hold.
        Ledger = "ledger",
        /// The ledger's own verification found that something is not what was recorded.
        Altered = "altered",
        /// Personal data do not open with the keys of the office.
        Keys = "keys",
    }
}

/// No more faults of the ledger than this are told one by one.
const MOST: usize = 50;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// Where: a table and row, the hash of a file, the code of an agency.
    pub place: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.place)
    }
}

pub(super) fn problem(kind: ProblemKind) -> impl Fn(String) -> Problem {
    move |place| Problem { kind, place }
}

/// Everything that is wrong with a database and its attached files; nothing when all is well.
///
/// # Errors
/// When the database cannot be asked.
pub fn check_restored(db: &Db, files: &Path) -> Result<Vec<Problem>, BackupFault> {
    let (faults, gaps, state) =
        db.read(|conn| Ok::<_, BackupFault>((db::faults(conn)?, store::gaps(conn)?, store::state(conn)?)))?;
    let mut found: Vec<Problem> = faults.into_iter().map(problem(ProblemKind::Database)).collect();
    found.extend(gaps.into_iter().map(problem(ProblemKind::Ledger)));
    let altered = ledger::verify(db, true)?.faults;
    let told = altered.iter().take(MOST).map(ToString::to_string);
    found.extend(told.map(problem(ProblemKind::Altered)));
    for (sha256, _) in state.files {
        match documents::read_file(files, &sha256) {
            Ok(_) => {}
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                found.push(problem(ProblemKind::Missing)(sha256));
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
                found.push(problem(ProblemKind::Different)(sha256));
            }
            Err(cause) => return Err(BackupFault::Disk(sha256, cause)),
        }
    }
    Ok(found)
}

/// Whether the ledgers have at least the sizes that the manifest told: opening an older one adds that it was migrated.
pub(super) fn check_sizes(db: &Db, told: &[AgencySize]) -> Result<Vec<Problem>, BackupFault> {
    let found = db.read(|conn| Ok::<_, BackupFault>(store::state(conn)?.agencies))?;
    let has = |told: &AgencySize| {
        found
            .iter()
            .any(|found| found.code == told.code && found.ledger >= told.ledger)
    };
    let wrong = told.iter().filter(|told| !has(told)).map(|told| told.code.clone());
    Ok(wrong.map(problem(ProblemKind::Ledger)).collect())
}
