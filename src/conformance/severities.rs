//! How much each kind of finding weighs in an office: the table that its committee may change. Pure.

use super::finding::{FindingKind, Raise, Severity};
use std::collections::BTreeMap;

crate::kernel::text_enum! {
    /// What the table says of a kind of finding.
    Weight {
        /// It is not looked for.
        Off = "off",
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

impl Weight {
    /// How much a finding weighs; `None` when it is not looked for.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
        }
    }
}

impl From<Severity> for Weight {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
        }
    }
}

/// The table: what the committee changed; other kinds weigh as [`FindingKind::severity`] says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Severities {
    changed: BTreeMap<FindingKind, Weight>,
}

impl Severities {
    /// The table with these changes.
    pub fn new(changed: impl IntoIterator<Item = (FindingKind, Weight)>) -> Self {
        Self {
            changed: changed.into_iter().collect(),
        }
    }

    /// What the table says of a kind.
    pub fn weight(&self, kind: FindingKind) -> Weight {
        self.changed.get(&kind).copied().unwrap_or(kind.severity().into())
    }

    /// How much a finding of this kind weighs, one degree more when something raises it; `None` when the kind is not
    /// looked for.
    pub fn of(&self, kind: FindingKind, raised: Option<Raise>) -> Option<Severity> {
        let severity = self.weight(kind).severity()?;
        Some(if raised.is_some() { severity.raised() } else { severity })
    }
}

#[cfg(test)]
mod tests {
    use super::{Severities, Weight};
    use crate::conformance::finding::{FindingKind, Raise, Severity};

    #[test]
    fn what_is_not_changed_weighs_as_its_kind_and_reasons_raise_by_one_degree() {
        let table = Severities::new([
            (FindingKind::CaseLate, Weight::Info),
            (FindingKind::Skipped, Weight::Off),
            (FindingKind::Repeated, Weight::High),
        ]);
        let long = Some(Raise::LongLate);
        assert_eq!(table.of(FindingKind::StepLate, None), Some(Severity::Low));
        assert_eq!(table.of(FindingKind::StepLate, long), Some(Severity::Medium));
        assert_eq!(table.of(FindingKind::CaseLate, long), Some(Severity::Info));
        assert_eq!(table.of(FindingKind::Skipped, Some(Raise::CheckLeftOut)), None);
        assert_eq!(table.of(FindingKind::Repeated, None), Some(Severity::High));
    }
}
