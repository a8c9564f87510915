//! The report of a replay as JSON, written case by case.

use super::model::{Model, MoveKind, ReplayMove};
use super::{CaseResult, Replay, Teller, Told};
use crate::logs::LogFault;
use serde_json::{Value, json};
use std::io::{self, Write};

impl Replay {
    /// Writes the whole report: the figures, what was not understood of the log, and every case by name.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn write_json(&self, teller: &mut Teller<'_>, out: &mut dyn Write) -> io::Result<()> {
        let figures = self.figures();
        let log = json!({
            "cases": figures.cases,
            "events": figures.events,
            "variants": figures.variants,
            "fitting": figures.fitting,
            "not_determined": figures.not_determined,
            "cost": figures.cost,
            "shortest_run": figures.shortest_run,
            "log_fitness": figures.log_fitness,
            "average_fitness": figures.average_fitness,
        });
        write!(out, "{{\"log\": {log},\n\"errors\": {},\n\"cases\": [", self.faults())?;
        let mut known: Vec<Option<String>> = vec![None; self.comparisons()];
        for (at, case) in self.cases().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            let comparison = self.comparison(&case.case);
            if let Some(own) = known.get_mut(comparison).filter(|own| own.is_none()) {
                *own = Some(self.moves(&case).to_string());
            }
            let moves = known.get(comparison).and_then(Option::as_deref).unwrap_or("[]");
            let findings: Vec<Value> = teller.findings(&case).iter().map(finding).collect();
            write!(
                out,
                "{{\"case\": {}, \"cost\": {}",
                json!(case.case.name()),
                json!(case.cost)
            )?;
            if case.cost.is_none() {
                write!(out, ", \"cost_at_least\": {}", case.at_least)?;
            }
            let findings = Value::Array(findings);
            write!(
                out,
                ", \"fitness\": {}, \"moves\": {moves}, \"findings\": {findings}}}",
                json!(case.fitness)
            )?;
        }
        out.write_all(b"\n]}\n")
    }

    /// What was not understood of the log, as far as it was kept.
    fn faults(&self) -> Value {
        let fault = |fault: &LogFault| {
            let args: serde_json::Map<String, Value> = fault
                .args
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect();
            json!({
                "line": fault.line,
                "field": fault.field.map(|field| field.as_str()),
                "code": fault.code.as_str(),
                "left_out": fault.left_out,
                "args": args,
            })
        };
        self.log().faults().iter().map(fault).collect()
    }

    fn moves(&self, case: &CaseResult<'_>) -> Value {
        let key = match self.model() {
            Model::Net(_) => "transition",
            Model::Procedure(_) => "step",
        };
        let activity = |step: &ReplayMove| match step.kind {
            MoveKind::Synchronous | MoveKind::Log => {
                let symbol = step.event.and_then(|event| case.case.steps().get(event));
                symbol
                    .and_then(|symbol| self.log().step(*symbol))
                    .map(|step| step.activity)
            }
            MoveKind::Model => step.node.and_then(|node| self.model().node(node).1),
            MoveKind::Silent => None,
        };
        let of = |step: &ReplayMove| {
            let mut own = serde_json::Map::new();
            own.insert("move".to_owned(), json!(step.kind.as_str()));
            if let Some(event) = step.event {
                own.insert("event".to_owned(), json!(event));
            }
            if let Some(activity) = activity(step) {
                own.insert("activity".to_owned(), json!(activity));
            }
            if let Some(node) = step.node.filter(|_| step.kind != MoveKind::Log) {
                own.insert(key.to_owned(), json!(self.model().node(node).0));
            }
            Value::Object(own)
        };
        case.moves.iter().map(of).collect()
    }
}

fn finding(told: &Told) -> Value {
    json!({
        "kind": told.kind.as_str(),
        "code": told.kind.code(),
        "severity": told.severity.as_str(),
        "step": told.step,
        "row": told.row,
        "event": told.event,
        "who": if told.who.is_empty() { Value::Null } else { json!(told.who) },
        "at": told.at.map(|at| at.and_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
        "vi": told.says_vi,
        "en": told.says_en,
        "rule_vi": told.rule_vi,
        "rule_en": told.rule_en,
    })
}
