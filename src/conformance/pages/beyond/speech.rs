//! Shares, times, verdicts and proposals in words.

use crate::conformance::patterns::{Change, Measured, Month, Proposal, Share, ShareChange, ValueChange};
use crate::conformance::sentence::Teller;
use crate::workflow::StepTable;
use serde::Serialize;

/// Speaks to one reader.
pub(super) struct Speech<'a>(pub(super) Teller<'a>);

/// A figure before and after a change.
#[derive(Serialize)]
pub(super) struct Figure {
    pub(super) label: String,
    before: String,
    after: String,
    difference: String,
    verdict: &'static str,
    chance: Option<String>,
}

impl Figure {
    /// Shows other figures than those that were compared.
    pub(super) fn put(&mut self, before: String, after: String) {
        (self.before, self.after) = (before, after);
        self.difference = String::new();
    }
}

impl Speech<'_> {
    /// A word of these pages.
    pub(super) fn word(&self, key: &str, holes: &[(&str, String)]) -> String {
        self.0.words.fill(self.0.language, &format!("patterns.{key}"), holes)
    }

    /// Whole percents.
    pub(super) fn percent(&self, value: f64) -> String {
        self.0.decimal(&format!("{:.0} %", value * 100.0))
    }

    /// `30 % (12/40)`; a dash of nothing.
    pub(super) fn share(&self, share: Share) -> String {
        match share.value() {
            Some(value) => format!("{} ({}/{})", self.percent(value), share.part, share.whole),
            None => "–".to_owned(),
        }
    }

    /// Only the percents; a dash of nothing.
    pub(super) fn only_percent(&self, share: Share) -> String {
        share.value().map_or("–".to_owned(), |value| self.percent(value))
    }

    /// The interval of a share; empty of nothing.
    pub(super) fn interval(&self, share: Share) -> String {
        let text = |(low, high)| format!("{} – {}", self.percent(low), self.percent(high));
        share.interval().map(text).unwrap_or_default()
    }

    /// Hours with one decimal; less than one in minutes.
    pub(super) fn hours(&self, hours: Option<f64>) -> String {
        hours.map_or("–".to_owned(), |hours| self.time(hours, ""))
    }

    /// A time, with a sign in front: the minus of print, and none of nothing.
    fn time(&self, hours: f64, plus: &str) -> String {
        let (size, word) = if hours.abs() < 1.0 {
            (format!("{:.0}", hours.abs() * 60.0), "minutes")
        } else {
            (format!("{:.1}", hours.abs()), "hours")
        };
        let sign = if size == "0" {
            ""
        } else if hours < 0.0 {
            "−"
        } else {
            plus
        };
        self.word(word, &[("n", self.0.decimal(&format!("{sign}{size}")))])
    }

    /// Three decimals.
    pub(super) fn fine(&self, value: Option<f64>) -> String {
        value.map_or("–".to_owned(), |value| self.0.decimal(&format!("{value:.3}")))
    }

    /// `11/2026`.
    pub(super) fn month(month: Month) -> String {
        format!("{}/{}", month.1, month.0)
    }

    fn chance(&self, chance: Option<f64>) -> Option<String> {
        let text = |chance: f64| {
            if chance < 0.001 {
                self.0.decimal("p < 0.001")
            } else {
                self.0.decimal(&format!("p = {chance:.3}"))
            }
        };
        chance.map(text)
    }

    /// A share before and after.
    pub(super) fn shares(&self, label: String, change: &ShareChange) -> Figure {
        let points = |value: f64| match format!("{:+.0}", value * 100.0) {
            zero if zero == "+0" || zero == "-0" => "0".to_owned(),
            text => text.replace('-', "−"),
        };
        let difference = change.difference.map(|(grew, (low, high))| {
            let holes = [("n", points(grew)), ("low", points(low)), ("high", points(high))];
            self.word("points", &holes)
        });
        Figure {
            label,
            before: self.share(change.before),
            after: self.share(change.after),
            difference: difference.unwrap_or_default(),
            verdict: change.verdict.as_str(),
            chance: self.chance(change.chance),
        }
    }

    /// Hours before and after.
    pub(super) fn values(&self, label: String, change: &ValueChange) -> Figure {
        let grew = change
            .before
            .median
            .zip(change.after.median)
            .map(|(before, after)| self.time(after - before, "+"));
        Figure {
            label,
            before: self.measured(&change.before),
            after: self.measured(&change.after),
            difference: grew.unwrap_or_default(),
            verdict: change.verdict.as_str(),
            chance: self.chance(change.chance),
        }
    }

    /// Median, the time within which nine of ten were done, and how many.
    pub(super) fn measured(&self, measured: &Measured) -> String {
        if measured.count == 0 {
            return "–".to_owned();
        }
        let between = measured.interval.map(|(low, high)| {
            let one = |value: f64| self.time(value, "");
            self.word("between", &[("low", one(low)), ("high", one(high))])
        });
        let holes = [
            ("median", self.hours(measured.median)),
            ("between", between.unwrap_or_default()),
            ("p90", self.hours(measured.p90)),
            ("n", measured.count.to_string()),
        ];
        self.word("measured", &holes)
    }

    /// A step by code and name; one that the table does not have by its code.
    pub(super) fn step(table: &StepTable, code: &str) -> String {
        let step = table.steps.iter().find(|step| step.code.as_str() == code);
        step.map_or_else(|| code.to_owned(), |step| format!("{code} “{}”", step.name))
    }

    /// What a proposal proposes.
    pub(super) fn proposal(&self, proposal: &Proposal, table: &StepTable) -> String {
        let step = |code: &str| Self::step(table, code);
        let holes: Vec<(&str, String)> = match &proposal.change {
            Change::Move { step: own, before } => vec![("step", step(own)), ("before", step(before))],
            Change::Optional { step: own } | Change::Control { step: own } => vec![("step", step(own))],
            Change::Add { step: own, after } => {
                let start = || self.word("start", &[]);
                vec![
                    ("step", step(own)),
                    ("after", after.as_deref().map_or_else(start, step)),
                ]
            }
            Change::Limit {
                step: own, from, to, ..
            } => {
                vec![
                    ("step", step(own)),
                    ("from", self.0.limit(*from)),
                    ("to", self.0.limit(*to)),
                ]
            }
            Change::Rework { from, to, outcome } => {
                vec![("from", step(from)), ("to", step(to)), ("outcome", outcome.clone())]
            }
        };
        let mut text = self.word(&format!("proposal.{}", proposal.change.word()), &holes);
        if let Change::Limit { duration, .. } = &proposal.change
            && let Some(case) = table.durations.iter().find(|case| case.code.as_str() == duration)
            && table.durations.len() > 1
        {
            text.push_str(&self.word("proposal.in_case", &[("name", case.name.clone())]));
        }
        text
    }

    /// What a proposal rests on.
    pub(super) fn because(&self, proposal: &Proposal) -> String {
        let word = format!("because.{}", proposal.change.word());
        let mut holes = vec![
            ("part", proposal.cases.part.to_string()),
            ("whole", proposal.cases.whole.to_string()),
            ("share", self.only_percent(proposal.cases)),
            ("interval", self.interval(proposal.cases)),
        ];
        if let (Some(hours), Some((now, then))) = (proposal.hours, proposal.late) {
            holes.extend([
                ("median", self.hours(hours.median)),
                ("p90", self.hours(hours.p90)),
                ("late", self.share(now)),
                ("then", self.share(then)),
            ]);
        }
        self.word(&word, &holes)
    }

    /// Why a change that could be made in the table is left to the author; `None` for the others.
    pub(super) fn why_noted(&self, proposal: &Proposal) -> Option<String> {
        let key = match (&proposal.change, proposal.effect) {
            _ if proposal.is_mechanical => return None,
            (Change::Limit { .. }, _) => "noted.limit",
            (Change::Move { .. } | Change::Optional { .. }, Some(_)) => "noted.no_better",
            (Change::Move { .. } | Change::Optional { .. }, None) => "noted.table",
            (Change::Control { .. } | Change::Add { .. } | Change::Rework { .. }, _) => return None,
        };
        Some(self.word(key, &[]))
    }

    /// What a proposal does to the cases; `None` when it changes no way.
    pub(super) fn effect(&self, proposal: &Proposal) -> Option<String> {
        let effect = proposal.effect?;
        let holes = [
            ("now", effect.fitting.0.part.to_string()),
            ("then", effect.fitting.1.part.to_string()),
            ("whole", effect.fitting.1.whole.to_string()),
            ("cost_now", effect.cost.0.to_string()),
            ("cost_then", effect.cost.1.to_string()),
        ];
        Some(self.word("effect", &holes))
    }
}
