//! The personal handbook as a paper: a table of one's steps for each procedure, lying A4. Pure.

use super::handbook::Handbook;
use super::my_work::{MyProcedure, MyStep};
use crate::kernel::Language;
use crate::print::{Block, Cell, Face, Paper, Paragraph, Part, Run, Running, Table};
use crate::render::Words;
use chrono::NaiveDateTime;

const SIZE: f32 = 10.0;

fn lines(texts: impl IntoIterator<Item = (String, Face)>) -> Cell {
    let line = |(text, face): (String, Face)| Paragraph {
        size: SIZE,
        ..Paragraph::of(text, face).in_cell()
    };
    texts
        .into_iter()
        .filter(|(text, _)| !text.is_empty())
        .map(line)
        .collect()
}

struct Say<'a>(&'a Words);

impl Say<'_> {
    fn word(&self, key: &str) -> String {
        self.0.get(Language::Vi, key).to_owned()
    }

    fn fill(&self, key: &str, holes: &[(&str, String)]) -> String {
        self.0.fill(Language::Vi, key, holes)
    }

    fn step(&self, step: &MyStep) -> Vec<Cell> {
        let what = [
            (format!("{} {}", step.code, step.name), Face::Bold),
            (step.note.clone(), Face::Italic),
        ];
        let time = |time: &crate::documents::TimeShown| {
            let text = if time.shared.is_empty() {
                time.text.clone()
            } else {
                self.fill("home.my_work.shared", &[("limit", time.text.clone())])
            };
            let case = Some(&time.case).filter(|case| !case.is_empty());
            (case.map_or(text.clone(), |case| format!("{case}: {text}")), Face::Plain)
        };
        let mut times: Vec<(String, Face)> = step.times.iter().map(time).collect();
        if times.is_empty() {
            times.push((self.word("home.no_time"), Face::Plain));
        }
        let forms = step.forms.iter().map(|form| format!("{} {}", form.code, form.name));
        let outputs = step.outputs.iter().map(|output| format!("→ {output}"));
        let made = forms.chain(outputs).map(|text| (text, Face::Plain));
        let next = step.to.iter().map(|way| {
            let to = if way.end.is_empty() {
                format!("{} ({})", way.who.join(", "), way.step)
            } else {
                self.word(&format!("home.my_work.end.{}", way.end))
            };
            let outcome = Some(&way.outcome).filter(|outcome| !outcome.is_empty());
            (
                outcome.map_or(to.clone(), |outcome| format!("{outcome}: {to}")),
                Face::Plain,
            )
        });
        vec![lines(what), lines(times), lines(made), lines(next)]
    }

    fn procedure(&self, one: &MyProcedure) -> [Block; 2] {
        let issue = one.effective_from.map(|from| {
            let day = from.format("%d/%m/%Y").to_string();
            self.fill("home.handbook.issue", &[("n", one.number.clone()), ("day", day)])
        });
        let about: Vec<String> = std::iter::once(one.field.clone()).chain(issue).collect();
        // All of it is the heading, which never stands at the end of a page without its table.
        let heading = vec![
            Run::new(format!("{} {}", one.code, one.title), Face::Bold),
            Run::new(format!(" – {}", about.join(" · ")), Face::Italic),
        ];
        let head = |key: &str| lines([(self.word(key), Face::Bold)]);
        [
            Block::Heading(3, heading),
            Block::Table(Table {
                columns: vec![34.0, 18.0, 26.0, 22.0],
                head: vec![
                    head("home.my_work.what"),
                    head("home.my_work.time"),
                    head("home.my_work.forms"),
                    head("home.handbook.next"),
                ],
                rows: one.steps.iter().map(|step| self.step(step)).collect(),
                whole_rows: true,
            }),
        ]
    }
}

/// The handbook of one person as a paper of the moment `at` (UTC). Its words are Vietnamese, as those of the procedures.
pub(super) fn paper(book: &Handbook, agency: &str, at: NaiveDateTime, words: &Words) -> Paper {
    let say = Say(words);
    let title = say.fill("home.handbook.of", &[("name", book.name.clone())]);
    let day = book.today.format("%d/%m/%Y").to_string();
    let lead = say.fill(
        "home.handbook.lead",
        &[
            ("steps", book.steps.to_string()),
            ("procedures", book.procedures.len().to_string()),
            ("day", day),
        ],
    );
    let line = |text: String, face: Face, size: f32| Block::Paragraph(Paragraph::of(text, face).centred(size));
    let mut blocks = vec![
        line(agency.to_owned(), Face::Bold, 12.0),
        line(title.to_uppercase(), Face::Bold, 15.0),
        line(book.positions.join(", "), Face::Plain, 12.0),
        line(lead, Face::Italic, 11.0),
    ];
    if book.procedures.is_empty() {
        blocks.push(line(say.word("home.handbook.none"), Face::Plain, 12.0));
    }
    blocks.extend(book.procedures.iter().flat_map(|one| say.procedure(one)));
    Paper {
        title: title.clone(),
        author: agency.to_owned(),
        at,
        contents: None,
        parts: vec![Part {
            title: title.clone(),
            running: Running {
                left: title,
                right: say.word("lists.page_of"),
                ..Running::default()
            },
            blocks,
            is_lying: true,
        }],
    }
}
