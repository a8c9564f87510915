//! Why a step cannot be done now, in words, and what can be done instead.

use crate::assignments::{self, Book, Standing as Assigned};
use crate::cases::decision::{Hindrance, PersonRule, Scene, Wish, person_rule};
use crate::cases::file::CaseFile;
use crate::cases::standing::{Plan, Standing, Stop};
use crate::documents;
use crate::kernel::{DocumentId, Language, PersonId, local};
use crate::ledger::Work;
use crate::people;
use crate::web::{Failure, Say};
use crate::workflow::{Refusal, Step};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// A step as sentences name it.
pub(in crate::cases) fn label(step: &Step) -> String {
    format!("{} {}", step.code, step.name)
}

fn labels(plan: &Plan<'_>, rows: impl Iterator<Item = usize>) -> String {
    let labels: Vec<String> = rows.filter_map(|row| plan.table.steps.get(row)).map(label).collect();
    if labels.is_empty() {
        "–".to_owned()
    } else {
        labels.join("; ")
    }
}

/// What is allowed now, as sentences name it.
pub(in crate::cases) fn allowed(plan: &Plan<'_>, standing: &Standing) -> String {
    labels(plan, standing.open().map(|open| open.row))
}

/// The refusal of a wish, in words.
pub(super) fn refused(work: &mut Work<'_>, scene: &Scene<'_>, wish: &Wish<'_>, hindrance: Hindrance<'_>) -> Failure {
    let Hindrance::NotAssigned(row, standing) = hindrance else {
        return plainly(scene, wish, &hindrance);
    };
    not_assigned(work, scene, wish, (row, standing)).unwrap_or_else(|failure| failure)
}

fn plainly(scene: &Scene<'_>, wish: &Wish<'_>, hindrance: &Hindrance<'_>) -> Failure {
    let (plan, standing) = (&scene.plan, scene.standing);
    let step = |row: usize| plan.table.steps.get(row).map(label).unwrap_or_default();
    let about = |key: &str, row: usize| Say::new(format!("cases.refused.{key}")).with("step", step(row));
    let outcomes = |row: usize| {
        let next = plan
            .table
            .steps
            .get(row)
            .map(|step| step.next.as_slice())
            .unwrap_or_default();
        let named: Vec<&str> = next.iter().filter_map(|next| next.outcome.as_deref()).collect();
        named.join("; ")
    };
    let at = |moment: NaiveDateTime| local(moment).format("%H:%M %d/%m/%Y");
    let conflict = |say: Say| Failure::Conflict(say.with("allowed", allowed(plan, standing)));
    match hindrance {
        Hindrance::NoStep => {
            let is_over = standing.ended().is_some();
            let key = if is_over { "after_end" } else { "not_in_table" };
            conflict(Say::new(format!("cases.refused.{key}")).with("step", wish.step_code))
        }
        Hindrance::Stopped(row, stop) => conflict(stopped(plan, &about, (*row, stop))),
        Hindrance::InFuture => Failure::Invalid(Say::new("cases.in_future")),
        Hindrance::BeforeReceipt => {
            Failure::Invalid(Say::new("cases.before_receipt").with("received", at(scene.received_at)))
        }
        Hindrance::BeforeLast(last) => Failure::Invalid(Say::new("cases.before_last").with("last", at(*last))),
        Hindrance::NotAssigned(row, _) => conflict(about("not_assigned", *row)),
        Hindrance::PersonRule(rule) => conflict(person_rule_says(plan, rule)),
        Hindrance::OutcomeNeeded(row) => {
            Failure::Invalid(about("outcome_needed", *row).with("outcomes", outcomes(*row)))
        }
        Hindrance::OutcomeUnknown(row) => {
            Failure::Invalid(about("outcome_unknown", *row).with("outcomes", outcomes(*row)))
        }
        Hindrance::OutcomeExhausted(row) => {
            conflict(about("outcome_exhausted", *row).with("outcome", wish.outcome.unwrap_or_default().trim()))
        }
        Hindrance::UnknownOutput => Failure::Invalid(Say::new("cases.unknown_output")),
        Hindrance::UnknownPaper => Failure::Invalid(Say::new("cases.unknown_paper")),
    }
}

fn stopped(plan: &Plan<'_>, about: &impl Fn(&str, usize) -> Say, (row, stop): (usize, &Stop)) -> Say {
    match stop {
        Stop::Exhausted(most) => about("exhausted", row).with("times", most),
        Stop::Order(Refusal::NotInTable) => about("not_in_table", row),
        Stop::Order(Refusal::AfterEnd) => about("after_end", row),
        Stop::Order(Refusal::TooEarly { skipped }) => {
            about("too_early", row).with("skipped", labels(plan, skipped.iter().copied()))
        }
        Stop::Order(Refusal::TooLate) => about("too_late", row),
        Stop::Order(Refusal::OtherBranch) => about("other_branch", row),
    }
}

