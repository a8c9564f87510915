//! That a content was approved, as one small file for somebody who has neither the office nor a network (C2SP tlog-proof):
//! the leaf of the approval, and that it stands in a checkpoint which the office signed. It lies beside a controlled copy:
//! the PDF itself is PDF/A-2a, which allows no attachment of this kind.

use super::bundle::{Known, is_known, said};
use super::check::Outcome;
use crate::kernel::{Language, local};
use crate::ledger::{self, EntryFilter, KEY, Leaf, Work};
use crate::proofs::{LogProof, Note, NoteFault, NoteKey, hex, is_included, leaf_hash};
use crate::render::Words;
use chrono::NaiveDateTime;
use diesel::QueryResult;
use sha2::{Digest, Sha256};

/// How the leaf of an approval calls what was done, and to what.
const APPROVED: (&str, &str) = ("version.approved", "version");

crate::kernel::text_enum! {
    /// Why a proof proves nothing.
    ProofFault {
        /// It is not written as such proofs are.
        Malformed = "malformed",
        /// The checkpoint, or an older note that was given, is not signed by the key that was told.
        OtherKey = "other_key",
        /// The signature under the checkpoint is forged.
        Forged = "forged",
        /// The leaf does not stand in the checkpoint at this place.
        NotInTree = "not_in_tree",
        /// The leaf is there and says something else than that a version was approved.
        NoApproval = "no_approval",
        /// The content that was given is not the one that was approved.
        OtherContent = "other_content",
        /// A note or mark of as many leaves has another root.
        AnotherHistory = "another_history",
    }
}

impl ProofFault {
    fn outcome(self) -> Outcome {
        match self {
            Self::Malformed => Outcome::Unreadable,
            Self::OtherKey => Outcome::UnknownKey,
            Self::Forged | Self::NotInTree | Self::NoApproval | Self::OtherContent => Outcome::Tampered,
            Self::AnotherHistory => Outcome::Older,
        }
    }
}

/// What a proof proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Whose book it is.
    pub origin: String,
    /// How many leaves the checkpoint covers.
    pub size: u64,
    /// The fingerprint of the key that signed it.
    pub fingerprint: String,
    /// Which leaf says so.
    pub leaf: u64,
    /// The id of the version.
    pub version: String,
    /// Its number within its document.
    pub number: i64,
    /// The id of whoever approved.
    pub by: String,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// SHA-256 of the text that was approved, in hexadecimal.
    pub sha256: String,
}

/// What came of checking a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// How it ended.
    pub outcome: Outcome,
    /// What it proves, or why it proves nothing.
    pub found: Result<Approval, ProofFault>,
    /// Whether a content was held against it.
    pub has_content: bool,
}

/// The proof that this content of a version was approved, from the last checkpoint; none while no checkpoint covers the
/// leaf of the approval.
///
/// # Errors
/// When the database fails.
pub fn approval_proof(work: &mut Work<'_>, version: &str, sha256: &str) -> QueryResult<Option<String>> {
    let agency = work.agency();
    let (act, _) = APPROVED;
    // At a stage that several sign each leaves a leaf; the last of them is that of the approval.
    let last = EntryFilter {
        act: Some(act.to_owned()),
        object: Some(version.to_owned()),
        limit: 1,
        ..EntryFilter::default()
    };
    let entry = ledger::entries(work, &last)?.into_iter().next();
    let seq = entry.and_then(|entry| u64::try_from(entry.seq).ok()?.checked_sub(1));
    let sealed = ledger::book_state(work.conn, &agency)?.sealed;
    let (Some(index), Some(sealed)) = (seq, sealed) else {
        return Ok(None);
    };
    if index >= sealed.size {
        return Ok(None);
    }
    // A book that changed its key shows its last note under the old one until it is sealed again.
    let named = ledger::named_keys(work.conn, &agency, KEY)?;
    let note = Note::read(&sealed.note).ok();
    let signer = named.iter().filter_map(|key| NoteKey::read(key).ok()).find(|key| {
        let own = std::slice::from_ref(key);
        note.as_ref().is_some_and(|note| note.signed_by(own).is_ok())
    });
    let (leaf, path) = ledger::leaf_with_proof(work.conn, &agency, (index, sealed.size))?;
    let is_this = approval_of(leaf.as_bytes(), index).is_some_and(|said| said.sha256 == sha256);
    let Some(signer) = signer.filter(|_| is_this) else {
        return Ok(None);
    };
    let proof = LogProof {
        extra: format!("{}\n{leaf}", signer.text()).into_bytes(),
        index,
        path,
        note: sealed.note,
    };
    Ok(Some(proof.text()))
}

/// What the bytes of a leaf say of an approval, without what the checkpoint knows; none when they say none.
fn approval_of(bytes: &[u8], index: u64) -> Option<Approval> {
    let leaf = Leaf::read(bytes)?;
    let detail = |name: &str| leaf.details.get(name);
    let sha256 = detail("sha256")?.as_str()?;
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|sign| matches!(sign, b'0'..=b'9' | b'a'..=b'f'));
    let is_approval = (leaf.act.as_str(), leaf.object.0.as_str()) == APPROVED;
    (is_approval && is_hash && leaf.seq == index).then(|| {
        Some(Approval {
            origin: String::new(),
            size: 0,
            fingerprint: String::new(),
            leaf: index,
            version: leaf.object.1.clone(),
            number: detail("number")?.as_i64()?,
            by: leaf.actor.clone(),
            at: leaf.at,
            sha256: sha256.to_owned(),
        })
    })?
}

