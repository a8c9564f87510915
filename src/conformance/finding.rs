//! Findings: what differs between a case and the approved workflow, with its kind, its evidence and its rule. Pure.

use crate::cases::Ended;
use crate::kernel::{PersonId, VersionId};
use crate::workflow::{RoleCode, TimeLimit};
use chrono::{NaiveDate, NaiveDateTime};

crate::kernel::text_enum! {
    /// What a finding is about.
    FindingKind {
        /// A required step was left out.
        Skipped = "skipped",
        /// A step was done, but too early or too late.
        OutOfOrder = "out_of_order",
        /// A step was done again although nothing led back to it.
        Repeated = "repeated",
        /// Something was done that the table does not have.
        UnknownStep = "unknown_step",
        /// A step was done that only another version of the text has.
        OtherVersionStep = "other_version_step",
        /// A step was done after the case had ended.
        StepAfterEnd = "step_after_end",
        /// The case was closed although required steps were not done.
        ClosedUnfinished = "closed_unfinished",
        /// A parallel part was left although a branch of it was not done.
        ConsultationMissing = "consultation_missing",
        /// The case is recorded with another end than the one that its steps came to.
        WrongEnd = "wrong_end",
        /// A step was done that only another outcome leads to.
        WrongBranch = "wrong_branch",
        /// A step was done more often than the table allows.
        TooManyTimes = "too_many_times",
        /// The person was never assigned to a role of the step.
        WrongRole = "wrong_role",
        /// The person was assigned to a role of the step, but not on that day.
        NotAssignedThatDay = "not_assigned_that_day",
        /// One person did two steps that two people must do.
        FourEyes = "four_eyes",
        /// Two people did two steps that one person must do.
        SamePerson = "same_person",
        /// A step took longer than its time.
        StepLate = "step_late",
        /// The case ended, or still is open, after its promised time.
        CaseLate = "case_late",
        /// An open case, or a step that it waits for, is due by the end of the next working day.
        NearLimit = "near_limit",
        /// A required paper was never handed in.
        PaperMissing = "paper_missing",
        /// A required paper was handed in only after intake, although nobody had asked for a supplement.
        PaperLate = "paper_late",
        /// A step that was done did not produce what it must.
        ResultMissing = "result_missing",
        /// A step was done by another version than the one in force at intake.
        OutdatedVersion = "outdated_version",
        /// A step was recorded as having happened outside the workflow.
        OffWorkflowRecorded = "off_workflow_recorded",
        /// A recorded time cannot be true.
        ImpossibleTime = "impossible_time",
    }
}

crate::kernel::text_enum! {
    /// How much a finding weighs.
    Severity {
        /// Worth knowing; it does not make a case deviate.
        Info = "info",
        /// Small.
        Low = "low",
        /// To be looked at.
        Medium = "medium",
        /// To be corrected.
        High = "high",
    }
}

impl FindingKind {
    /// The short code in reports: K the way, R people, T time, D papers and results, V version, O records.
    pub fn code(self) -> &'static str {
        match self {
            Self::Skipped => "K01",
            Self::OutOfOrder => "K02",
            Self::Repeated => "K03",
            Self::UnknownStep => "K04",
            Self::StepAfterEnd => "K05",
            Self::ClosedUnfinished => "K06",
            Self::ConsultationMissing => "K09",
            Self::WrongEnd => "K11",
            Self::WrongBranch => "K08",
            Self::TooManyTimes => "K10",
            Self::WrongRole => "R01",
            Self::NotAssignedThatDay => "R02",
            Self::FourEyes => "R04",
            Self::SamePerson => "R05",
            Self::StepLate => "T01",
            Self::CaseLate => "T02",
            Self::NearLimit => "T03",
            Self::ImpossibleTime => "T04",
            Self::PaperMissing => "D01",
            Self::PaperLate => "D03",
            Self::ResultMissing => "D04",
            Self::OutdatedVersion => "V01",
            Self::OtherVersionStep => "V02",
            Self::OffWorkflowRecorded => "O01",
        }
    }

    /// How much it weighs unless the committee says otherwise.
    pub fn severity(self) -> Severity {
        match self {
            Self::StepAfterEnd
            | Self::ClosedUnfinished
            | Self::ConsultationMissing
            | Self::WrongEnd
            | Self::OtherVersionStep
            | Self::WrongBranch
            | Self::WrongRole
            | Self::NotAssignedThatDay
            | Self::FourEyes
            | Self::SamePerson
            | Self::OutdatedVersion
            | Self::PaperMissing => Severity::High,
            Self::Skipped
            | Self::OutOfOrder
            | Self::UnknownStep
            | Self::TooManyTimes
            | Self::CaseLate
            | Self::ResultMissing => Severity::Medium,
            Self::Repeated | Self::StepLate | Self::PaperLate => Severity::Low,
            Self::OffWorkflowRecorded | Self::ImpossibleTime | Self::NearLimit => Severity::Info,
        }
    }
}

