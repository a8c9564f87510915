//! Which key follows which: the first is named, a later one takes over by the signatures of both, or, where the old one is
//! lost to somebody else or the book was set back, begins under another name and quotes the last note of the old one.

use crate::proofs::{Checkpoint, Note, NoteKey};
use serde_json::Value;

/// The act of a leaf that names the first key of a book.
pub const KEY_NAMED: &str = "ledger.key_named";
/// The act of a leaf by which another key takes over, signed by both.
pub const KEY_CHANGED: &str = "ledger.key_changed";
/// The act of a leaf by which the book goes on under another name.
pub const KEY_REPLACED: &str = "ledger.key_replaced";
/// The kind of object under which leaves name keys.
pub const KEY: &str = "key";
/// The act of a leaf that names the first key of the log of checkpoints.
pub const LOG_KEY_NAMED: &str = "deployment.key_named";
/// The act of a leaf by which another key of the log takes over, signed by both.
pub const LOG_KEY_CHANGED: &str = "deployment.key_changed";
/// The act of a leaf by which the log goes on under another name.
pub const LOG_KEY_REPLACED: &str = "deployment.key_replaced";
/// The kind of object under which leaves name keys of the log.
pub const LOG_KEY: &str = "deployment_key";

/// What both keys sign when one takes over from the other.
pub fn key_change_text(old: &NoteKey, new: &NoteKey) -> String {
    format!("quytrinh/key/v1\n{}\n{}\n", old.text(), new.text())
}

/// The name under which a book goes on: `host/ledger/CODE`, then `host/ledger/CODE/2`, …
pub fn succeeds(name: &str) -> Option<String> {
    let (host, rest) = name.rsplit_once("/ledger/")?;
    let (code, number) = rest.split_once('/').unwrap_or((rest, "1"));
    let next = number.parse::<u32>().ok()?.checked_add(1)?;
    Some(format!("{host}/ledger/{code}/{next}"))
}

/// How a leaf brings a key in.
pub(super) enum Step {
    Named,
    Changed,
    Replaced,
}

pub(super) fn step_of(act: &str) -> Option<(Step, &'static str)> {
    match act {
        KEY_NAMED => Some((Step::Named, KEY)),
        KEY_CHANGED => Some((Step::Changed, KEY)),
        KEY_REPLACED => Some((Step::Replaced, KEY)),
        LOG_KEY_NAMED => Some((Step::Named, LOG_KEY)),
        LOG_KEY_CHANGED => Some((Step::Changed, LOG_KEY)),
        LOG_KEY_REPLACED => Some((Step::Replaced, LOG_KEY)),
        _other => None,
    }
}

/// Whether this leaf may bring in `new` after `old`. `last` is the last note of the book before the leaf, where it is known.
pub(super) fn may_follow(
    step: &Step,
    (old, new): (Option<&NoteKey>, &NoteKey),
    details: &Value,
    last: Option<&str>,
) -> bool {
    let note = |name: &str| details.get(name).and_then(Value::as_str);
    match (step, old) {
        (Step::Named, None) => true,
        (Step::Named, Some(_)) | (Step::Changed | Step::Replaced, None) => false,
        (Step::Changed, Some(old)) => {
            old.name() == new.name() && is_change(note("note"), (old, new), &[old.clone(), new.clone()])
        }
        (Step::Replaced, Some(old)) => {
            let is_quoted = note("final").is_some_and(|quoted| is_last_of(quoted, old));
            // What was lost is quoted although it is not there; what is there must be what is quoted.
            let is_there = details.get("lost").is_some_and(Value::is_object)
                || last.is_none_or(|last| note("final") == Some(last));
            let is_next = succeeds(old.name()).as_deref() == Some(new.name());
            is_next && is_quoted && is_there && is_change(note("note"), (old, new), std::slice::from_ref(new))
        }
    }
}

/// Whether the note says that `new` follows `old`, signed by all of these.
fn is_change(note: Option<&str>, (old, new): (&NoteKey, &NoteKey), by: &[NoteKey]) -> bool {
    let Some(note) = note.and_then(|note| Note::read(note).ok()) else {
        return false;
    };
    note.text() == key_change_text(old, new) && note.signed_by(by).is_ok_and(|signed| signed.len() == by.len())
}

