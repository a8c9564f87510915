//! One posted procedure in plain words: what to bring, how long it takes, what it costs, what one receives.

use super::posted::{is_posted, pick};
use crate::documents::{self, Content, Role, VersionHead};
use crate::kernel::Language;
use crate::ledger::Work;
use crate::procedures::{DossierItem, DurationRow, Mode, Source, Tthc, UNVERIFIED_KEYS, parse_limit};
use crate::render::Words;
use crate::web::{Desk, Failure, Page};
use crate::workflow::{Clock, Step, StepTable, StepTime, Target};
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Serialize)]
struct SheetPage {
    code: String,
    number: i64,
    effective_from: Option<NaiveDate>,
    title: String,
    field: String,
    tthc: Vec<Tthc>,
    applicants: String,
    conditions: String,
    result: String,
    fee: String,
    receiving_place: String,
    sets: Option<u32>,
    legal_basis: Vec<String>,
    durations: Vec<Duration>,
    submit: Vec<Paper>,
    present: Vec<Paper>,
    steps: Vec<Stage>,
    unverified: BTreeMap<&'static str, bool>,
    has_unverified: bool,
}

impl Page for SheetPage {
    const TEMPLATE: &'static str = "public/sheet.html";
}

/// A duration case in plain words.
#[derive(Serialize)]
struct Duration {
    name: String,
    limit: String,
    cutoff: String,
    note: String,
}

/// A paper to bring.
#[derive(Serialize)]
struct Paper {
    name: String,
    originals: u32,
    copies: u32,
    form: String,
    condition: String,
}

/// A step as people outside the office need to know it.
#[derive(Serialize)]
struct Stage {
    name: String,
    who: Vec<String>,
    units: Vec<String>,
    times: Vec<String>,
    counted: bool,
    optional: bool,
    pauses: bool,
    /// Outcomes with which the case ends here without its result.
    refusals: Vec<String>,
}

/// Whoever reads: the words and the language.
struct Reader<'a> {
    words: &'a Words,
    language: Language,
}

impl Reader<'_> {
    fn duration(&self, row: &DurationRow) -> Duration {
        let limit = parse_limit(&row.limit).map(|limit| self.words.limit(self.language, limit));
        Duration {
            name: row.name.clone(),
            limit: limit.unwrap_or_else(|| row.limit.clone()),
            cutoff: row.same_day_cutoff.clone(),
            note: row.note.clone(),
        }
    }

    fn time(&self, table: &StepTable, time: &StepTime) -> String {
        let limit = match time {
            StepTime::Own(limit) => return self.words.limit(self.language, *limit),
            StepTime::Shared(code) => table.shared_times.iter().find(|cell| cell.code == *code).map(|cell| cell.limit),
        };
        let limit = limit.map(|limit| self.words.limit(self.language, limit)).unwrap_or_default();
        self.words.fill(self.language, "public.shared_time", &[("limit", limit)])
    }

    /// The times of a step: one for all duration cases, or each with the name of its case.
    fn times(&self, table: &StepTable, step: &Step) -> Vec<String> {
        let is_same = step.times.iter().all(|(_, time)| step.times.first().is_some_and(|(_, first)| first == time));
        if is_same {
            return step.times.first().map(|(_, time)| self.time(table, time)).into_iter().collect();
        }
        let named = step.times.iter().map(|(code, time)| {
            let case = table.durations.iter().find(|case| case.code == *code);
            let name = case.map_or_else(|| code.to_string(), |case| case.name.clone());
            format!("{name}: {}", self.time(table, time))
        });
        named.collect()
    }

    fn stage(&self, table: &StepTable, step: &Step, roles: &[Role]) -> Stage {
        let known: Vec<&Role> = step
            .roles
            .iter()
            .filter_map(|code| roles.iter().find(|role| role.code == code.as_str()))
            .collect();
        let mut units: Vec<String> = known.iter().map(|role| role.unit.clone()).collect();
        units.dedup();
        let refusal = |target: &Target| matches!(target, Target::EndRefused);
        Stage {
            name: step.name.clone(),
            who: known.iter().map(|role| pick(self.language, &role.name, &role.name_en).to_owned()).collect(),
            units,
            times: self.times(table, step),
            counted: step.counted,
            optional: step.optional,
            pauses: step.clock == Clock::Paused,
            refusals: step
                .next
                .iter()
                .filter(|next| refusal(&next.target))
                .filter_map(|next| next.outcome.clone())
                .collect(),
        }
    }

    fn sheet(&self, head: VersionHead, content: &Content, roles: &[Role]) -> SheetPage {
        let source = &content.source;
        let table = &content.table;
        let is_unverified = |key: &str| source.unverified.iter().any(|one| one == key);
        let (submit, present): (Vec<&DossierItem>, Vec<&DossierItem>) =
            source.dossier.iter().partition(|paper| paper.mode == Mode::Submit);
        let papers = |papers: Vec<&DossierItem>| papers.into_iter().map(|one| paper(source, one)).collect();
        SheetPage {
            title: pick(self.language, &head.title, &head.title_en).to_owned(),
            field: pick(self.language, &source.field, &source.field_en).to_owned(),
            code: head.code,
            number: head.number,
            effective_from: head.effective_from,
            tthc: source.tthc.clone(),
            applicants: source.applicants.clone(),
            conditions: source.conditions.clone(),
            result: source.result.clone(),
            fee: source.fee.clone(),
            receiving_place: source.receiving_place.clone(),
            sets: source.sets,
            legal_basis: source.legal_basis.clone(),
            durations: source.durations.iter().map(|row| self.duration(row)).collect(),
            submit: papers(submit),
            present: papers(present),
            steps: table.steps.iter().map(|step| self.stage(table, step, roles)).collect(),
            unverified: UNVERIFIED_KEYS.iter().map(|key| (*key, is_unverified(key))).collect(),
            has_unverified: !source.unverified.is_empty(),
        }
    }
}

fn paper(source: &Source, item: &DossierItem) -> Paper {
    let form = source.forms.iter().find(|form| !item.form.is_empty() && form.code == item.form);
    Paper {
        name: item.name.clone(),
        originals: item.originals,
        copies: item.copies,
        form: form.map(|form| format!("{} {}", form.code, form.name)).unwrap_or_default(),
        condition: item.condition.clone(),
    }
}

type Found = (VersionHead, Arc<Content>, Vec<Role>);

fn load(work: &mut Work<'_>, code: &str) -> Result<Found, Failure> {
    let document = documents::document_by_code(work, code)?;
    let today = work.actor.today();
    let head = documents::effective_on(work, &document, today)?.filter(is_posted).ok_or(Failure::NotFound)?;
    let content = documents::content_of(work, &head.id)?;
    Ok((head, content, documents::roles(work)?))
}

pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (head, content, roles) = desk.read(move |work| load(work, &code)).await?;
    let reader = Reader { words: desk.site().pages.words(), language: desk.language() };
    desk.page(&reader.sheet(head, &content, &roles))
}
