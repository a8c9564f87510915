//! Findings in plain words: one sentence for what happened, one for what the approved table says. Pure.

use super::finding::{Arg, Finding};
use crate::cases::Trace;
use crate::documents::{Role, VersionHead};
use crate::kernel::{Language, PersonId, VersionId, local};
use crate::procedures::limit_text;
use crate::render::Words;
use crate::workflow::{RoleCode, StepTable, TimeLimit};
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// Working minutes in an hour and in a working day, as limits count them.
const HOUR: i64 = 60;
const DAY: i64 = 8 * HOUR;

/// The names that sentences need.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Roles by code, in the reader's language.
    pub(super) roles: BTreeMap<String, String>,
    /// People.
    pub(super) people: BTreeMap<PersonId, String>,
    /// Versions: code of the document and issue; without one for a text that is no numbered version of this office.
    pub(super) versions: BTreeMap<VersionId, (String, String)>,
}

impl Names {
    /// Names of roles in a language; a role without an English name keeps its Vietnamese one.
    pub(super) fn roles(language: Language, roles: Vec<Role>) -> BTreeMap<String, String> {
        let name = |role: Role| {
            let english = language == Language::En && !role.name_en.is_empty();
            (role.code, if english { role.name_en } else { role.name })
        };
        roles.into_iter().map(name).collect()
    }

    /// Codes and issues of versions.
    pub(super) fn versions(heads: &[VersionHead]) -> BTreeMap<VersionId, (String, String)> {
        heads
            .iter()
            .map(|head| (head.id.clone(), (head.code.clone(), head.issue.to_string())))
            .collect()
    }

    /// The people and versions that a finding names besides who did it.
    pub(super) fn wanted<'a>(
        findings: impl Iterator<Item = &'a Finding>,
        people: &mut Vec<PersonId>,
        versions: &mut Vec<VersionId>,
    ) {
        for (_, arg) in findings.flat_map(|finding| &finding.args) {
            match arg {
                Arg::People(own) => people.extend(own.iter().cloned()),
                Arg::Version(own) => versions.push(own.clone()),
                Arg::Text(_)
                | Arg::Count(_)
                | Arg::Moment(_)
                | Arg::NoMoment
                | Arg::Ended(_)
                | Arg::Day(_)
                | Arg::Rows(_)
                | Arg::Limit(_)
                | Arg::WorkingMinutes(_)
                | Arg::Roles(_)
                | Arg::Texts(_) => {}
            }
        }
    }
}

/// Tells findings to one reader.
pub(super) struct Teller<'a> {
    pub(super) words: &'a Words,
    pub(super) language: Language,
    pub(super) names: &'a Names,
}