/// What a rule about different and same persons says.
fn person_rule_says(plan: &Plan<'_>, rule: &PersonRule<'_>) -> Say {
    let step = |row: Option<usize>| row.and_then(|row| plan.table.steps.get(row)).map(label);
    let key = if rule.same { "other_person" } else { "same_person" };
    let other = step(plan.row(rule.other.as_str()));
    Say::new(format!("cases.refused.{key}"))
        .with("step", step(Some(rule.row)).unwrap_or_default())
        .with("other", other.unwrap_or_else(|| rule.other.to_string()))
        .with("person", rule.name)
}

/// Why the person may not do a row, by the rules about different and same persons; `None` when they allow it. `who` are the
/// accounts of the person, and of those by whose power alone the person may do it.
pub(in crate::cases) fn person_hindrance(
    plan: &Plan<'_>,
    file: &CaseFile,
    row: usize,
    who: (&[PersonId], &[PersonId]),
) -> Option<Say> {
    let step = plan.table.steps.get(row)?;
    let rule = person_rule(&file.events, (row, step), who)?;
    Some(person_rule_says(plan, &rule).with("allowed", allowed(plan, &file.standing(plan))))
}

/// The refusal of a person who is not assigned to a row on the day, with the names of those who are.
fn not_assigned(
    work: &mut Work<'_>,
    scene: &Scene<'_>,
    wish: &Wish<'_>,
    (row, standing): (usize, Assigned),
) -> Result<Failure, Failure> {
    let Some(step) = scene.plan.table.steps.get(row) else {
        return Err(Failure::NotFound);
    };
    let responsible = Responsible::load(work)?;
    let day = local(wish.at).date();
    let people = people::names(work, &responsible.people(scene.document, step, day))?;
    let people: Vec<String> = people.into_values().collect();
    let key = match standing {
        Assigned::OtherDay => "not_assigned_that_day",
        Assigned::Assigned | Assigned::Never => "not_assigned",
    };
    let say = Say::new(format!("cases.refused.{key}"))
        .with("step", label(step))
        .with("roles", responsible.role_names(step).join(", "))
        .with(
            "people",
            if people.is_empty() {
                "–".to_owned()
            } else {
                people.join(", ")
            },
        )
        .with("day", day.format("%d/%m/%Y"))
        .with("allowed", allowed(&scene.plan, scene.standing));
    Ok(Failure::Conflict(say))
}

/// Who could do a step on a day, and what people call its roles.
pub(in crate::cases) struct Responsible {
    pub(in crate::cases) book: Book,
    roles: BTreeMap<String, String>,
}

impl Responsible {
    /// Loads assignments and roles: two queries for many questions.
    pub(in crate::cases) fn load(work: &mut Work<'_>) -> Result<Self, Failure> {
        let is_vietnamese = work.actor.language == Language::Vi;
        let roles = documents::roles(work)?;
        let name = |role: documents::Role| {
            let is_english = !is_vietnamese && !role.name_en.is_empty();
            (role.code, if is_english { role.name_en } else { role.name })
        };
        Ok(Self {
            book: assignments::book(work)?,
            roles: roles.into_iter().map(name).collect(),
        })
    }

    /// What people call a role.
    pub(in crate::cases) fn role_name(&self, code: &str) -> String {
        self.roles.get(code).cloned().unwrap_or_else(|| code.to_owned())
    }

    /// The names of the roles of a step.
    pub(in crate::cases) fn role_names(&self, step: &Step) -> Vec<String> {
        step.roles.iter().map(|role| self.role_name(role.as_str())).collect()
    }

    /// Everybody who is assigned to the step on the day.
    pub(in crate::cases) fn people(&self, document: &DocumentId, step: &Step, day: NaiveDate) -> Vec<PersonId> {
        let mut people: Vec<PersonId> = step
            .roles
            .iter()
            .flat_map(|role| self.book.people(role, document, day))
            .collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// How the person stands to the step on the day.
    pub(in crate::cases) fn standing(&self, file: &CaseFile, step: &Step, who: (&PersonId, NaiveDate)) -> Assigned {
        let standing = |role| self.book.standing(who.0, role, &file.head.document_id, who.1);
        step.roles.iter().map(standing).max().unwrap_or(Assigned::Never)
    }
}
