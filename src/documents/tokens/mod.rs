//! Signatures that people made elsewhere with a token of the state or of an authority, on a version as the office made it:
//! judged when they are received, kept, and shown beside the signatures of the office, of which they replace none.

mod actions;
mod roots;
mod schema;
mod store;
mod verify;

pub(super) use actions::papers;
pub use actions::{Received, keep_token};
pub use roots::{add_roots, drop_root, roots};
pub use store::{TokenSigned, token_signatures};
pub(super) use verify::read_again;
pub use verify::{TokenProblem, verify_tokens};

crate::kernel::text_enum! {
    /// How a signature was handed in.
    TokenKind {
        /// A file of its own (CMS) over what was signed.
        Cms = "cms",
        /// A PDF with the signature inside.
        Pdf = "pdf",
    }
}

crate::kernel::text_enum! {
    /// What of a version was signed.
    SignedPart {
        /// The list of everything that signatures cover.
        Manifest = "manifest",
        /// A statement that somebody signed with the own key.
        Statement = "statement",
        /// The sheet that was made when the version was submitted.
        Sheet = "sheet",
        /// The print of the version with its signatures, as it stood then.
        Issue = "issue",
    }
}
