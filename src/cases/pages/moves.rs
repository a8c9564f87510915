//! The steps that a case waits for, and for the reader's own ones the form to perform them.

use super::forms::{CaseForms, StepForm};
use super::new::numbers;
use super::show::Asked;
use crate::assignments::Standing as Assigned;
use crate::calendar;
use crate::cases::actions::perform::lenders_of;
use crate::cases::actions::refusal::{Responsible, person_hindrance};
use crate::cases::file::CaseFile;
use crate::cases::standing::{Open, Plan, Standing};
use crate::cases::store;
use crate::kernel::PersonId;
use crate::ledger::Work;
use crate::people;
use crate::web::{Failure, Form};
use crate::workflow::Clock;
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A step that is possible now.
#[derive(Serialize)]
pub(super) struct MoveView {
    #[serde(skip)]
    row: usize,
    code: String,
    name: String,
    guidance: String,
    forms: Vec<StepForm>,
    roles: Vec<String>,
    people: Vec<String>,
    since: NaiveDateTime,
    due_at: Option<NaiveDateTime>,
    is_late: bool,
    is_optional: bool,
    is_pausing: bool,
    /// Whether the reader is assigned to it today.
    is_own: bool,
    /// Why the reader may not do it all the same.
    hindrance: Option<String>,
    outcomes: Vec<Choice>,
    outputs: Vec<Choice>,
    papers: Vec<Choice>,
    note: String,
    done_at: String,
}

/// Something to tick or choose.
#[derive(Serialize)]
struct Choice {
    value: String,
    text: String,
    is_chosen: bool,
}

impl Choice {
    fn new(value: impl std::fmt::Display, text: &str, is_chosen: bool) -> Self {
        Self {
            value: value.to_string(),
            text: text.to_owned(),
            is_chosen,
        }
    }
}

impl MoveView {
    /// The row in the table.
    pub(super) fn row(&self) -> usize {
        self.row
    }

    /// Whether the step is late.
    pub(super) fn is_late(&self) -> bool {
        self.is_late
    }

    /// Whether the page has a form for this step.
    pub(super) fn offers(&self, code: &str) -> bool {
        self.is_own && self.hindrance.is_none() && self.code == code
    }
}

/// Everything that is possible now, in the order of the table.
pub(super) fn of(
    work: &mut Work<'_>,
    file: &CaseFile,
    (responsible, forms): (&Responsible, &CaseForms),
    asked: &Asked,
) -> Result<Vec<MoveView>, Failure> {
    let Ok(plan) = file.plan() else { return Ok(Vec::new()) };
    let standing = file.standing(&plan);
    let open: Vec<Open> = standing.open().collect();
    let day = work.actor.today();
    let assigned = |open: &Open| {
        let step = plan.table.steps.get(open.row)?;
        Some((open.row, responsible.people(&file.head.document_id, step, day)))
    };
    let assigned: BTreeMap<usize, Vec<PersonId>> = open.iter().filter_map(assigned).collect();
    let ids: Vec<PersonId> = assigned
        .values()
        .flatten()
        .cloned()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let names = people::names(work, &ids)?;
    let accounts = people::own_accounts(work)?;
    let calendar = calendar::working_calendar(work)?;
    let handed_in: Vec<i64> = store::papers(work, &file.head.id)?
        .into_iter()
        .map(|paper| paper.number)
        .collect();
    let mut moves = Vec::with_capacity(open.len());
    for one in open {
        let Some(step) = plan.table.steps.get(one.row) else {
            continue;
        };
        let due_at = standing.due(&plan, one.row, file.counting(&calendar));
        let is_own = asked.may_perform && responsible.standing(file, step, (&asked.person, day)) == Assigned::Assigned;
        let by = (&file.head.document_id, Some(step));
        let lenders = lenders_of(work, &responsible.book, by, (&asked.person, day))?;
        let people = assigned.get(&one.row).map(Vec::as_slice).unwrap_or_default();
        moves.push(MoveView {
            people: people.iter().filter_map(|id| names.get(id).cloned()).collect(),
            due_at,
            is_late: due_at.is_some_and(|due| due < work.actor.at),
            is_own,
            hindrance: person_hindrance(&plan, file, one.row, (&accounts, &lenders)).map(|say| asked.speech.say(&say)),
            ..blank(file, &plan, (&standing, one), (responsible, asked, &handed_in, forms))
        });
    }
    Ok(moves)
}

type Eyes<'a> = (&'a Responsible, &'a Asked, &'a [i64], &'a CaseForms);

/// The step with its form, as it was typed if it was this one.
fn blank(
    file: &CaseFile,
    plan: &Plan<'_>,
    at: (&Standing, Open),
    (responsible, asked, handed_in, forms): Eyes<'_>,
) -> MoveView {
    let (standing, open) = at;
    let step = plan.table.steps.get(open.row);
    let code = step.map(|step| step.code.to_string()).unwrap_or_default();
    let typed = Typed::of(&asked.form, &code);
    let source = &file.content.source;
    let outcomes = standing.outcomes(plan, open.row).into_iter();
    let produced = step.map(|step| step.outputs.as_slice()).unwrap_or_default();
    let wanted = (1_i64..)
        .zip(&source.dossier)
        .filter(|(number, _)| !handed_in.contains(number));
    MoveView {
        row: open.row,
        name: step.map(|step| step.name.clone()).unwrap_or_default(),
        guidance: source
            .steps
            .get(open.row)
            .map(|row| row.note.clone())
            .unwrap_or_default(),
        forms: step
            .map(|step| step.forms.iter().map(|form| forms.at_step(file, &code, form)).collect())
            .unwrap_or_default(),
        roles: step.map(|step| responsible.role_names(step)).unwrap_or_default(),
        people: Vec::new(),
        since: open.since,
        due_at: None,
        is_late: false,
        is_optional: step.is_some_and(|step| step.optional),
        is_pausing: step.is_some_and(|step| step.clock == Clock::Paused),
        is_own: false,
        hindrance: None,
        outcomes: outcomes
            .map(|text| Choice::new(text, text, text == typed.outcome))
            .collect(),
        outputs: (0_i64..)
            .zip(produced)
            .map(|(place, text)| {
                let is_there = typed.is_blank && forms.is_output(&code, text);
                Choice::new(place, text, is_there || typed.outputs.contains(&place))
            })
            .collect(),
        papers: wanted
            .map(|(number, item)| {
                let is_there = typed.is_blank && forms.is_filled(&item.form);
                Choice::new(number, &item.name, is_there || typed.papers.contains(&number))
            })
            .collect(),
        note: typed.note,
        done_at: typed.done_at,
        code,
    }
}

/// What was typed into the form of one step.
#[derive(Default)]
struct Typed {
    /// Nothing was typed yet, so that what is known may be ticked.
    is_blank: bool,
    outcome: String,
    note: String,
    done_at: String,
    outputs: BTreeSet<i64>,
    papers: BTreeSet<i64>,
}

impl Typed {
    /// Nothing, when the form was of another step or none was sent.
    fn of(form: &Form, code: &str) -> Self {
        if form.text("step_code") != code || !form.names().any(|name| name == "note") {
            return Self {
                is_blank: true,
                ..Self::default()
            };
        }
        Self {
            is_blank: false,
            outcome: form.text("outcome").to_owned(),
            note: form.text("note").to_owned(),
            done_at: form.text("done_at").to_owned(),
            outputs: numbers(form, "output"),
            papers: numbers(form, "paper"),
        }
    }
}
