//! A leaf: the exact bytes that say what was done. UTF-8 JSON with sorted keys, and nothing in it but ids, hashes,
//! enumerations and times; it is stored as it was hashed and never written anew.

use crate::kernel::{Via, local};
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

/// The version of how leaves are written.
const VERSION: u64 = 1;
/// How leaves write the time of an office clock in Vietnam.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.6f+07:00";
const OFFSET_HOURS: i64 = 7;

/// What a leaf says.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// Its number, from 0; the entry has the next one.
    pub seq: u64,
    /// When, UTC: never before the leaf before it.
    pub at: NaiveDateTime,
    /// What the clock showed, UTC, where that was before the time of the leaf before it.
    pub clock: Option<NaiveDateTime>,
    /// `house`, `stranger`, or the id of a person.
    pub actor: String,
    /// By which way.
    pub via: Via,
    /// What was done.
    pub act: String,
    /// To which kind of object, and which one.
    pub object: (String, String),
    /// Ids and enumerations.
    pub details: Value,
    /// The rows that were touched: table, key, digest or null.
    pub rows: Vec<Value>,
}

fn shown(at: NaiveDateTime) -> String {
    local(at).format(TIME).to_string()
}

fn time(value: Option<&Value>) -> Option<NaiveDateTime> {
    let text = value?.as_str()?;
    let at = NaiveDateTime::parse_from_str(text, TIME).ok()?;
    at.checked_sub_signed(TimeDelta::hours(OFFSET_HOURS))
}

fn maybe(value: Option<&Value>) -> Option<Option<String>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => None,
    }
}

impl Leaf {
    /// The bytes.
    pub fn bytes(&self) -> String {
        let mut leaf = json!({
            "act": self.act,
            "actor": self.actor,
            "at": shown(self.at),
            "details": self.details,
            "obj": [self.object.0, self.object.1],
            "req": self.via.request,
            "rows": self.rows,
            "seq": self.seq,
            "sess": self.via.session,
            "v": VERSION,
        });
        if let (Some(clock), Value::Object(fields)) = (self.clock, &mut leaf) {
            fields.insert("clock".to_owned(), Value::from(shown(clock)));
        }
        leaf.to_string()
    }

    /// Reads bytes; none when they are not those of a leaf.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let leaf: Value = serde_json::from_slice(bytes).ok()?;
        let text = |name: &str| leaf.get(name)?.as_str().map(ToOwned::to_owned);
        let Some([kind, id]) = leaf.get("obj")?.as_array().map(Vec::as_slice) else {
            return None;
        };
        let clock = match leaf.get("clock") {
            None => None,
            given => Some(time(given)?),
        };
        if leaf.get("v")?.as_u64()? != VERSION {
            return None;
        }
        Some(Self {
            seq: leaf.get("seq")?.as_u64()?,
            at: time(leaf.get("at"))?,
            clock,
            actor: text("actor")?,
            via: Via {
                session: maybe(leaf.get("sess"))?,
                request: maybe(leaf.get("req"))?,
            },
            act: text("act")?,
            object: (kind.as_str()?.to_owned(), id.as_str()?.to_owned()),
            details: leaf.get("details")?.clone(),
            rows: leaf.get("rows")?.as_array()?.clone(),
        })
    }

    /// The rows that this leaf binds: table, key, digest of the row or none when it went.
    pub fn bound(&self) -> impl Iterator<Item = Option<(&str, &str, Option<&str>)>> {
        self.rows.iter().map(|row| match row.as_array().map(Vec::as_slice)? {
            [table, key, digest] => Some((table.as_str()?, key.as_str()?, digest.as_str())),
            _other => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_the_keys_are_in_order() {
        let at = chrono::DateTime::from_timestamp(1_795_000_000, 123_456_000)
            .unwrap()
            .naive_utc();
        let leaf = Leaf {
            seq: 7,
            at,
            clock: Some(at - TimeDelta::seconds(9)),
            actor: "house".to_owned(),
            via: Via {
                session: None,
                request: Some("ab".to_owned()),
            },
            act: "case.received".to_owned(),
            object: ("case".to_owned(), "1".to_owned()),
            details: json!({ "b": 1, "a": [true, null] }),
            rows: vec![json!(["cases", "1", "ff"]), json!(["cases", "2", null])],
        };
        let bytes = leaf.bytes();
        assert_eq!(Leaf::read(bytes.as_bytes()).as_ref(), Some(&leaf));
        let places: Vec<_> = [
            "\"act\"",
            "\"actor\"",
            "\"at\"",
            "\"clock\"",
            "\"details\"",
            "\"obj\"",
            "\"req\"",
            "\"rows\"",
            "\"seq\"",
            "\"sess\"",
            "\"v\"",
        ]
        .iter()
        .map(|key| bytes.find(key).unwrap())
        .collect();
        assert!(places.is_sorted(), "{bytes}");
        assert!(bytes.contains("{\"a\":[true,null],\"b\":1}"), "{bytes}");
        assert!(Leaf::read(b"{}").is_none());
        assert!(Leaf::read(bytes.replace("\"v\":1", "\"v\":2").as_bytes()).is_none());
    }
}
