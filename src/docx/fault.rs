//! Why a file is no Word file that is read here.

use crate::nets::XmlFault;
use crate::zip::ZipFault;

/// What is wrong with a file, so that nothing of it is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocxFault {
    /// The format of Word before 2007.
    #[error("this is a file of old Word (.doc); save it as .docx first")]
    OldWord,
    /// Protected by a password.
    #[error("the file is protected by a password; save it without one first")]
    Encrypted,
    /// A file of another program.
    #[error("this is a {0} file; save it as .docx first")]
    Other(&'static str),
    /// It carries programs.
    #[error("the file carries macros; save it as .docx, without them, first")]
    Macros,
    /// An archive without a text of Word.
    #[error("the file has no text of Word in it")]
    NoText,
    /// Not an archive, damaged, or beyond the bounds.
    #[error(transparent)]
    Zip(#[from] ZipFault),
    /// A part that is no XML that is read.
    #[error("{part}, {fault}")]
    Xml {
        /// The name of the part.
        part: String,
        /// What is wrong with it.
        fault: XmlFault,
    },
    /// More paragraphs and tables than are read.
    #[error("the file has more than {0} paragraphs and cells")]
    TooMuch(usize),
}

impl DocxFault {
    /// The stable text of the fault, by which its words are found.
    pub fn code(&self) -> String {
        match self {
            Self::OldWord => "old-word".to_owned(),
            Self::Encrypted => "encrypted".to_owned(),
            Self::Other(_) => "other".to_owned(),
            Self::Macros => "macros".to_owned(),
            Self::NoText => "no-text".to_owned(),
            Self::Zip(fault) => format!("zip-{}", fault.code()),
            Self::Xml { fault, .. } => format!("xml-{}", fault.cause.code()),
            Self::TooMuch(_) => "too-much".to_owned(),
        }
    }

    /// What fills the holes of its words: `{part}`, `{line}`, `{says}`, `{limit}`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OldWord | Self::Encrypted | Self::Macros | Self::NoText => Vec::new(),
            Self::Other(what) => vec![("says", (*what).to_owned())],
            Self::Zip(fault) => fault.args(),
            Self::Xml { part, fault } => {
                let mut args = fault.cause.args();
                args.push(("part", part.clone()));
                args.push(("line", fault.line.to_string()));
                args
            }
            Self::TooMuch(limit) => vec![("limit", limit.to_string())],
        }
    }
}
