//! Cases that follow a table: a way through it, who does each step, and when.

use super::chance::Chance;
use super::texts::groups;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use quytrinh::assignments::{Assignee, Assignment, Book};
use quytrinh::cases::{Ended, Event, Trace};
use quytrinh::documents::Content;
use quytrinh::kernel::{CaseId, DocumentId, PersonId, VersionId, to_utc};
use quytrinh::procedures::Mode;
use quytrinh::workflow::{End, RoleCode, State, StepTable, Target, Workflow};
use std::collections::BTreeMap;

/// A way is not made longer than this by chance.
const LONG: usize = 24;
/// People of each role, and of each group of rows that one person must do.
const PEOPLE: usize = 4;

/// A step of a way: the row, and the place of the outcome among those that the row names.
pub type Taken = (usize, usize);

/// A way through a table with the end that it came to.
#[derive(Debug, Clone)]
pub struct Way {
    pub steps: Vec<Taken>,
    pub end: End,
}

/// A procedure with the people who work by it.
pub struct Office<'a> {
    pub content: &'a Content,
    pub workflow: &'a Workflow,
    pub book: Book,
    /// By row, the group of rows that one person must do.
    groups: Vec<usize>,
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Monday 2 March 2026, eight o'clock in the office.
pub fn monday() -> NaiveDateTime {
    to_utc(day(2026, 3, 2).and_hms_opt(8, 0, 0).unwrap())
}

/// Somebody without a role, and somebody with all of them.
pub const OUTSIDER: &str = "ngoài";
pub const EVERYBODY: &str = "mọi vai";
/// Somebody who had all roles until the end of the year before.
pub const FORMER: &str = "nghỉ hưu";

impl<'a> Office<'a> {
    pub fn new(content: &'a Content) -> Self {
        let table = &content.table;
        let groups = groups(table);
        let mut book = Book::default();
        for (row, step) in table.steps.iter().enumerate() {
            for role in &step.roles {
                for number in 0..PEOPLE {
                    assign(&mut book, role, &performer(groups[row], number), None);
                }
                assign(&mut book, role, EVERYBODY, None);
                assign(&mut book, role, FORMER, Some(day(2025, 12, 31)));
            }
        }
        Self {
            content,
            workflow: content.workflow.as_ref().unwrap(),
            book,
            groups,
        }
    }

