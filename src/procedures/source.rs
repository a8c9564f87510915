//! The parts of a procedure file, as people write them.
//!
//! Text stays text here (a time limit is `"1 working_day"`), so that a form in a browser can hold a half-written value
//! and save it as a draft. `table` turns the steps into the typed table that the workflow room works on. An empty text
//! means that the file does not state the value.

use crate::forms::InputRow;
use serde::{Deserialize, Serialize};

/// The facts that `unverified` may name: those somebody must still confirm against an official source.
pub const UNVERIFIED_KEYS: [&str; 10] = [
    "code",
    "name",
    "dossier",
    "total_time",
    "fee",
    "legal_basis",
    "result",
    "steps_order",
    "steps_time",
    "records",
];

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every value, in the order of the list that people choose from.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word that the file uses.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The value for a word of the file, if it is one.
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

words! {
    /// What sort of document a file is.
    Kind {
        /// Chính sách chất lượng.
        QualityPolicy = "quality_policy",
        /// Mục tiêu chất lượng.
        QualityObjectives = "quality_objectives",
        /// Sổ tay, mô hình hệ thống quản lý chất lượng.
        Manual = "manual",
        /// A procedure of the quality management system itself.
        SystemProcedure = "system_procedure",
        /// A procedure that handles an administrative procedure (TTHC) for people.
        #[default]
        WorkProcedure = "work_procedure",
        /// Hướng dẫn công việc.
        WorkInstruction = "work_instruction",
        /// Biểu mẫu.
        Form = "form",
    }
}

words! {
    /// How a paper of the dossier is given.
    Mode {
        /// Handed in and kept.
        #[default]
        Submit = "submit",
        /// Shown and taken back.
        Present = "present",
    }
}

/// A whole procedure file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// Unique in the agency, for example `QT.HT.01`.
    pub code: String,
    /// What sort of document it is.
    pub kind: Kind,
    /// Title in Vietnamese.
    pub title: String,
    /// Title in English; empty when there is none.
    pub title_en: String,
    /// The field (lĩnh vực) in Vietnamese.
    pub field: String,
    /// The field in English.
    pub field_en: String,
    /// Months between two reviews of the text.
    pub review_months: Option<u32>,
    /// Keys out of [`UNVERIFIED_KEYS`].
    pub unverified: Vec<String>,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// What changed against the version before ("tóm lược nội dung sửa đổi").
    pub change_summary: String,
    /// Why it changed ("căn cứ sửa đổi").
    pub change_basis: String,
    /// The legal documents that the text rests on.
    pub legal_basis: Vec<String>,
    /// What the applicant receives.
    pub result: String,
    /// Fees and charges, in words.
    pub fee: String,
    /// Where papers are received and results returned.
    pub receiving_place: String,
    /// Who may ask.
    pub applicants: String,
    /// Requirements and conditions.
    pub conditions: String,
    /// How many sets of the dossier; `None` when it is not prescribed.
    pub sets: Option<u32>,
    /// `sha256:<hex>` of the file that is the content of the document; empty when the text is.
    pub file: String,
    /// The name under which that file is saved.
    pub file_name: String,
    /// The administrative procedures that the document covers.
    pub tthc: Vec<Tthc>,
    /// Duration cases, the ordinary one first.
    pub durations: Vec<DurationRow>,
    /// Time cells that several steps share.
    pub shared_times: Vec<SharedTimeRow>,
    /// The papers of the dossier.
    pub dossier: Vec<DossierItem>,
    /// The forms of the document.
    pub forms: Vec<FormRow>,
    /// The records to keep.
    pub records: Vec<RecordRow>,
    /// The steps, in order.
    pub steps: Vec<StepRow>,
    /// What a form asks for, when it can be filled on a screen.
    pub inputs: Vec<InputRow>,
    /// The Markdown after the front matter, byte for byte.
    pub body: String,
}

/// An administrative procedure (thủ tục hành chính).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tthc {
    /// The national code, for example `1.001193`.
    pub code: String,
    /// Its published name.
    pub name: String,
}

/// A duration case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DurationRow {
    /// Unique in the file, for example `thuong`.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The limit, for example `1 working_day`.
    pub limit: String,
    /// What the limit needs said beside it.
    pub note: String,
    /// The hour (`15:00`) after which receipt counts from the next working day.
    pub same_day_cutoff: String,
}

/// A time cell that several steps share.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SharedTimeRow {
    /// Unique in the file, for example `A`; begins with a letter.
    pub code: String,
    /// The time that the steps have together.
    pub limit: String,
}

/// A paper of the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DossierItem {
    /// What the paper is.
    pub name: String,
    /// Handed in, or only shown.
    pub mode: Mode,
    /// Number of originals.
    pub originals: u32,
    /// Number of copies.
    pub copies: u32,
    /// The code of its form in `forms`; empty when it has none.
    pub form: String,
    /// When the paper is needed; empty when it always is.
    pub condition: String,
}

/// A form of the document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FormRow {
    /// Unique in the file, for example `BM.HT.01.01`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `sha256:<hex>` of the attached file; empty when none is attached.
    pub file: String,
    /// The name under which the file is saved.
    pub file_name: String,
}

/// A record to keep.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordRow {
    /// What is kept.
    pub name: String,
    /// Where, or by whom.
    pub place: String,
    /// For how long.
    pub retention: String,
}

/// The time cell of a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StepTimes {
    /// No time is stated.
    #[default]
    Unstated,
    /// The same text for every duration case: a limit, or the code of a shared cell.
    Same(String),
    /// One text per duration case, as (case code, text); each case at most once.
    ByDuration(Vec<(String, String)>),
}

/// One entry of the column "next".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NextRow {
    /// The outcome that leads there; empty when the step has only one way on.
    pub outcome: String,
    /// The code of a step, `END`, `END-REFUSED` or `END-WITHDRAWN`.
    pub to: String,
}

/// One row of the table of steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepRow {
    /// Unique in the file, for example `B1`.
    pub code: String,
    /// What is done.
    pub name: String,
    /// The roles, any one of which may do it.
    pub roles: Vec<String>,
    /// Its time.
    pub time: StepTimes,
    /// False for a time outside the limit.
    pub counted: bool,
    /// What comes next; empty means the row below.
    pub next: Vec<NextRow>,
    /// True when the row may be left out.
    pub optional: bool,
    /// The parallel part and branch (`P1/a`); empty when it has none.
    pub parallel: String,
    /// True when the clock of the case stands still while the row waits (`clock = "paused"`).
    pub paused: bool,
    /// Steps whose performer must be somebody else.
    pub different_from: Vec<String>,
    /// Steps whose performer must be the same person.
    pub same_as: Vec<String>,
    /// How often the step may be done in one case.
    pub max_times: Option<u32>,
    /// Codes of forms in `forms`.
    pub forms: Vec<String>,
    /// What the step produces.
    pub outputs: Vec<String>,
    /// Guidance to the performer.
    pub note: String,
}

impl Default for StepRow {
    fn default() -> Self {
        Self {
            code: String::new(),
            name: String::new(),
            roles: Vec::new(),
            time: StepTimes::Unstated,
            counted: true,
            next: Vec::new(),
            optional: false,
            parallel: String::new(),
            paused: false,
            different_from: Vec::new(),
            same_as: Vec::new(),
            max_times: None,
            forms: Vec::new(),
            outputs: Vec::new(),
            note: String::new(),
        }
    }
}