/// Checks a proof by the key that was told, and holds a content against it when one is given. A note or mark that is known
/// confirms it when it has as many leaves; of another size it says nothing here, for that a bundle is needed.
pub fn check_proof(text: &str, known: &Known, content: Option<&[u8]>) -> Proven {
    let found = checked(text, known, content);
    let outcome = match &found {
        Ok((_, true)) => Outcome::Ok,
        Ok((_, false)) => Outcome::NoWitness,
        Err(fault) => fault.outcome(),
    };
    Proven {
        outcome,
        found: found.map(|(approval, _)| approval),
        has_content: content.is_some(),
    }
}

/// What a proof proves, and whether a note or mark from elsewhere confirms its checkpoint.
fn checked(text: &str, known: &Known, content: Option<&[u8]>) -> Result<(Approval, bool), ProofFault> {
    let proof = LogProof::read(text).ok_or(ProofFault::Malformed)?;
    let extra = std::str::from_utf8(&proof.extra).map_err(|_cause| ProofFault::Malformed)?;
    let (shown, leaf) = extra.split_once('\n').ok_or(ProofFault::Malformed)?;
    let key = NoteKey::read(shown).map_err(|_cause| ProofFault::Malformed)?;
    let note = Note::read(&proof.note).map_err(|_cause| ProofFault::Malformed)?;
    let checkpoint = said(&proof.note).ok_or(ProofFault::Malformed)?;
    if key.text() != shown {
        return Err(ProofFault::Malformed);
    }
    let keys = std::slice::from_ref(&key);
    // The file brings the key along; it counts for nothing before it is the one that was told on another way.
    if !is_known(keys, known.key.as_deref()) || checkpoint.origin != key.name() {
        return Err(ProofFault::OtherKey);
    }
    note.signed_by(keys).map_err(|fault| match fault {
        NoteFault::Forged => ProofFault::Forged,
        NoteFault::Malformed | NoteFault::Key | NoteFault::Unknown => ProofFault::OtherKey,
    })?;
    let hash = leaf_hash(leaf.as_bytes());
    if !is_included(&hash, proof.index, checkpoint.size, &checkpoint.root, &proof.path) {
        return Err(ProofFault::NotInTree);
    }
    let approval = approval_of(leaf.as_bytes(), proof.index).ok_or(ProofFault::NoApproval)?;
    if content.is_some_and(|content| hex(&Sha256::digest(content)) != approval.sha256) {
        return Err(ProofFault::OtherContent);
    }
    let mut is_confirmed = false;
    for older in &known.notes {
        let is_by = Note::read(older).is_ok_and(|note| note.signed_by(keys).is_ok());
        let told = said(older).filter(|_| is_by).ok_or(ProofFault::OtherKey)?;
        if told.size == checkpoint.size {
            is_confirmed = true;
            if told.root != checkpoint.root {
                return Err(ProofFault::AnotherHistory);
            }
        }
    }
    let own = super::mark(&proof.note).unwrap_or_default();
    let size = format!("{}:", checkpoint.size);
    for mark in known.marks.iter().filter(|mark| mark.starts_with(&size)) {
        is_confirmed = true;
        if *mark != own {
            return Err(ProofFault::AnotherHistory);
        }
    }
    let approval = Approval {
        origin: checkpoint.origin,
        size: checkpoint.size,
        fingerprint: key.fingerprint(),
        ..approval
    };
    Ok((approval, is_confirmed))
}

/// The report about a proof: what it proves in one sentence, or why it proves nothing.
pub fn proof_report(proven: &Proven, words: &Words, language: Language) -> String {
    let say = |key: &str, holes: &[(&str, String)]| words.fill(language, &format!("verify.proof.{key}"), holes);
    let mut lines = vec![say(&format!("outcome.{}", proven.outcome), &[])];
    match &proven.found {
        Err(fault) => lines.push(say(&format!("fault.{fault}"), &[])),
        Ok(said) => {
            let time = local(said.at).format("%H:%M:%S %d/%m/%Y").to_string();
            lines.push(say(
                "approved",
                &[
                    ("number", said.number.to_string()),
                    ("version", said.version.clone()),
                    ("by", said.by.clone()),
                    ("time", time),
                ],
            ));
            lines.push(say("sha256", &[("hash", said.sha256.clone())]));
            let content = if proven.has_content {
                "same_content"
            } else {
                "no_content"
            };
            lines.push(say(content, &[]));
            lines.push(say(
                "leaf",
                &[
                    ("leaf", said.leaf.to_string()),
                    ("origin", said.origin.clone()),
                    ("size", said.size.to_string()),
                ],
            ));
            lines.push(words.fill(language, "verify.key", &[("fingerprint", said.fingerprint.clone())]));
            lines.push(say("scope", &[]));
        }
    }
    lines.join("\n")
}
