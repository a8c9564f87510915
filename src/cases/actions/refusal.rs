//! Why a step cannot be done now, in words, and what can be done instead.

use crate::assignments::{self, Book, Standing as Assigned};
use crate::cases::file::CaseFile;
use crate::cases::standing::{Plan, Standing, Stop};
use crate::documents;
use crate::kernel::{Language, PersonId, local};
use crate::ledger::Work;
use crate::people;
use crate::web::{Failure, Say};
use crate::workflow::{Refusal, Step, StepCode};
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
    labels(plan, standing.open(plan).into_iter().map(|open| open.row))
}

fn conflict(say: Say) -> Failure {
    Failure::Conflict(say)
}

/// The row of the step, when its order allows it now.
pub(in crate::cases) fn allowed_row(plan: &Plan<'_>, standing: &Standing, code: &str) -> Result<usize, Failure> {
    let allowed = allowed(plan, standing);
    let say = |key: &str, step: &str| {
        Say::new(format!("cases.refused.{key}"))
            .with("step", step)
            .with("allowed", &allowed)
    };
    let Some(row) = plan.row(code) else {
        let key = if standing.ended().is_some() {
            "after_end"
        } else {
            "not_in_table"
        };
        return Err(conflict(say(key, code)));
    };
    let step = plan.table.steps.get(row).map(label).unwrap_or_default();
    Err(conflict(match standing.stop(plan, row) {
        None => return Ok(row),
        Some(Stop::Exhausted(most)) => say("exhausted", &step).with("times", most),
        Some(Stop::Order(Refusal::NotInTable)) => say("not_in_table", &step),
        Some(Stop::Order(Refusal::AfterEnd)) => say("after_end", &step),
        Some(Stop::Order(Refusal::TooEarly { skipped })) => {
            say("too_early", &step).with("skipped", labels(plan, skipped.into_iter()))
        }
        Some(Stop::Order(Refusal::TooLate)) => say("too_late", &step),
        Some(Stop::Order(Refusal::OtherBranch)) => say("other_branch", &step),
    }))
}

/// The outcome to record: one that the row names when it names several.
pub(in crate::cases) fn outcome(
    plan: &Plan<'_>,
    standing: &Standing,
    row: usize,
    given: Option<&str>,
) -> Result<Option<String>, Failure> {
    let Some(step) = plan.table.steps.get(row) else {
        return Ok(None);
    };
    let named: Vec<&str> = step.next.iter().filter_map(|next| next.outcome.as_deref()).collect();
    let given = given.map(str::trim).filter(|given| !given.is_empty());
    let say = |key: &str| {
        Say::new(format!("cases.refused.{key}"))
            .with("step", label(step))
            .with("outcomes", named.join("; "))
    };
    match (named.as_slice(), given) {
        ([], _) => Ok(None),
        ([only], None) => Ok(Some((*only).to_owned())),
        (_, None) => Err(Failure::Invalid(say("outcome_needed"))),
        (_, Some(given)) if !named.contains(&given) => Err(Failure::Invalid(say("outcome_unknown"))),
        (_, Some(given)) if !standing.leads_on(plan, row, Some(given)) => Err(conflict(
            say("outcome_exhausted")
                .with("outcome", given)
                .with("allowed", allowed(plan, standing)),
        )),
        (_, Some(given)) => Ok(Some(given.to_owned())),
    }
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
    pub(in crate::cases) fn people(&self, file: &CaseFile, step: &Step, day: NaiveDate) -> Vec<PersonId> {
        let document = &file.head.document_id;
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

/// Refuses a person who is not assigned to the step on the day.
pub(in crate::cases) fn must_be_assigned(
    work: &mut Work<'_>,
    file: &CaseFile,
    step: &Step,
    who: (&PersonId, NaiveDateTime),
) -> Result<Responsible, Failure> {
    let responsible = Responsible::load(work)?;
    let day = local(who.1).date();
    let key = match responsible.standing(file, step, (who.0, day)) {
        Assigned::Assigned => return Ok(responsible),
        Assigned::OtherDay => "not_assigned_that_day",
        Assigned::Never => "not_assigned",
    };
    let people = people::names(work, &responsible.people(file, step, day))?;
    let people: Vec<String> = people.into_values().collect();
    let people = if people.is_empty() {
        "–".to_owned()
    } else {
        people.join(", ")
    };
    let say = Say::new(format!("cases.refused.{key}"))
        .with("step", label(step))
        .with("roles", responsible.role_names(step).join(", "))
        .with("people", people)
        .with("day", day.format("%d/%m/%Y"));
    let plan = file.plan()?;
    Err(conflict(say.with("allowed", allowed(&plan, &file.standing(&plan)))))
}

/// Why the person may not do the step, by the rules about different and same persons; `None` when they allow it.
pub(in crate::cases) fn person_rule(file: &CaseFile, step: &Step, person: &PersonId) -> Option<Say> {
    let plan = file.plan().ok()?;
    let say = |key: &str, code: &str, name: &str| {
        let other = plan
            .row(code)
            .and_then(|row| plan.table.steps.get(row))
            .map_or_else(|| code.to_owned(), label);
        Say::new(format!("cases.refused.{key}"))
            .with("step", label(step))
            .with("other", other)
            .with("person", name)
    };
    let done = |code: &StepCode| {
        let code = code.clone();
        file.events
            .iter()
            .filter(move |event| event.step_code.as_deref() == Some(code.as_str()))
    };
    for other in &step.different_from {
        if let Some(event) = done(other).find(|event| event.person_id == *person) {
            return Some(say("same_person", other.as_str(), &event.person_name));
        }
    }
    for other in &step.same_as {
        // After rework the last performer is the one who knows it.
        if let Some(event) = done(other).next_back().filter(|event| event.person_id != *person) {
            return Some(say("other_person", other.as_str(), &event.person_name));
        }
    }
    None
}

/// Refuses a person whom the rules about different and same persons keep from the step.
pub(in crate::cases) fn must_keep_person_rules(file: &CaseFile, step: &Step, person: &PersonId) -> Result<(), Failure> {
    let Some(say) = person_rule(file, step, person) else {
        return Ok(());
    };
    let plan = file.plan()?;
    Err(conflict(say.with("allowed", allowed(&plan, &file.standing(&plan)))))
}
