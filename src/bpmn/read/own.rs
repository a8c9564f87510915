//! What our own namespace says in a file, and guesses where it says nothing.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::fault::{Unexpressed, Why};
use super::model::unexpressed;
use crate::bpmn::write::{NAMESPACE, end_word, unit_word};
use crate::nets::XmlElement;
use crate::workflow::{
    Clock, DurationCase, DurationCode, End, RoleCode, SharedTime, StepCode, StepTable, StepTime, TimeLimit, TimeUnit,
};

/// What our own elements say about a step.
#[derive(Debug, Default)]
pub(super) struct OwnStep {
    pub(super) code: Option<String>,
    pub(super) optional: bool,
    pub(super) clock: Clock,
    pub(super) counted: bool,
    pub(super) max_times: Option<u32>,
    /// Parallel part and branch.
    pub(super) branch: Option<(String, String)>,
    /// The way to the row below is stated.
    pub(super) stated: bool,
    pub(super) roles: Vec<RoleCode>,
    pub(super) times: Vec<(DurationCode, StepTime)>,
    pub(super) different_from: Vec<StepCode>,
    pub(super) same_as: Vec<StepCode>,
    pub(super) forms: Vec<String>,
    pub(super) outputs: Vec<String>,
}

/// Finds what our own namespace says.
#[derive(Debug)]
pub(super) struct Own {
    /// The prefix of the namespace, with its colon; one that no name has where the file does not use it.
    prefix: String,
}

impl Own {
    pub(super) fn of(root: &XmlElement) -> Self {
        let declared = root.attributes().find(|(_, value)| *value == NAMESPACE);
        let prefix = declared.and_then(|(name, _)| name.strip_prefix("xmlns:"));
        Self {
            prefix: prefix.map_or_else(|| ":".to_owned(), |prefix| format!("{prefix}:")),
        }
    }

    /// The name of an attribute or element of the namespace, as the file writes it.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn all<'e>(&self, parent: &'e XmlElement, name: &str) -> impl Iterator<Item = &'e XmlElement> {
        let name = self.name(name);
        parent.children.iter().filter(move |child| child.full_name() == name)
    }

    fn extensions<'e>(&self, element: &'e XmlElement, name: &str) -> impl Iterator<Item = &'e XmlElement> {
        let name = self.name(name);
        let parts = element.named("extensionElements").flat_map(|parts| &parts.children);
        parts.filter(move |child| child.full_name() == name)
    }

    /// How a case ends there; where nothing is said, by the words of its name.
    pub(super) fn end(&self, element: &XmlElement) -> End {
        let ends = [End::Completed, End::Refused, End::Withdrawn];
        let said = element.attribute(&self.name("end"));
        if let Some(end) = ends.into_iter().find(|end| said == Some(end_word(*end))) {
            return end;
        }
        let name = fold(element.attribute("name").unwrap_or_default());
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&["tu choi", "khong tiep nhan", "refus", "reject", "denied"]) {
            End::Refused
        } else if has(&["rut ho so", "rut don", "withdr"]) {
            End::Withdrawn
        } else {
            End::Completed
        }
    }

    pub(super) fn step(&self, element: &XmlElement, said: &mut Vec<Unexpressed>) -> Option<OwnStep> {
        let own = self.extensions(element, "step").next()?;
        let text = |name: &str| own.attribute(name).map(str::to_owned);
        let codes = |name: &str| -> Vec<StepCode> {
            let codes = self.all(own, name).filter_map(|child| child.attribute("step"));
            codes.map(StepCode::new).collect()
        };
        let texts = |name: &str, attribute: &str| -> Vec<String> {
            let texts = self.all(own, name).filter_map(|child| child.attribute(attribute));
            texts.map(str::to_owned).collect()
        };
        let max_times = own.attribute("maxTimes").map(|text| text.parse().ok());
        let mut times = Vec::new();
        for child in self.all(own, "time") {
            match time(child) {
                Some(time) => times.push(time),
                None => said.push(unexpressed(child, Why::BadValue)),
            }
        }
        if max_times == Some(None) {
            said.push(unexpressed(own, Why::BadValue));
        }
        Some(OwnStep {
            code: text("code").filter(|code| !code.trim().is_empty()),
            optional: own.attribute("optional") == Some("true"),
            clock: if own.attribute("clock") == Some("paused") {
                Clock::Paused
            } else {
                Clock::Runs
            },
            counted: own.attribute("counted") != Some("false"),
            max_times: max_times.flatten(),
            branch: text("group").zip(text("branch")),
            stated: own.attribute("next") == Some("stated"),
            roles: texts("role", "code").into_iter().map(RoleCode::new).collect(),
            times,
            different_from: codes("differentFrom"),
            same_as: codes("sameAs"),
            forms: texts("form", "code"),
            outputs: texts("output", "text"),
        })
    }

    /// The duration cases and shared times of a file.
    pub(super) fn durations(&self, root: &XmlElement, table: &mut StepTable, said: &mut Vec<Unexpressed>) {
        for process in root.named("process") {
            for child in self.extensions(process, "duration") {
                let text = |name: &str| child.attribute(name).unwrap_or_default().to_owned();
                match limit(child) {
                    Some(limit) => table.durations.push(DurationCase {
                        code: DurationCode::new(text("code")),
                        name: text("name"),
                        limit,
                    }),
                    None => said.push(unexpressed(child, Why::BadValue)),
                }
            }
            for child in self.extensions(process, "sharedTime") {
                let code = child.attribute("code").unwrap_or_default().to_owned();
                match limit(child) {
                    Some(limit) => table.shared_times.push(SharedTime { code, limit }),
                    None => said.push(unexpressed(child, Why::BadValue)),
                }
            }
        }
    }
}