impl Teller<'_> {
    /// What happened.
    pub(super) fn says(&self, finding: &Finding, trace: &Trace, table: &StepTable) -> String {
        let key = format!("conformance.says.{}", finding.word);
        self.words.fill(self.language, &key, &self.holes(finding, trace, table))
    }

    /// What the approved table says.
    pub(super) fn rule(&self, finding: &Finding, trace: &Trace, table: &StepTable) -> String {
        let key = format!("conformance.rule.{}", finding.word);
        self.words.fill(self.language, &key, &self.holes(finding, trace, table))
    }

    /// Where the rule stands: document, version and row.
    pub(super) fn place(&self, finding: &Finding, trace: &Trace) -> String {
        let (key, row) = match finding.rule.row {
            Some(row) => ("conformance.place_row", row + 1),
            None => ("conformance.place", 0),
        };
        let holes = [("version", self.version(&trace.version)), ("row", row.to_string())];
        self.words.fill(self.language, key, &holes)
    }

    fn holes(&self, finding: &Finding, trace: &Trace, table: &StepTable) -> Vec<(&'static str, String)> {
        let step = match finding.row {
            Some(row) => self.rows(table, &[row]),
            None => finding.step_code.clone(),
        };
        let mut holes = vec![
            ("step", step),
            ("who", self.who(finding)),
            ("when", finding.at.map_or_else(|| self.word("no_moment"), moment)),
            ("version", self.version(&trace.version)),
        ];
        holes.extend(finding.args.iter().map(|(name, arg)| (*name, self.arg(arg, table))));
        holes
    }

    fn word(&self, name: &str) -> String {
        self.words.get(self.language, &format!("conformance.{name}")).to_owned()
    }

    /// Who did it, as far as a log says so.
    fn who(&self, finding: &Finding) -> String {
        if finding.person_name.is_empty() {
            self.word("somebody")
        } else {
            finding.person_name.clone()
        }
    }

    fn arg(&self, arg: &Arg, table: &StepTable) -> String {
        match arg {
            Arg::Text(text) => text.clone(),
            Arg::Count(count) => count.to_string(),
            Arg::Moment(at) => moment(*at),
            Arg::NoMoment => self.word("no_moment"),
            Arg::Ended(ended) => self.word(&format!("ended.{ended}")),
            Arg::Day(day) => day.format("%d/%m/%Y").to_string(),
            Arg::Rows(rows) => self.rows(table, rows),
            Arg::Limit(limit) => self.limit(*limit),
            Arg::WorkingMinutes(minutes) => self.working(*minutes),
            Arg::Roles(roles) => self.roles(roles),
            Arg::People(people) if people.is_empty() => self.word("nobody"),
            Arg::People(people) => {
                let name = |person| self.names.people.get(person).cloned();
                people.iter().filter_map(name).collect::<Vec<_>>().join(", ")
            }
            Arg::Version(version) => self.version(version),
            Arg::Texts(texts) => texts.join("; "),
        }
    }

    /// Steps by code and name.
    pub(super) fn rows(&self, table: &StepTable, rows: &[usize]) -> String {
        let name = |row: &usize| {
            table
                .steps
                .get(*row)
                .map(|step| format!("{} “{}”", step.code, step.name))
        };
        rows.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    }

    /// Roles by name.
    pub(super) fn roles(&self, roles: &[RoleCode]) -> String {
        let name = |role: &RoleCode| {
            self.names
                .roles
                .get(role.as_str())
                .map_or(role.as_str(), String::as_str)
                .to_owned()
        };
        let or = self.words.get(self.language, "conformance.or");
        roles.iter().map(name).collect::<Vec<_>>().join(&format!(" {or} "))
    }

    /// A version by the code of its document and its number.
    pub(super) fn version(&self, version: &VersionId) -> String {
        let Some((code, number)) = self.names.versions.get(version) else {
            return "?".to_owned();
        };
        if number.is_empty() {
            return code.clone();
        }
        let holes = [("code", code.clone()), ("number", number.clone())];
        self.words.fill(self.language, "conformance.version", &holes)
    }

    /// A time limit.
    pub(super) fn limit(&self, limit: TimeLimit) -> String {
        let text = limit_text(limit);
        let Some((number, unit)) = text.split_once(' ') else {
            return text;
        };
        let number = self.decimal(number);
        self.words
            .fill(self.language, &format!("time.{unit}"), &[("n", number)])
    }

    /// A number as the reader writes it.
    pub(super) fn decimal(&self, number: &str) -> String {
        match self.language {
            Language::Vi => number.replace('.', ","),
            Language::En => number.to_owned(),
        }
    }

    fn working(&self, minutes: i64) -> String {
        let minutes = minutes.max(0);
        let parts = [
            ("days", minutes / DAY),
            ("hours", minutes % DAY / HOUR),
            ("minutes", minutes % HOUR),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(_, number)| *number > 0)
            .map(|(unit, number)| {
                self.words.fill(
                    self.language,
                    &format!("conformance.over.{unit}"),
                    &[("n", number.to_string())],
                )
            })
            .collect();
        if said.is_empty() {
            self.words.get(self.language, "conformance.over.nothing").to_owned()
        } else {
            said.join(" ")
        }
    }
}

/// A moment in UTC on the office clock.
pub(super) fn moment(utc: NaiveDateTime) -> String {
    local(utc).format("%H:%M %d/%m/%Y").to_string()
}
