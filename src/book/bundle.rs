//! The bundle for an auditor: one archive from which anybody verifies an agency's book without the office and without a
//! network. It holds leaves, signed notes and digests of rows, and no personal data.

use super::anchors;
use super::check::Outcome;
use crate::db::{Db, DbError};
use crate::kernel::AgencyId;
use crate::ledger::{self, Anchor, Bound, Chain, Expected, Export, Fault, OUTSIDE};
use crate::proofs::{Checkpoint, Note, NoteKey, hex};
use crate::zip::{self, Archive, Limits, ZipFault};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the layout.
const VERSION: u64 = 1;
/// No archive is read beyond this, unpacked.
const MOST_BYTES: usize = 4 << 30;

/// Why no bundle was made.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The last leaves are not signed yet, or their checkpoint is not in the log of checkpoints.
    #[error("the last leaves of the book are not sealed yet; the server seals them within a second")]
    Unsealed,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The archive could not be written.
    #[error(transparent)]
    Zip(#[from] ZipFault),
}

/// Makes the bundle of an agency's book, as the bytes of a ZIP archive.
///
/// # Errors
/// [`BundleError`].
pub fn bundle(db: &Db, (agency, code): (&AgencyId, &str)) -> Result<Vec<u8>, BundleError> {
    let export = ledger::export(db, agency)?;
    let sealed = export.notes.last().and_then(|note| said(note)).map(|said| said.size);
    let logged = export.anchors.iter().map(|anchor| anchor.size).max();
    if sealed != u64::try_from(export.leaves.len()).ok() || logged != sealed {
        return Err(BundleError::Unsealed);
    }
    pack(&export, agency.as_str(), code)
}

pub(super) fn said(note: &str) -> Option<Checkpoint> {
    Checkpoint::read(Note::read(note).ok()?.text()).ok()
}

/// Puts an export into an archive.
///
/// # Errors
/// When the archive cannot be written.
pub fn pack(export: &Export, agency: &str, code: &str) -> Result<Vec<u8>, BundleError> {
    let manifest = json!({
        "v": VERSION,
        "code": code,
        "agency": agency,
        "leaves": export.leaves.len(),
        "notes": export.notes.len(),
        "rows": export.rows.len(),
        "outside": OUTSIDE.iter().map(|(table, why)| json!([table, why])).collect::<Vec<_>>(),
    });
    let mut leaves = Vec::new();
    for leaf in &export.leaves {
        leaves.extend_from_slice(leaf);
        leaves.push(b'\n');
    }
    let lines = |values: Vec<Value>| {
        values
            .iter()
            .map(|value| format!("{value}\n"))
            .collect::<String>()
            .into_bytes()
    };
    let notes = lines(export.notes.iter().map(|note| json!(note)).collect());
    let rows = lines(
        export
            .rows
            .iter()
            .map(|(table, key, digest)| json!([table, key, digest]))
            .collect(),
    );
    let files = [
        ("manifest.json", manifest.to_string().into_bytes()),
        ("leaves.jsonl", leaves),
        ("notes.jsonl", notes),
        ("rows.jsonl", rows),
        (
            "anchors.jsonl",
            lines(export.anchors.iter().map(anchors::written).collect()),
        ),
    ];
    Ok(zip::write(&files)?)
}

/// Reads lines of JSON.
fn lines_of<T: serde::de::DeserializeOwned>(bytes: Vec<u8>) -> Option<Vec<T>> {
    let text = String::from_utf8(bytes).ok()?;
    text.lines().map(|line| serde_json::from_str(line).ok()).collect()
}

/// What the verifier of a bundle knows beforehand.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// A key of the book, or its fingerprint, as it was told on paper.
    pub key: Option<String>,
    /// Older notes of the same book.
    pub notes: Vec<String>,
    /// Marks of older checkpoints, from paper: `SIZE:HALF-OF-ROOT`, as [`super::mark`] makes them.
    pub marks: Vec<String>,
    /// Keys of witnesses.
    pub witnesses: Vec<NoteKey>,
}

/// What was found in a bundle.
#[derive(Debug)]
pub struct BundleChecked {
    /// How it ended.
    pub outcome: Outcome,
    /// The code of the agency, as the bundle says.
    pub code: String,
    /// How many leaves, and the root over them in hexadecimal.
    pub size: u64,
    /// The root.
    pub root: String,
    /// The fingerprint of the key that signs.
    pub fingerprint: Option<String>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// How many older notes and marks were given and followed.
    pub followed: u64,
    /// How many of the witnesses that were given saw the log of checkpoints in which the book stands, not long before its end.
    pub witnesses: u64,
    /// How many rows were compared.
    pub rows: u64,
}

struct Opened {
    code: String,
    agency: String,
    leaves: Vec<u8>,
    notes: Vec<String>,
    rows: Vec<(String, String, String)>,
    anchors: Vec<Anchor>,
}

fn open(bytes: &[u8]) -> Option<Opened> {
    let limits = Limits {
        files: 64,
        file: MOST_BYTES,
        all: MOST_BYTES,
    };
    let mut archive = Archive::open(bytes, limits).ok()?;
    let mut file = |name: &str| archive.read(name).ok().flatten();
    let manifest: Value = serde_json::from_slice(&file("manifest.json")?).ok()?;
    let text = |name: &str| manifest.get(name)?.as_str().map(ToOwned::to_owned);
    if manifest.get("v")?.as_u64()? != VERSION {
        return None;
    }
    let leaves = file("leaves.jsonl")?;
    let anchors: Vec<Value> = lines_of(file("anchors.jsonl").unwrap_or_default())?;
    Some(Opened {
        code: text("code")?,
        agency: text("agency")?,
        leaves,
        notes: lines_of(file("notes.jsonl")?)?,
        rows: lines_of(file("rows.jsonl")?)?,
        anchors: anchors.iter().map(anchors::read).collect::<Option<_>>()?,
    })
}

