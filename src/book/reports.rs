//! Reports that the office signs: what it prints for others, besides its ledger. The text says that it is a report, so that no
//! such signature can be taken for that of a checkpoint.

use super::keys::Vault;
use super::sealer::{SealFailure, agencies, log_key, signer};
use crate::db::Db;
use crate::ledger::LOG;
use crate::proofs::{Note, NoteKey, hex};
use sha2::{Digest, Sha256};

/// What is signed for a report: that it is one, and its hash.
fn text_of(report: &[u8]) -> String {
    format!("quytrinh/report/v1\n{}\n", hex(&Sha256::digest(report)))
}

/// Signs a report with the key of the agency, or with that of the log of checkpoints where there are several; none, with a
/// line in the log, when there is no key that the ledger names.
pub fn sign_report(db: &Db, vault: &Vault, report: &[u8]) -> Option<String> {
    let sign = || -> Result<Option<String>, SealFailure> {
        let (code, named) = match agencies(db)?.as_slice() {
            [(agency, code)] => (code.clone(), super::sealer::state(db, agency)?.key),
            _many => (LOG.to_owned(), log_key(db)?),
        };
        if named.is_none() {
            return Ok(None);
        }
        Ok(Some(signer(vault, &code, named.as_deref())?.sign(&text_of(report))))
    };
    sign().unwrap_or_else(|cause| {
        tracing::error!(%cause, "The report is not signed");
        None
    })
}

/// Whether this note is a signature over the report by one of these keys.
pub fn is_signed_report(report: &[u8], note: &str, keys: &[NoteKey]) -> bool {
    Note::read(note).is_ok_and(|note| note.text() == text_of(report) && note.signed_by(keys).is_ok())
}