/// Whether this is a checkpoint by this key, under its name.
fn is_last_of(quoted: &str, key: &NoteKey) -> bool {
    let Ok(note) = Note::read(quoted) else { return false };
    note.signed_by(std::slice::from_ref(key)).is_ok()
        && Checkpoint::read(note.text()).is_ok_and(|said| said.origin == key.name())
}

#[cfg(test)]
mod tests {
    use super::{Step, key_change_text, may_follow, succeeds};
    use crate::proofs::{Checkpoint, NoteSigner, SignatureKind};
    use serde_json::{Value, json};

    fn key(name: &str, secret: u8) -> NoteSigner {
        NoteSigner::new(name, SignatureKind::Ed25519, &[secret; 32]).unwrap()
    }

    /// Every way to bring in a key, right and wrong: only the right one is believed.
    #[test]
    #[expect(
        clippy::too_many_lines,
        reason = "a table of ways, each on a line of its own or more"
    )]
    fn a_key_follows_only_by_the_signatures_that_the_change_needs() {
        let (old, new) = (key("a/ledger/X", 1), key("a/ledger/X", 2));
        let (next, thief) = (key("a/ledger/X/2", 3), key("a/ledger/X/2", 4));
        let said = |one: &NoteSigner, size: u64| {
            let origin = one.key().name().to_owned();
            let root = [5; 32];
            one.sign(&Checkpoint { origin, size, root }.text())
        };
        let text = key_change_text(&old.key(), &new.key());
        let both = old.sign(&text) + &new.signature(&text);
        let after = key_change_text(&old.key(), &next.key());
        let last = said(&old, 7);
        let lost = json!({ "kept": 9 });
        let told = |note: &str, quoted: &str| json!({ "note": note, "final": quoted });
        let with = |mut details: Value, lost: &Value| {
            details["lost"] = lost.clone();
            details
        };
        let right = [
            (Step::Named, None, &old, json!({})),
            (Step::Changed, Some(&old), &new, json!({ "note": both })),
            (Step::Replaced, Some(&old), &next, told(&next.sign(&after), &last)),
            (
                Step::Replaced,
                Some(&old),
                &next,
                with(told(&next.sign(&after), &said(&old, 9)), &lost),
            ),
        ];
        let wrong = [
            (Step::Named, Some(&old), &new, json!({})),
            (Step::Changed, None, &new, json!({ "note": both })),
            (Step::Changed, Some(&old), &new, json!({ "note": old.sign(&text) })),
            (Step::Changed, Some(&old), &new, json!({ "note": new.sign(&text) })),
            (
                Step::Changed,
                Some(&old),
                &next,
                json!({ "note": old.sign(&after) + &next.signature(&after) }),
            ),
            (Step::Replaced, Some(&old), &new, told(&new.sign(&text), &last)),
            (Step::Replaced, Some(&old), &next, told(&thief.sign(&after), &last)),
            (
                Step::Replaced,
                Some(&old),
                &next,
                told(&next.sign(&after), &said(&old, 9)),
            ),
            (
                Step::Replaced,
                Some(&old),
                &next,
                told(&next.sign(&after), &said(&thief, 7)),
            ),
            (
                Step::Replaced,
                Some(&old),
                &next,
                with(told(&next.sign(&after), "x"), &lost),
            ),
        ];
        let is_believed = |(step, old, new, details): &(Step, Option<&NoteSigner>, &NoteSigner, Value)| {
            let old = old.map(NoteSigner::key);
            may_follow(step, (old.as_ref(), &new.key()), details, Some(&last))
        };
        assert!(right.iter().all(is_believed));
        for (number, one) in wrong.iter().enumerate() {
            assert!(!is_believed(one), "{number}");
        }
    }

    #[test]
    fn a_book_goes_on_under_the_next_number() {
        let first = succeeds("a.vn/ledger/H38.99.01").unwrap();
        assert_eq!(first, "a.vn/ledger/H38.99.01/2");
        assert_eq!(succeeds(&first).unwrap(), "a.vn/ledger/H38.99.01/3");
        assert_eq!(succeeds("a.vn/ledger/7").unwrap(), "a.vn/ledger/7/2");
        assert_eq!(succeeds("a.vn"), None);
    }
}