    pub fn table(&self) -> &'a StepTable {
        &self.content.table
    }

    /// The outcomes of a row as places; a row without any has one way.
    fn ways(&self, row: usize) -> usize {
        self.table().steps[row].next.len().max(1)
    }

    pub fn outcome(&self, (row, way): Taken) -> Option<String> {
        self.table().steps[row].next.get(way)?.outcome.clone()
    }

    /// A way by chance: mostly ahead, sometimes back or out, never more often than the table allows.
    pub fn way(&self, chance: &mut Chance) -> Way {
        let (mut state, mut steps) = (self.workflow.start(), Vec::new());
        while self.workflow.ended(state).is_none() && steps.len() < LONG {
            let may_stop = self.workflow.may_end(state) && chance.percent(30);
            let allowed: Vec<usize> = self
                .workflow
                .allowed(state)
                .into_iter()
                .filter(|row| !self.is_spent(&steps, *row))
                .collect();
            let Some(row) = chance.pick(&allowed).copied().filter(|_| !may_stop) else {
                break;
            };
            let way = if chance.percent(80) {
                0
            } else {
                chance.below(self.ways(row))
            };
            let way = if self.leads_to_spent(&steps, (row, way)) {
                0
            } else {
                way
            };
            state = self.after(state, (row, way));
            steps.push((row, way));
        }
        self.finish(state, &mut steps);
        let end = self.end_of(&steps).expect("the way ends");
        Way { steps, end }
    }

    /// A way that does a row so many times, whatever the table allows.
    pub fn way_with(&self, row: usize, times: usize) -> Option<Way> {
        let (mut state, mut steps) = (self.workflow.start(), Vec::new());
        for _ in 0..times {
            let found = self.shortest(state, |taken| taken.0 == row)?;
            state = found.iter().fold(state, |state, taken| self.after(state, *taken));
            steps.extend(found);
        }
        self.finish(state, &mut steps);
        let end = self.end_of(&steps)?;
        Some(Way { steps, end })
    }

    fn finish(&self, mut state: State, steps: &mut Vec<Taken>) {
        while self.workflow.ended(state).is_none() && !self.workflow.may_end(state) {
            let left = self.workflow.rest(&[state], End::Completed);
            let left = left.or_else(|| self.workflow.rest(&[state], End::Refused));
            let row = left.or_else(|| self.workflow.rest(&[state], End::Withdrawn)).unwrap()[0];
            let is_nearer = |way: &usize| {
                let after = self.after(state, (row, *way));
                self.workflow
                    .rest(&[after], End::Completed)
                    .map_or(usize::MAX, |rest| rest.len())
            };
            let way = (0..self.ways(row)).min_by_key(is_nearer).unwrap();
            state = self.after(state, (row, way));
            steps.push((row, way));
        }
    }

    /// The fewest steps from a state, the last of which is wanted.
    fn shortest(&self, from: State, is_wanted: impl Fn(Taken) -> bool) -> Option<Vec<Taken>> {
        let mut open = std::collections::VecDeque::from([(from, Vec::new())]);
        let mut seen = std::collections::BTreeSet::from([from]);
        while let Some((state, steps)) = open.pop_front() {
            for row in self.workflow.allowed(state) {
                for way in 0..self.ways(row) {
                    let mut longer: Vec<Taken> = steps.clone();
                    longer.push((row, way));
                    if is_wanted((row, way)) {
                        return Some(longer);
                    }
                    let after = self.after(state, (row, way));
                    if seen.insert(after) {
                        open.push_back((after, longer));
                    }
                }
            }
        }
        None
    }

    fn is_spent(&self, steps: &[Taken], row: usize) -> bool {
        let done = steps.iter().filter(|(own, _)| *own == row).count();
        let most = self.table().steps[row].max_times;
        most.is_some_and(|most| done >= usize::try_from(most).unwrap())
    }

    fn leads_to_spent(&self, steps: &[Taken], (row, way): Taken) -> bool {
        let next = self.table().steps[row].next.get(way);
        let to = next.and_then(|next| match &next.target {
            Target::Step(code) => self.table().find(code),
            Target::End | Target::EndRefused | Target::EndWithdrawn => None,
        });
        to.is_some_and(|(to, _)| self.is_spent(steps, to))
    }

    pub fn after(&self, state: State, taken: Taken) -> State {
        self.workflow
            .next(state, taken.0, taken.1)
            .expect("the step is possible")
    }

    /// Where a case may stand after these steps; empty when they do not follow the table.
    pub fn states(&self, steps: &[Taken]) -> Option<State> {
        let start = Some(self.workflow.start());
        steps
            .iter()
            .fold(start, |state, (row, way)| self.workflow.next(state?, *row, *way))
    }

    /// How a case ends with these steps; `None` when they do not follow the table or do not end.
    pub fn end_of(&self, steps: &[Taken]) -> Option<End> {
        let state = self.states(steps)?;
        let ends = [End::Completed, End::Refused, End::Withdrawn];
        ends.into_iter()
            .find(|end| self.workflow.rest(&[state], *end).is_some_and(|rest| rest.is_empty()))
    }

    /// Who does each row: the same person each time, and people as the rules want them.
    fn people(&self, chance: &mut Chance) -> Vec<String> {
        let table = self.table();
        let shift = chance.below(PEOPLE);
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        for group in &self.groups {
            numbers.entry(*group).or_insert_with(|| shift);
        }
        // People of different groups are different people, so rules about others hold unless they are in one group.
        (0..table.steps.len())
            .map(|row| performer(self.groups[row], numbers[&self.groups[row]]))
            .collect()
    }

    /// A case that goes this way, a minute a step, with everything that is asked for.
    pub fn case(&self, way: &Way, chance: &mut Chance) -> Trace {
        let people = self.people(chance);
        let event = |(seq, taken): (i64, &Taken)| {
            let step = &self.table().steps[taken.0];
            Event {
                seq,
                step_code: step.code.to_string(),
                outcome: self.outcome(*taken),
                outputs: (0..step.outputs.len()).collect(),
                person: PersonId::of(people[taken.0].clone()),
                person_name: people[taken.0].clone(),
                role: None,
                position_name: String::new(),
                version: VersionId::of("v2"),
                done_at: monday() + TimeDelta::minutes(seq),
                off_workflow: false,
                reason: None,
            }
        };
        let events: Vec<Event> = (1..).zip(&way.steps).map(event).collect();
        let dossier = (1_i64..).zip(&self.content.source.dossier);
        Trace {
            id: CaseId::of("c"),
            code: "HS".to_owned(),
            document: DocumentId::of("d"),
            version: VersionId::of("v2"),
            content_sha256: self.content.sha256.clone(),
            duration_code: String::new(),
            received_at: monday(),
            promised_at: None,
            due_at: Some(monday() + TimeDelta::days(300)),
            ended: Some(match way.end {
                End::Completed => Ended::Completed,
                End::Refused => Ended::Refused,
                End::Withdrawn => Ended::Withdrawn,
            }),
            ended_at: events.last().map(|event| event.done_at),
            papers: dossier
                .filter(|(_, item)| item.mode == Mode::Submit)
                .map(|(number, _)| (number, 0))
                .collect(),
            events,
        }
    }
}

fn performer(group: usize, number: usize) -> String {
    format!("người {group}-{number}")
}

fn assign(book: &mut Book, role: &RoleCode, person: &str, to: Option<NaiveDate>) {
    book.assignments.push(Assignment {
        id: String::new(),
        role: role.clone(),
        document: None,
        assignee: Assignee::Person(PersonId::of(person)),
        valid_from: day(2024, 1, 1),
        valid_to: to,
        decision_no: String::new(),
    });
}
