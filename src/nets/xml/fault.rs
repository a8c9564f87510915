//! Why a file is no XML that is read here.

/// What is wrong with an XML file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlCause {
    /// More bytes than are read.
    #[error("the file has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many may be.
        limit: usize,
    },
    /// The bytes are not the encoding that the file declares, or that is read.
    #[error("the text is not valid {0}; save the file as UTF-8")]
    Encoding(String),
    /// An encoding that is not read.
    #[error("the encoding {0} is not read; save the file as UTF-8")]
    UnknownEncoding(String),
    /// A character that no XML file may have.
    #[error("the character U+{0:04X} is not allowed in XML")]
    Character(u32),
    /// A document type, which could name other files and entities.
    #[error("a document type (<!DOCTYPE>) is not read; remove it")]
    Doctype,
    /// An entity other than the five of XML.
    #[error("the entity &{0}; is not known; only &amp; &lt; &gt; &quot; &apos; and character numbers are read")]
    Entity(String),
    /// Not well-formed.
    #[error("not well-formed XML: {0}")]
    Syntax(String),
    /// No element at all.
    #[error("the file has no XML element")]
    Empty,
    /// More elements than are read.
    #[error("more than {0} elements")]
    TooManyElements(usize),
    /// Elements nested deeper than is read.
    #[error("elements are nested more than {0} deep")]
    TooDeep(usize),
    /// An element with more attributes than are read.
    #[error("an element has more than {0} attributes")]
    TooManyAttributes(usize),
    /// A text or attribute longer than is read.
    #[error("a text is longer than {0} bytes")]
    LongText(usize),
}

impl XmlCause {
    /// The stable text of the cause, by which its words are found.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::Encoding(_) => "encoding",
            Self::UnknownEncoding(_) => "unknown-encoding",
            Self::Character(_) => "character",
            Self::Doctype => "doctype",
            Self::Entity(_) => "entity",
            Self::Syntax(_) => "syntax",
            Self::Empty => "empty",
            Self::TooManyElements(_) => "too-many-elements",
            Self::TooDeep(_) => "too-deep",
            Self::TooManyAttributes(_) => "too-many-attributes",
            Self::LongText(_) => "long-text",
        }
    }

    /// What fills the holes of its words: `{limit}`, or `{says}`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { limit, .. }
            | Self::TooManyElements(limit)
            | Self::TooDeep(limit)
            | Self::TooManyAttributes(limit)
            | Self::LongText(limit) => vec![("limit", limit.to_string())],
            Self::Encoding(says) | Self::UnknownEncoding(says) | Self::Entity(says) | Self::Syntax(says) => {
                vec![("says", says.clone())]
            }
            Self::Character(code) => vec![("says", format!("U+{code:04X}"))],
            Self::Doctype | Self::Empty => Vec::new(),
        }
    }
}

/// What is wrong with an XML file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct XmlFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub cause: XmlCause,
}

impl XmlFault {
    pub(super) const fn new(line: usize, cause: XmlCause) -> Self {
        Self { line, cause }
    }
}
