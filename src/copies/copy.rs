//! A copy on paper, and what may become of it.

use crate::kernel::{DocumentId, PersonId, PositionId, VersionId};
use chrono::NaiveDateTime;
use serde::Serialize;

/// The id of a copy; its short text stands in the QR code of the copy.
pub type CopyId = String;

crate::kernel::text_enum! {
    /// What sort of copy it is.
    Kind {
        /// A numbered copy that somebody holds.
        Held = "held",
        /// A copy that hangs or lies where people read it.
        Posted = "posted",
    }
}

crate::kernel::text_enum! {
    /// Where a copy is in its life.
    State {
        /// Out: held by its holder, or posted.
        Out = "out",
        /// Came back.
        Recalled = "recalled",
        /// Destroyed by its holder, as was reported.
        Destroyed = "destroyed",
        /// Reported lost.
        Lost = "lost",
        /// Taken down and replaced by a newer one.
        Replaced = "replaced",
        /// Taken down.
        Removed = "removed",
    }
}

impl Kind {
    /// How a copy of this kind may end.
    pub fn ends(self) -> &'static [State] {
        match self {
            Self::Held => &[State::Recalled, State::Destroyed, State::Lost],
            Self::Posted => &[State::Replaced, State::Removed, State::Lost],
        }
    }
}

/// Who holds a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A person of the office.
    Person(PersonId),
    /// Whoever holds a position of the office.
    Position(PositionId),
    /// Somebody outside, by name; or nobody in particular, as on a board.
    Named(String),
}

/// A copy as the register tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// Its id.
    pub id: CopyId,
    /// Its document.
    pub document_id: DocumentId,
    /// The version that it is of.
    pub version_id: VersionId,
    /// Held or posted.
    pub kind: Kind,
    /// Its number among the held copies of the document.
    pub number: Option<i64>,
    /// Who holds it, as it was written on the copy; empty for a posted one.
    pub holder: String,
    /// Where it is: a room, a board, a page, a kiosk.
    pub place: String,
    /// When it was issued or posted, UTC.
    pub issued_at: NaiveDateTime,
    /// By whom.
    pub issued_by_name: String,
    /// Where it is in its life.
    pub state: State,
    /// When it ended, UTC.
    pub closed_at: Option<NaiveDateTime>,
    /// Who noted its end.
    pub closed_by_name: Option<String>,
    /// What was said of its end.
    pub closed_note: Option<String>,
    /// The person who holds it, for exchanging it.
    #[serde(skip)]
    pub person_id: Option<PersonId>,
    /// The position that holds it.
    #[serde(skip)]
    pub position_id: Option<PositionId>,
}
