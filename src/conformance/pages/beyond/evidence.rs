//! The evidence of an amendment: a report as Markdown, the cases as CSV, and what the draft says of both. In
//! Vietnamese, the language of the documents.

use super::practice::Studied;
use super::speech::Speech;
use crate::cases::Ended;
use crate::conformance::patterns::{Evidence, Opening, Practice, Proposal, Share};
use crate::conformance::sentence::{Names, Teller};
use crate::kernel::{Language, local};
use crate::render::Pages;
use crate::web::Desk;
use crate::workflow::StepTable;
use chrono::{NaiveDate, NaiveDateTime};

/// Everything that the evidence says, apart from the desk it was asked for at.
pub(super) struct Report {
    pages: Pages,
    names: Names,
    office: String,
    code: String,
    title: String,
    /// Number of the version whose cases were looked at.
    number: String,
    period: (NaiveDate, NaiveDate),
    author: String,
    at: NaiveDateTime,
    table: StepTable,
    practice: Practice,
    chosen: Vec<Proposal>,
    cases: Vec<Case>,
}

struct Case {
    code: String,
    received_at: NaiveDateTime,
    ended: Option<(Ended, NaiveDateTime)>,
    way: String,
    cost: u32,
    findings: usize,
}

impl Report {
    /// Takes from what was studied what the evidence needs.
    pub(super) fn new(desk: &Desk, studied: &Studied, opening: &Opening) -> Self {
        let cases = studied.judged.iter().map(|one| Case {
            code: one.trace.code.clone(),
            received_at: one.trace.received_at,
            ended: one.trace.ended.zip(one.trace.ended_at),
            way: one
                .trace
                .events
                .iter()
                .map(|event| event.step_code.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            cost: one.judgement.cost,
            findings: one.judgement.findings.len(),
        });
        let actor = desk.actor();
        Self {
            pages: desk.site().pages.clone(),
            names: Names::default(),
            office: desk.caller().agency_name.clone(),
            code: studied.head.code.clone(),
            title: studied.head.title.clone(),
            number: studied.head.issue.to_string(),
            period: opening.period,
            author: actor
                .person
                .as_ref()
                .map(|person| person.full_name.clone())
                .unwrap_or_default(),
            at: actor.at,
            table: studied.content.table.clone(),
            practice: studied.practice.clone(),
            chosen: opening.chosen.clone(),
            cases: cases.collect(),
        }
    }

    fn speech(&self) -> Speech<'_> {
        Speech(Teller {
            words: self.pages.words(),
            language: Language::Vi,
            names: &self.names,
        })
    }

    fn word(&self, key: &str, holes: &[(&str, String)]) -> String {
        self.speech().word(&format!("evidence.{key}"), holes)
    }

    fn facts(&self) -> [(&'static str, String); 6] {
        [
            ("code", self.code.clone()),
            ("number", self.number.clone()),
            ("from", day(self.period.0)),
            ("to", day(self.period.1)),
            ("ended", self.practice.cases.part.to_string()),
            ("all", self.practice.cases.whole.to_string()),
        ]
    }

    /// Heading, then a row of the table for each proposal.
    fn chosen(&self, out: &mut String, applied: &[bool]) {
        let speech = self.speech();
        let head = ["no", "proposal", "because", "done"].map(|key| self.word(key, &[]));
        let rows = self.chosen.iter().zip(applied).enumerate().map(|(at, (one, applied))| {
            let more = [speech.effect(one), speech.why_noted(one)];
            let more: String = more.into_iter().flatten().map(|text| format!(" {text}")).collect();
            vec![
                (at + 1).to_string(),
                speech.proposal(one, &self.table),
                format!("{}{more}", speech.because(one)),
                self.word(if *applied { "applied" } else { "noted" }, &[]),
            ]
        });
        section(out, &self.word("chosen", &[]), &head, rows);
    }

    fn orders(&self, out: &mut String) {
        let speech = self.speech();
        let head = ["order", "cases", "fits"].map(|key| self.word(key, &[]));
        let rows = self.practice.variants.iter().map(|one| {
            let fits = if one.fitting == one.cases.part { "yes" } else { "not" };
            vec![one.steps.join(" → "), speech.share(one.cases), self.word(fits, &[])]
        });
        section(out, &self.word("orders", &[]), &head, rows);
        let head = ["before", "after", "times", "cases", "fits"].map(|key| self.word(key, &[]));
        let rows = self.practice.follows.iter().map(|one| {
            let end = |code: &Option<String>, key: &str| code.clone().unwrap_or_else(|| self.word(key, &[]));
            vec![
                end(&one.from, "receipt"),
                end(&one.to, "end"),
                one.times.to_string(),
                one.cases.to_string(),
                speech.only_percent(Share::new(one.fitting, one.times)),
            ]
        });
        section(out, &self.word("follows", &[]), &head, rows);
    }

    fn steps(&self, out: &mut String) {
        let speech = self.speech();
        let head = ["step", "done_in", "times", "repeated"].map(|key| self.word(key, &[]));
        let rows = self.practice.steps.iter().map(|one| {
            vec![
                Speech::step(&self.table, &one.code),
                speech.share(one.cases),
                one.times.to_string(),
                one.repeated.to_string(),
            ]
        });
        section(out, &self.word("steps", &[]), &head, rows);
        let head = ["step", "limit", "median", "p90", "times", "late"].map(|key| self.word(key, &[]));
        let rows = self.practice.times.iter().map(|one| {
            let step = self.table.steps.get(one.row);
            vec![
                step.map(|step| Speech::step(&self.table, step.code.as_str()))
                    .unwrap_or_default(),
                speech.0.limit(one.limit),
                speech.hours(one.hours.median),
                speech.hours(one.hours.p90),
                one.hours.count.to_string(),
                speech.share(one.late),
            ]
        });
        section(out, &self.word("limits", &[]), &head, rows);
    }
}

fn day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// A heading and a table of Markdown; nothing when there is no row.
fn section(out: &mut String, title: &str, head: &[String], rows: impl Iterator<Item = Vec<String>>) {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| cell.replace('|', "\\|").replace('\n', " "))
            .collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rows: String = rows.map(|row| line(&row)).collect();
    if rows.is_empty() {
        return;
    }
    out.push_str(&format!(
        "\n## {title}\n\n{}|{}\n{rows}",
        line(head),
        " --- |".repeat(head.len())
    ));
}