/// What came of going through the leaves of a bundle.
struct Walked {
    chain: Chain,
    expected: Expected,
    /// The places of the older notes that the book follows.
    followed: BTreeSet<usize>,
    /// Whether nothing stands after the last end of a line.
    is_whole: bool,
}

fn walk(opened: &Opened, known: &Known) -> Walked {
    let mut chain = Chain::new(&opened.agency);
    let mut expected = Expected::new();
    let mut notes = opened
        .notes
        .iter()
        .map(|note| (said(note).map_or(0, |said| said.size), note))
        .peekable();
    let older: Vec<Option<Checkpoint>> = known.notes.iter().map(|note| said(note)).collect();
    let mut followed = BTreeSet::new();
    let mut leaves: Vec<&[u8]> = opened.leaves.split(|byte| *byte == b'\n').collect();
    // What stands after the last end of a line is no leaf.
    let rest = leaves.pop();
    for (number, leaf) in (0_u64..).zip(&leaves) {
        chain.leaf(number, leaf, None, &mut expected);
        while let Some((size, note)) = notes.next_if(|(size, _)| *size <= chain.size()) {
            chain.checkpoint(size, None, note);
        }
        let mark = format!(
            "{}:{}",
            chain.size(),
            hex(chain.root().first_chunk::<16>().unwrap_or(&[0; 16]))
        );
        for (place, known) in known.marks.iter().enumerate() {
            if *known == mark {
                followed.insert(older.len().saturating_add(place));
            }
        }
        for (place, said) in older.iter().enumerate() {
            let is_this = said
                .as_ref()
                .is_some_and(|said| said.size == chain.size() && said.root == chain.root());
            if is_this {
                followed.insert(place);
            }
        }
    }
    for (size, note) in notes {
        chain.checkpoint(size, None, note);
    }
    Walked {
        chain,
        expected,
        followed,
        is_whole: rest.is_none_or(<[u8]>::is_empty),
    }
}

/// Verifies a bundle; none when it cannot be read.
pub fn check_bundle(bytes: &[u8], known: &Known) -> Option<BundleChecked> {
    let opened = open(bytes)?;
    let Walked {
        chain,
        expected,
        followed,
        is_whole,
    } = walk(&opened, known);
    let mut faults = chain.faults().to_vec();
    let is_sealed = chain.last_note().is_some_and(|(last, _)| last.size == chain.size());
    if !is_sealed || !is_whole {
        let what = ledger::CheckpointFault::Size;
        faults.push(Fault::Checkpoint {
            agency: opened.agency.clone(),
            size: chain.size(),
            what,
        });
    }
    faults.extend(row_faults(&opened, &expected));
    let (anchored, wrong) = anchors::check(&opened.anchors, &opened.notes, &chain);
    faults.extend(wrong);
    let keys = chain.keys();
    let by_known = older_by(&known.notes, &keys);
    let witnesses = anchors::witnesses(&anchored, &chain, &known.witnesses);
    let outcome = if !faults.is_empty() {
        Outcome::Tampered
    } else if by_known.contains(&false) {
        Outcome::UnknownKey
    } else if followed.len() < known.notes.len().saturating_add(known.marks.len()) {
        Outcome::Older
    } else if !is_known(&keys, known.key.as_deref()) {
        Outcome::UnknownKey
    } else if followed.is_empty() && witnesses == 0 {
        Outcome::NoWitness
    } else {
        Outcome::Ok
    };
    Some(BundleChecked {
        outcome,
        code: opened.code,
        size: chain.size(),
        root: hex(&chain.root()),
        fingerprint: chain.key().map(NoteKey::fingerprint),
        faults,
        followed: u64::try_from(followed.len()).unwrap_or(u64::MAX),
        witnesses,
        rows: u64::try_from(opened.rows.len()).unwrap_or(u64::MAX),
    })
}

/// Whether each older note is signed by a key of the book.
fn older_by(notes: &[String], keys: &[NoteKey]) -> Vec<bool> {
    notes
        .iter()
        .map(|note| Note::read(note).is_ok_and(|note| note.signed_by(keys).is_ok()))
        .collect()
}

pub(super) fn is_known(keys: &[NoteKey], told: Option<&str>) -> bool {
    let plain = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .collect::<String>()
    };
    told.map(plain).is_some_and(|told| {
        keys.iter()
            .any(|key| plain(&key.text()) == told || key.fingerprint() == told.to_lowercase())
    })
}

/// The rows of the bundle that are not as its leaves say.
fn row_faults(opened: &Opened, expected: &Expected) -> Vec<Fault> {
    let mut live: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut found = Vec::new();
    let fault = |difference, (table, key): (&str, &str), bound: Option<&Bound>| {
        Fault::Row(ledger::RowFault {
            difference,
            table: table.to_owned(),
            key: key.to_owned(),
            agency: opened.agency.clone(),
            leaf: bound.map(|bound| bound.leaf),
        })
    };
    for (table, key, digest) in &opened.rows {
        live.insert((table, key), digest);
        let bound = expected.get(&(table.clone(), key.clone()));
        let difference = match bound.map(|bound| bound.digest.as_deref()) {
            Some(Some(known)) if known == digest => continue,
            Some(Some(_other)) => ledger::Difference::Changed,
            Some(None) | None => ledger::Difference::Extra,
        };
        found.push(fault(difference, (table, key), bound));
    }
    for ((table, key), bound) in expected {
        if bound.digest.is_some() && !live.contains_key(&(table.as_str(), key.as_str())) {
            found.push(fault(ledger::Difference::Missing, (table, key), Some(bound)));
        }
    }
    found
}
