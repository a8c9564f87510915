//! Passkeys in the database: rows of second factors, sealed like the secrets of apps.

use super::assertion::key_line;
use crate::kernel::{AgencyId, PersonId};
use crate::ledger::Work;
use crate::people::factors::{Key, Kind};
use crate::people::schema::{persons, second_factors};
use crate::web::Failure;
use diesel::prelude::*;
use webauthn_rs::prelude::Passkey;

/// A passkey of a person.
#[derive(Clone)]
pub(in crate::people) struct Kept {
    /// The id of its row.
    pub(in crate::people) id: String,
    /// The passkey.
    pub(in crate::people) passkey: Passkey,
    /// Its public key as one line; `None` for one that statements are not signed with.
    pub(in crate::people) line: Option<String>,
}

/// The passkeys of a person that were not removed, oldest first. One that does not open (another key file) is none.
pub(in crate::people) fn passkeys(
    work: &mut Work<'_>,
    (agency, person): (&AgencyId, &PersonId),
    key: &Key,
) -> Result<Vec<Kept>, Failure> {
    let rows: Vec<(String, String)> = second_factors::table
        .filter(
            second_factors::agency_id
                .eq(agency)
                .and(second_factors::person_id.eq(person)),
        )
        .filter(
            second_factors::kind
                .eq(Kind::Passkey)
                .and(second_factors::removed_at.is_null())
                .and(second_factors::confirmed_at.is_not_null()),
        )
        .order((second_factors::made_at, second_factors::id))
        .select((second_factors::id, second_factors::secret))
        .load(work.conn)?;
    let opened = rows.into_iter().filter_map(|(id, sealed)| {
        let text = key.open(&sealed, &id);
        let passkey = text.and_then(|text| serde_json::from_slice::<Passkey>(&text).ok());
        if passkey.is_none() {
            tracing::error!("A passkey does not open with keys/accounts.key");
        }
        passkey.map(|passkey| Kept {
            id,
            line: key_line(passkey.get_public_key()),
            passkey,
        })
    });
    Ok(opened.collect())
}

/// The agency of an active person, and the passkey of that person with this id; the browser named both.
pub(in crate::people) fn of_credential(
    work: &mut Work<'_>,
    (person, credential): (&PersonId, &[u8]),
    key: &Key,
) -> Result<Option<(AgencyId, Option<Kept>)>, Failure> {
    // The person's agency is not known before signing in.
    let agency: Option<AgencyId> = persons::table
        .filter(persons::id.eq(person).and(persons::active.eq(true)))
        .select(persons::agency_id)
        .first(work.conn)
        .optional()?;
    let Some(agency) = agency else { return Ok(None) };
    let all = passkeys(work, (&agency, person), key)?;
    let found = all
        .into_iter()
        .find(|kept| kept.passkey.cred_id().as_slice() == credential);
    Ok(Some((agency, found)))
}