/// A field of a table of commas.
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

impl Evidence for Report {
    fn report(&self, number: i64, applied: &[bool]) -> String {
        let facts = self.facts();
        let mut out = format!(
            "# {}\n\n{}\n\n",
            self.word("title", &[("n", number.to_string())]),
            self.office
        );
        let about = [
            self.word("about", &[("code", self.code.clone()), ("title", self.title.clone())]),
            self.word("looked_at", &facts),
            self.word(
                "fitting",
                &[(
                    "share",
                    self.speech()
                        .share(Share::new(self.practice.fitting, self.practice.cases.part)),
                )],
            ),
            self.word(
                "made",
                &[
                    ("name", self.author.clone()),
                    ("at", local(self.at).format("%H:%M %d/%m/%Y").to_string()),
                ],
            ),
        ];
        for line in about {
            out.push_str(&format!("- {line}\n"));
        }
        self.chosen(&mut out, applied);
        self.orders(&mut out);
        self.steps(&mut out);
        out.push_str(&format!(
            "\n## {}\n\n{}\n",
            self.word("method_title", &[]),
            self.word("method", &[])
        ));
        out
    }

    fn cases(&self) -> String {
        let head =
            ["case", "received", "ended", "ended_at", "order", "cost", "findings"].map(|key| self.word(key, &[]));
        let mut out = String::from("\u{feff}");
        out.push_str(&head.map(|cell| field(&cell)).join(","));
        for case in &self.cases {
            let moment = |at: NaiveDateTime| local(at).format("%Y-%m-%d %H:%M").to_string();
            let (ended, ended_at) = case
                .ended
                .map(|(ended, at)| (ended.as_str().to_owned(), moment(at)))
                .unwrap_or_default();
            let cells = [
                case.code.clone(),
                moment(case.received_at),
                ended,
                ended_at,
                case.way.clone(),
                case.cost.to_string(),
                case.findings.to_string(),
            ];
            out.push_str(&format!("\r\n{}", cells.map(|cell| field(&cell)).join(",")));
        }
        out.push_str("\r\n");
        out
    }

    fn summary(&self, applied: &[bool]) -> String {
        let speech = self.speech();
        let done = self.chosen.iter().zip(applied).filter(|(_, applied)| **applied);
        let texts: Vec<String> = done.map(|(one, _)| speech.proposal(one, &self.table)).collect();
        if texts.is_empty() {
            return self.word("only_notes", &[]);
        }
        texts.join("; ")
    }

    fn basis(&self, number: i64, hash: &str) -> String {
        let mut facts = self.facts().to_vec();
        facts.extend([("n", number.to_string()), ("hash", hash.to_owned())]);
        self.word("basis", &facts)
    }

    fn notes(&self, applied: &[bool]) -> String {
        let speech = self.speech();
        let left = self.chosen.iter().zip(applied).filter(|(_, applied)| !**applied);
        let lines: String = left
            .map(|(one, _)| format!("- {}. {}\n", speech.proposal(one, &self.table), speech.because(one)))
            .collect();
        if lines.is_empty() {
            return String::new();
        }
        format!("\n\n## {}\n\n{lines}", self.word("notes", &[]))
    }
}
