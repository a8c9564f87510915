//! What a page is asked for: a period, a procedure, and which findings.

use crate::cases::TraceFilter;
use crate::conformance::finding::{Finding, FindingKind};
use crate::conformance::judge::Judgement;
use crate::documents;
use crate::kernel::{DocumentId, PersonId};
use crate::ledger::Work;
use crate::web::{Desk, Failure, escaped};
use actix_web::web::Query;
use chrono::{Days, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// The period that is shown at first, in days.
const USUAL_DAYS: u64 = 90;
/// The longest period, in days.
const MOST_DAYS: u64 = 1100;

/// Which cases of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Only {
    /// All.
    All,
    /// Those in which nothing deviates.
    Conforming,
    /// Those in which something deviates.
    Deviating,
}

/// What the address asks for.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Asked {
    /// First day of receipt.
    pub(super) from: NaiveDate,
    /// Last day of receipt.
    pub(super) to: NaiveDate,
    /// Code of the procedure; empty for all.
    pub(super) procedure: String,
    /// Cases to list.
    pub(super) only: Only,
    /// Kind of the findings.
    pub(super) kind: Option<FindingKind>,
    /// Who did it.
    pub(super) person: Option<PersonId>,
    /// Code of the step; empty for all.
    pub(super) step: String,
    /// The case after which the list goes on; empty for the first page.
    pub(super) after: String,
}

impl Asked {
    /// Reads the address; what cannot be read is as if it were not there.
    pub(super) fn of(desk: &Desk) -> Self {
        let typed = typed(desk);
        let text = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
        let day = |name: &str| {
            text(name)
                .parse::<NaiveDate>()
                .ok()
                .filter(|day| (1900..9000).contains(&chrono::Datelike::year(day)))
        };
        let back = |to: NaiveDate, days: u64| to.checked_sub_days(Days::new(days)).unwrap_or(to);
        let to = day("to").unwrap_or_else(|| desk.actor().today());
        let from = day("from")
            .unwrap_or_else(|| back(to, USUAL_DAYS))
            .min(to)
            .max(back(to, MOST_DAYS));
        let only = match text("only") {
            "conforming" => Only::Conforming,
            "deviating" => Only::Deviating,
            _ => Only::All,
        };
        Self {
            from,
            to,
            procedure: text("procedure").to_owned(),
            only,
            kind: FindingKind::parse(text("kind")),
            person: (!text("person").is_empty()).then(|| PersonId::of(text("person"))),
            step: text("step").to_owned(),
            after: text("after").to_owned(),
        }
    }

    /// The filter of cases.
    ///
    /// # Errors
    /// `NotFound` for a procedure that the agency does not have.
    pub(super) fn filter(&self, work: &mut Work<'_>) -> Result<TraceFilter, Failure> {
        let document: Option<DocumentId> = match self.procedure.as_str() {
            "" => None,
            code => Some(documents::document_by_code(work, code)?),
        };
        Ok(TraceFilter {
            document,
            from: Some(self.from),
            to: Some(self.to),
            case: None,
        })
    }

    /// Whether a finding is one of those that are asked for.
    pub(super) fn wants(&self, finding: &Finding) -> bool {
        self.kind.is_none_or(|kind| finding.kind == kind)
            && self
                .person
                .as_ref()
                .is_none_or(|person| finding.person.as_ref() == Some(person))
            && (self.step.is_empty() || finding.step_code == self.step)
    }

    /// Whether certain findings are asked for.
    pub(super) fn is_narrowed(&self) -> bool {
        self.kind.is_some() || self.person.is_some() || !self.step.is_empty()
    }

    /// Whether a case belongs on the list.
    pub(super) fn lists(&self, judgement: &Judgement) -> bool {
        let only = match self.only {
            Only::All => true,
            Only::Conforming => judgement.is_conforming(),
            Only::Deviating => judgement.is_determined && !judgement.is_conforming(),
        };
        only && (!self.is_narrowed() || judgement.findings.iter().any(|finding| self.wants(finding)))
    }

    /// The address of a list in this period, of the same procedure unless `more` names one, narrowed by `more`.
    pub(super) fn list(&self, more: &[(&str, &str)]) -> String {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let mut pairs = vec![("from", from.as_str()), ("to", to.as_str())];
        if !self.procedure.is_empty() && more.iter().all(|(name, _)| *name != "procedure") {
            pairs.push(("procedure", &self.procedure));
        }
        pairs.extend(more);
        format!("/conformance/cases?{}", query(&pairs))
    }

    /// The address of this period and procedure as an event log, `xes` or `csv`.
    pub(super) fn log(&self, form: &str) -> String {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let pairs = [("from", from.as_str()), ("to", &to), ("procedure", &self.procedure)];
        format!("/conformance/log.{form}?{}", query(&pairs))
    }

    /// The address of the figures of this period.
    pub(super) fn figures(&self) -> String {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let pairs = [("from", from.as_str()), ("to", &to), ("procedure", &self.procedure)];
        format!("/conformance?{}", query(&pairs))
    }

    /// The address of the dotted chart of this period.
    pub(super) fn timeline(&self) -> String {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let pairs = [("from", from.as_str()), ("to", &to), ("procedure", &self.procedure)];
        format!("/conformance/timeline?{}", query(&pairs))
    }

    /// The address of a procedure's workflow with what was done in this period.
    pub(super) fn flow(&self, code: &str) -> String {
        let (code, from, to) = (escaped(code), self.from, self.to);
        format!("/conformance/procedures/{code}?from={from}&to={to}")
    }

    /// The address of this list for all officials and steps.
    pub(super) fn wide(&self) -> String {
        let all = Self {
            person: None,
            step: String::new(),
            ..self.clone()
        };
        all.next("")
    }

    /// The address of the next page of this list.
    pub(super) fn next(&self, after: &str) -> String {
        let only = match self.only {
            Only::All => "",
            Only::Conforming => "conforming",
            Only::Deviating => "deviating",
        };
        let pairs = [
            ("only", only),
            ("kind", self.kind.map_or("", FindingKind::as_str)),
            ("person", self.person.as_ref().map_or("", PersonId::as_str)),
            ("step", self.step.as_str()),
            ("after", after),
        ];
        let given: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        self.list(&given)
    }
}

/// What stands behind the question mark of the address, by name.
pub(super) fn typed(desk: &Desk) -> BTreeMap<String, String> {
    let pairs = Query::<Vec<(String, String)>>::from_query(desk.request().query_string());
    pairs
        .map(|pairs| pairs.into_inner().into_iter().collect())
        .unwrap_or_default()
}

/// Pairs as the query of an address.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn addresses_carry_any_text() {
        assert_eq!(
            query(&[("step", "B 1&ý"), ("kind", "skipped")]),
            "step=B%201%26%C3%BD&kind=skipped"
        );
    }
}
