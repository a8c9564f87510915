//! A proof in one small file (C2SP tlog-proof): the place of a leaf in a log, the hashes that lead from it to the root, and
//! the checkpoint with that root. Whoever has the key of the log needs nothing else.

use super::encode::{base64, from_base64};
use super::tree::Hash;

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// No proof is read beyond this, in bytes: a leaf that binds a thousand rows, and a note.
const LONGEST: usize = 512 << 10;
/// No tree is deeper.
const DEEPEST: usize = 63;

/// A proof as it was read: nothing of it is believed before leaf, path and checkpoint were held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// What the application says beside it; no signature covers it. Empty when there is none.
    pub extra: Vec<u8>,
    /// Which leaf it is, from 0.
    pub index: u64,
    /// The hashes from the leaf up.
    pub path: Vec<Hash>,
    /// The checkpoint as a signed note, word for word.
    pub note: String,
}

impl LogProof {
    /// The text of the file.
    pub fn text(&self) -> String {
        let extra = if self.extra.is_empty() {
            String::new()
        } else {
            format!("extra {}\n", base64(&self.extra))
        };
        let path: String = self.path.iter().map(|hash| format!("{}\n", base64(hash))).collect();
        format!("{HEADER}\n{extra}index {}\n{path}\n{}", self.index, self.note)
    }

    /// Reads a text; none when it is not exactly what [`LogProof::text`] would write.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.split('\n').skip(1).peekable();
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = match extra.and_then(|line| line.strip_prefix("extra ")) {
            Some(extra) => from_base64(extra)?,
            None => Vec::new(),
        };
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let path: Vec<Hash> = lines
            .map(|line| from_base64(line)?.try_into().ok())
            .collect::<Option<_>>()?;
        let read = Self {
            extra,
            index,
            path,
            note: note.to_owned(),
        };
        (read.path.len() <= DEEPEST && read.text() == text).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::LogProof;

    fn proof() -> LogProof {
        LogProof {
            extra: b"key\nleaf".to_vec(),
            index: 7,
            path: vec![[1; 32], [2; 32]],
            note: "a.vn/log\n8\nroot\n\n\u{2014} a.vn/log c2ln\n".to_owned(),
        }
    }

    #[test]
    fn a_proof_reads_as_the_format_says() {
        let expected = "c2sp.org/tlog-proof@v1\nextra a2V5CmxlYWY=\nindex 7\n\
                        AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\n\
                        a.vn/log\n8\nroot\n\n\u{2014} a.vn/log c2ln\n";
        assert_eq!(proof().text(), expected);
        assert_eq!(LogProof::read(expected), Some(proof()));
        let bare = LogProof {
            extra: Vec::new(),
            path: Vec::new(),
            ..proof()
        };
        assert!(bare.text().starts_with("c2sp.org/tlog-proof@v1\nindex 7\n\n"));
        assert_eq!(LogProof::read(&bare.text()), Some(bare));
    }

    #[test]
    fn what_is_written_otherwise_is_not_read() {
        let text = proof().text();
        for other in [
            text.replace("@v1", "@v2"),
            text.replace("extra a2V5CmxlYWY=", "extra "),
            text.replace("extra a2V5CmxlYWY=", "extra a2V5CmxlYWY"),
            text.replace("index 7", "index 07"),
            text.replace("index 7", "index +7"),
            text.replace("index 7\n", ""),
            text.replace("AQE=", "AQF="),
            text.replace("AgI=\n\n", "AgI=\n"),
            text.replace('\n', "\r\n"),
            format!(" {text}"),
            LogProof {
                path: vec![[1; 32]; 64],
                ..proof()
            }
            .text(),
            LogProof {
                extra: vec![0; 512 << 10],
                ..proof()
            }
            .text(),
        ] {
            assert_ne!(other, text);
            assert!(LogProof::read(&other).is_none(), "{other:.200}");
        }
    }
}