fn time(element: &XmlElement) -> Option<(DurationCode, StepTime)> {
    let case = DurationCode::new(element.attribute("case")?);
    let time = match element.attribute("shared") {
        Some(cell) => StepTime::Shared(cell.to_owned()),
        None => StepTime::Own(limit(element)?),
    };
    Some((case, time))
}

/// A decimal with two places, and its unit.
fn limit(element: &XmlElement) -> Option<TimeLimit> {
    let (whole, part) = element.attribute("limit")?.split_once('.')?;
    let part: u32 = part.parse().ok().filter(|_| part.len() == 2)?;
    let hundredths = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)?;
    let units = [
        TimeUnit::WorkingDay,
        TimeUnit::CalendarDay,
        TimeUnit::WorkingHour,
        TimeUnit::ClockHour,
    ];
    let stated = element.attribute("unit")?;
    let unit = units.into_iter().find(|unit| unit_word(*unit) == stated)?;
    Some(TimeLimit { hundredths, unit })
}

/// Small letters without marks.
fn fold(text: &str) -> String {
    let plain = text.nfd().filter(|letter| !is_combining_mark(*letter));
    plain
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect()
}

/// Codes for names, the same one for the same name.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    known: BTreeMap<String, String>,
    used: BTreeSet<String>,
    /// The next number to try behind a code that is used.
    numbers: BTreeMap<String, usize>,
}

impl Slugs {
    pub(super) fn of(&mut self, name: &str) -> String {
        if let Some(code) = self.known.get(name) {
            return code.clone();
        }
        let words: Vec<String> = fold(name)
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let base: String = words.join("_").chars().take(40).collect();
        let base = if base.is_empty() { "role".to_owned() } else { base };
        let mut code = base.clone();
        let number = self.numbers.entry(base.clone()).or_insert(2);
        while !self.used.insert(code.clone()) {
            code = format!("{base}_{number}");
            *number += 1;
        }
        self.known.insert(name.to_owned(), code.clone());
        code
    }
}
