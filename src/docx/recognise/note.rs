//! What was guessed, not understood or left out, each with the place it stands in.

use crate::docx::block::LostKind;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// What a note tells.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum NoteKind {
            $($(#[$doc])* $name,)*
        }

        impl NoteKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable text of the note, by which its words are found.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// A picture is not taken over.
    Picture = "picture",
    /// A text box is not taken over: `says`.
    TextBox = "text-box",
    /// An object or formula is not taken over.
    Object = "object",
    /// A tracked deletion is left out.
    Deleted = "deleted",
    /// The list of contents is left out.
    Contents = "contents",
    /// A table in a cell became lines: `says`.
    NestedTable = "nested-table",
    /// No code was found.
    NoCode = "no-code",
    /// The code was taken from the name of the file: `says`.
    CodeOfName = "code-of-name",
    /// The code was changed so that it can stand in an address: `says` became `code`.
    CodeChanged = "code-changed",
    /// No title was found.
    NoTitle = "no-title",
    /// The title was written in capitals: `says`.
    TitleCapitals = "title-capitals",
    /// No code of an administrative procedure was found.
    NoTthc = "no-tthc",
    /// What stands before the first section is left out: `says`.
    FrontLeft = "front-left",
    /// No table of steps was found.
    NoSteps = "no-steps",
    /// Another table that looks like steps stays in the text.
    SecondSteps = "second-steps",
    /// A row across the table of steps is no step: `says`.
    AcrossRow = "across-row",
    /// A step got another code than its row says: `says` became `code`.
    StepCode = "step-code",
    /// A row of a step without a name of its own was joined with the step `step`.
    JoinedRow = "joined-row",
    /// A time was not understood: `says` at `step`.
    TimeUnknown = "time-unknown",
    /// Days that do not say which were taken as `unit`: `says` at `step`.
    TimeGuessed = "time-guessed",
    /// Office hours are no time limit: `step`.
    OfficeHours = "office-hours",
    /// Several steps share one time cell: `steps`, `cell`.
    SharedTime = "shared-time",
    /// A responsible person was taken as a role with a near name: `says`, `role`, `step`.
    RoleNear = "role-near",
    /// The office has no such role: `says`, `step`.
    RoleUnknown = "role-unknown",
    /// A step names nobody: `step`.
    RoleNone = "role-none",
    /// A branch was read from words: `says` at `step`.
    BranchGuessed = "branch-guessed",
    /// A branch was not understood: `says` at `step`.
    BranchUnknown = "branch-unknown",
    /// A column was not understood; its text went to the guidance of the steps: `says`.
    ColumnUnknown = "column-unknown",
    /// No time limit was found.
    NoLimit = "no-limit",
    /// A duration case has no limit: `says`.
    CaseWithoutLimit = "case-without-limit",
    /// The papers were taken from a list: `n`.
    DossierGuessed = "dossier-guessed",
    /// A form is named by a step and by no list: `says`.
    FormAdded = "form-added",
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The number of the block that it is about; `None` when it is about the whole file.
    pub block: Option<usize>,
    /// What it tells.
    pub kind: NoteKind,
    /// What fills the holes of its words.
    pub args: Vec<(&'static str, String)>,
}

/// The notes while they are gathered.
#[derive(Debug, Default)]
pub(super) struct Notes(pub(super) Vec<Note>);

/// A text that a note repeats is cut after so many characters.
const LONGEST: usize = 160;

/// A text as a note repeats it.
pub(super) fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let begin: String = text.chars().take(LONGEST).collect();
    format!("{begin}…")
}

impl Notes {
    pub(super) fn add(&mut self, block: impl Into<Option<usize>>, kind: NoteKind, args: &[(&'static str, &str)]) {
        let note = Note {
            block: block.into(),
            kind,
            args: args.iter().map(|(name, value)| (*name, cut(value))).collect(),
        };
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }
}

/// The note that a lost thing is.
pub(super) fn lost_kind(kind: LostKind) -> NoteKind {
    match kind {
        LostKind::Picture => NoteKind::Picture,
        LostKind::TextBox => NoteKind::TextBox,
        LostKind::Object => NoteKind::Object,
        LostKind::Deleted => NoteKind::Deleted,
        LostKind::Contents => NoteKind::Contents,
        LostKind::NestedTable => NoteKind::NestedTable,
    }
}