crate::kernel::text_enum! {
    /// Why a finding weighs one degree more than its kind.
    Raise {
        /// Something was late by more than one working day.
        LongLate = "long_late",
        /// A step was left out that controls others: it decides, or somebody else must do it.
        CheckLeftOut = "check_left_out",
    }
}

impl Severity {
    /// One degree more; what is only worth knowing stays so.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::Info => Self::Info,
            Self::Low => Self::Medium,
            Self::Medium | Self::High => Self::High,
        }
    }
}

/// What fills a hole of a sentence. Names and times become text only where the language is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A text as it stands.
    Text(String),
    /// A number.
    Count(usize),
    /// A moment, UTC.
    Moment(NaiveDateTime),
    /// A moment that is not known.
    NoMoment,
    /// A day.
    Day(NaiveDate),
    /// Rows of the table, from 0.
    Rows(Vec<usize>),
    /// A limit as the table states it.
    Limit(TimeLimit),
    /// Working time, in minutes.
    WorkingMinutes(i64),
    /// Roles, any of which may do it.
    Roles(Vec<RoleCode>),
    /// People.
    People(Vec<PersonId>),
    /// A version of a document.
    Version(VersionId),
    /// How a case ends.
    Ended(Ended),
    /// Names of papers or results.
    Texts(Vec<String>),
}

/// What the approved table says that was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The row of the table, from 0; `None` for a rule of the whole text.
    pub row: Option<usize>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// How much it weighs.
    pub severity: Severity,
    /// Why it weighs more than its kind.
    pub raised: Option<Raise>,
    /// Which sentence tells it: `conformance.says.<word>`, and its rule `conformance.rule.<word>`.
    pub word: &'static str,
    /// The row of the table it is about, from 0.
    pub row: Option<usize>,
    /// The code of the step, as recorded or as the table has it; empty for the whole case.
    pub step_code: String,
    /// The event that shows it; `None` when nothing was done.
    pub event_seq: Option<i64>,
    /// Who did that; `None` when nobody did or it is not known.
    pub person: Option<PersonId>,
    /// The name, as it was on that day; empty when nobody did it.
    pub person_name: String,
    /// When, UTC; `None` when that is not known.
    pub at: Option<NaiveDateTime>,
    /// What was not kept.
    pub rule: Rule,
    /// What fills the holes of the sentence and the rule.
    pub args: Vec<(&'static str, Arg)>,
}

#[cfg(test)]
mod tests {
    use super::{FindingKind, Severity};
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_only_notes_are_information() {
        let codes: BTreeSet<&str> = FindingKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), FindingKind::ALL.len());
        let notes: Vec<FindingKind> = FindingKind::ALL
            .iter()
            .copied()
            .filter(|kind| kind.severity() == Severity::Info)
            .collect();
        assert_eq!(
            notes,
            [
                FindingKind::NearLimit,
                FindingKind::OffWorkflowRecorded,
                FindingKind::ImpossibleTime
            ]
        );
    }
}
