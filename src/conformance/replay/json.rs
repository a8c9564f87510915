//! The report of a replay as JSON, written case by case.

use super::model::{Model, MoveKind};
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
        let names = Names::of(self);
        for (at, case) in self.cases().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            write!(
                out,
                "{{\"case\": {}, \"cost\": {}",
                json!(case.case.name()),
                json!(case.cost)
            )?;
            if case.cost.is_none() {
                write!(out, ", \"cost_at_least\": {}", case.at_least)?;
            }
            write!(out, ", \"fitness\": {}, \"moves\": [", json!(case.fitness))?;
            names.write_moves(&case, out)?;
            write!(out, "], \"findings\": [")?;
            for (at, told) in teller.findings(&case).iter().enumerate() {
                write!(out, "{}{}", if at == 0 { "" } else { "," }, finding(told))?;
            }
            out.write_all(b"]}")?;
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
}

/// Names as they stand in the report, in quotes.
struct Names {
    /// Of the activities of the log, by symbol.
    activities: Vec<String>,
    /// Of the nodes of the model: the id and the activity.
    nodes: Vec<(String, Option<String>)>,
    /// What a node of the model is called.
    node: &'static str,
}

impl Names {
    fn of(replay: &Replay) -> Self {
        let quoted = |text: &str| Value::from(text).to_string();
        let symbols = 0..u32::try_from(replay.log().steps()).unwrap_or(u32::MAX);
        let activity = |symbol| replay.log().step(symbol).map_or("", |step| step.activity);
        let node = |node| {
            let (id, activity) = replay.model().node(node);
            (quoted(id), activity.map(quoted))
        };
        Self {
            activities: symbols.map(|symbol| quoted(activity(symbol))).collect(),
            nodes: (0..replay.model().nodes()).map(node).collect(),
            node: match replay.model() {
                Model::Net(_) => "transition",
                Model::Procedure(_) => "step",
            },
        }
    }

    fn write_moves(&self, case: &CaseResult<'_>, out: &mut dyn Write) -> io::Result<()> {
        for (at, step) in case.moves.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(out, "{comma}{{\"move\":\"{}\"", step.kind.as_str())?;
            let node = step.node.and_then(|node| self.nodes.get(node));
            let activity = if let Some(event) = step.event {
                write!(out, ",\"event\":{event}")?;
                let symbol = case.case.steps().get(event).copied();
                let symbol = symbol.and_then(|symbol| usize::try_from(symbol).ok());
                symbol.and_then(|symbol| self.activities.get(symbol))
            } else {
                node.filter(|_| step.kind == MoveKind::Model)
                    .and_then(|node| node.1.as_ref())
            };
            if let Some(activity) = activity {
                write!(out, ",\"activity\":{activity}")?;
            }
            if let Some((id, _)) = node.filter(|_| step.kind != MoveKind::Log) {
                write!(out, ",\"{}\":{id}", self.node)?;
            }
            out.write_all(b"}")?;
        }
        Ok(())
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
