//! Cosignatures (C2SP tlog-cosignature, cosignature/v1): a witness says when it saw a checkpoint that follows the last.

use super::note::{Note, NoteFault, NoteKey, NoteSigner, SignatureKind};

fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// The line by which a witness cosigns the text of a checkpoint at `time` (seconds since 1970).
pub fn cosign(witness: &NoteSigner, text: &str, time: u64) -> String {
    let mut bytes = time.to_be_bytes().to_vec();
    bytes.extend_from_slice(&witness.raw(message(time, text).as_bytes()));
    witness.line(&bytes)
}

/// When this witness cosigned the note, in seconds since 1970; none when it did not.
///
/// # Errors
/// [`NoteFault::Forged`] when the line of the witness is not by its key.
pub fn cosigned_at(note: &Note, witness: &NoteKey) -> Result<Option<u64>, NoteFault> {
    if witness.kind() != SignatureKind::Cosignature {
        return Err(NoteFault::Key);
    }
    let Some(bytes) = note.signature_of(witness) else {
        return Ok(None);
    };
    let (time, signature) = bytes.split_first_chunk::<8>().ok_or(NoteFault::Forged)?;
    let time = u64::from_be_bytes(*time);
    if witness.has_signed(message(time, note.text()).as_bytes(), signature) {
        Ok(Some(time))
    } else {
        Err(NoteFault::Forged)
    }
}
