//! Whether keys and a database belong together: one sealed value of each agency is opened, and nothing of it leaves.

use crate::db::{AnyConnection, Db, DbError, KeyError, Keyring};
use crate::kernel::AgencyId;
use crate::personal::{seal, store};
use crate::web::Failure;

/// Subjects that are tried in one question.
const AT_ONCE: i64 = 200;

/// What was tried in one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The agency.
    pub agency: AgencyId,
    /// How many cases and forms have something sealed.
    pub sealed: i64,
    /// Whether one of them opened.
    pub opens: bool,
}

/// Tries keys on what is sealed, the newest first until one opens: a key that is younger than the backup of the keys, or
/// was erased since, is missing rightly. Agencies without anything sealed are left out. No value leaves, so nothing is
/// traced.
///
/// # Errors
/// When the database or the keys cannot be read.
pub fn try_keys(db: &Db, keys: &Keyring) -> Result<Vec<Tried>, Failure> {
    db.read(|conn| {
        let sealed = store::sealed_subjects(conn)?;
        sealed
            .into_iter()
            .map(|(agency, sealed)| {
                let opens = one_opens(conn, keys, &agency)?;
                Ok(Tried { agency, sealed, opens })
            })
            .collect()
    })
}

fn one_opens(conn: &mut AnyConnection, keys: &Keyring, agency: &AgencyId) -> Result<bool, Failure> {
    let mut before = None;
    loop {
        let subjects = store::sealed_before(conn, agency, before.as_deref(), AT_ONCE)?;
        let Some(last) = subjects.last() else {
            return Ok(false);
        };
        let names: Vec<&str> = subjects.iter().map(String::as_str).collect();
        let known = match keys.keys_of(agency.as_str(), &names) {
            // Wrapped by another office's key.
            Err(KeyError::Foreign(_)) => return Ok(false),
            known => known.map_err(|cause| Failure::from(DbError::Keys(cause)))?,
        };
        for (subject, key) in &known {
            for one in store::sealed_of(conn, agency, subject)? {
                let place = (one.subject.as_str(), one.field.as_str());
                if one.sealed.is_some_and(|sealed| seal::opens(key, place, &sealed)) {
                    return Ok(true);
                }
            }
        }
        before = Some(last.clone());
    }
}
