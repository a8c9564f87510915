//! Versions on paper, in the official layout.
//!
//! Two files are told apart. The *sheet* is made when a version is submitted: the text and the places for signatures,
//! nothing signed yet. Its SHA-256 is kept with the round before anybody signs, so a signer signs the text and this print
//! of it; the sheet can be made again from what was frozen, and its bytes are the same. The *issue* is what people print
//! later: the same pages with signatures, state, number of the copy and QR code. It is not hashed, for its state changes.

mod cover;
mod facts;
mod gather;
mod layout;
mod tables;
mod token;

pub use gather::{Printable, printable};
pub(super) use gather::{keep_sheet, sheet};
pub use layout::CopyLabel;
pub use token::{id_of_token, token_of};

use crate::print::{Contents, Paper, PrintError, Printed, Running};
use crate::render::Words;
use std::sync::LazyLock;

static WORDS: LazyLock<Result<Words, String>> = LazyLock::new(Words::load);

/// The words of official papers, which are in Vietnamese whoever reads them.
fn words() -> Result<&'static Words, PrintError> {
    WORDS.as_ref().map_err(|cause| PrintError::Writer(cause.clone()))
}

/// Where a QR code leads, and which copy it is on.
#[derive(Debug, Clone, Default)]
pub struct Imprint {
    /// The address of the site as visitors reach it (`https://…`), without a slash at the end; without one there is no
    /// QR code.
    pub address: Option<String>,
    /// The numbered copy that this is; none for a print that nobody keeps a register of.
    pub copy: Option<CopyLabel>,
    /// Whether the forms that the version names are left out, as where they stand for themselves.
    pub without_annexes: bool,
}

/// Prints a version as it stands.
///
/// # Errors
/// When it would be too long.
pub fn print_version(version: &Printable, imprint: &Imprint) -> Result<Printed, PrintError> {
    let words = words()?;
    crate::print::print(&Paper {
        title: format!("{} {}", version.head().code, version.head().title),
        author: version.agency().to_owned(),
        at: version.at(),
        contents: None,
        parts: vec![layout::issue(version, words, imprint)],
    })
}

/// Prints many versions as one handbook with a table of contents.
///
/// # Errors
/// When it would be too long.
pub fn print_handbook(
    agency: &str,
    versions: &[Printable],
    imprint: &Imprint,
    day: chrono::NaiveDate,
) -> Result<Printed, PrintError> {
    let words = words()?;
    let word = |key| words.get(crate::kernel::Language::Vi, key).to_owned();
    let title = word("paper.handbook");
    let imprint = Imprint {
        without_annexes: true,
        ..imprint.clone()
    };
    let parts = versions.iter().map(|one| layout::issue(one, words, &imprint)).collect();
    crate::print::print(&Paper {
        title: title.clone(),
        author: agency.to_owned(),
        at: versions.iter().map(Printable::at).max().unwrap_or_default(),
        contents: Some(Contents {
            blocks: cover::handbook(words, agency, (versions.len(), day)),
            running: Running {
                left: format!("{agency} · {title}"),
                right: word("paper.page"),
                ..Running::default()
            },
            name: word("paper.document"),
            page: word("paper.page_column"),
        }),
        parts,
    })
}
