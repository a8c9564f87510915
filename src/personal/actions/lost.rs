//! Keys that are lost for good: what was sealed with them stays closed for ever, and two people answer for saying so.

use crate::db::{Db, DbError, KeyError, Keyring};
use crate::kernel::{Actor, AgencyId};
use crate::ledger;
use crate::personal::store;
use crate::web::Failure;
use chrono::NaiveDateTime;
use serde_json::json;

/// How the subject begins under which a new ring has its first key: a ring that holds none is taken for a missing one.
const BEGUN_ANEW: &str = "keys-begun-anew.";

/// Whether anything is sealed in the database, in any agency.
///
/// # Errors
/// When the database fails.
pub fn holds_sealed(db: &Db) -> Result<bool, Failure> {
    db.read(|conn| Ok(store::is_any_sealed(conn)?))
}

/// Begins anew with `keys`, which hold none yet, and enters into the ledger of every agency how many cases and forms stay
/// closed, and by whose word: `by` does it, and the account `confirmed_by` confirms it. Gives how many they are.
///
/// # Errors
/// When the database or the keys cannot be written.
pub fn give_up_lost_keys(
    db: &Db,
    keys: &Keyring,
    at: NaiveDateTime,
    (by, confirmed_by): (&str, &str),
) -> Result<i64, Failure> {
    let lost: Vec<(AgencyId, i64)> = db.read(|conn| Ok::<_, Failure>(store::sealed_subjects(conn)?))?;
    let mut count = 0_i64;
    for (agency, subjects) in lost {
        let told = json!({ "by": by, "confirmed_by": confirmed_by, "subjects": subjects });
        let house = Actor::house(agency.clone(), at);
        ledger::change(db, house, move |work| {
            let agency = work.agency();
            // What was sealed with them says so for ever, also beside what new keys seal for the same case.
            store::set_lost(work)?;
            work.record("personal_data.keys_lost", ("agency", agency.as_str()), told);
            Ok::<_, Failure>(())
        })?;
        let made = keys.key_for(agency.as_str(), &format!("{BEGUN_ANEW}{agency}"));
        made.map_err(|cause: KeyError| Failure::from(DbError::Keys(cause)))?;
        count = count.saturating_add(subjects);
    }
    Ok(count)
}
