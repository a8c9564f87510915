//! The report of a replay for a terminal.

use super::{CaseResult, Figures, Replay, Teller, Told};
use crate::conformance::{FindingKind, Severity};
use crate::kernel::Language;
use crate::render::Words;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// So many deviating cases are told one by one.
const TOLD: usize = 50;
/// So many problems of the log are told.
const FAULTS: usize = 20;

impl Replay {
    /// Writes the figures, what was found by kind and step, what was not understood of the log, and the first deviating
    /// cases in words.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn write_text(
        &self,
        teller: &mut Teller<'_>,
        (words, language): (&Words, Language),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(out, "{}", summary(&self.figures(), words, language))?;
        self.write_faults((words, language), out)?;
        let mut kinds: BTreeMap<(FindingKind, String), (usize, usize)> = BTreeMap::new();
        let mut told = Vec::new();
        let mut deviating = 0;
        for case in self.cases() {
            let findings = teller.findings(&case);
            let mut seen = Vec::new();
            for finding in &findings {
                let key = (finding.kind, finding.step.clone());
                let count = kinds.entry(key.clone()).or_default();
                count.0 += 1;
                count.1 += usize::from(!seen.contains(&key));
                seen.push(key);
            }
            let weighs = findings.iter().any(|finding| finding.severity != Severity::Info);
            deviating += usize::from(weighs || case.cost.is_none());
            if told.len() < TOLD && (weighs || case.cost.is_none()) {
                told.push((case, findings));
            }
        }
        if !kinds.is_empty() {
            writeln!(out, "\n{}", words.get(language, "cli.replay.by_kind"))?;
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|(_, (findings, _))| std::cmp::Reverse(*findings));
        for ((kind, step), (findings, cases)) in kinds {
            let key = format!("conformance.kind.{}", kind.as_str());
            let name = words.get(language, &key);
            writeln!(out, "{findings:>9} {cases:>8}  {} {name}  {step}", kind.code())?;
        }
        if !told.is_empty() {
            let holes = [("n", told.len().to_string()), ("of", deviating.to_string())];
            writeln!(out, "\n{}", words.fill(language, "cli.replay.cases", &holes))?;
        }
        for (case, findings) in told {
            write_case(&case, &findings, (words, language), out)?;
        }
        Ok(())
    }

    /// What was not understood of the log.
    fn write_faults(&self, (words, language): (&Words, Language), out: &mut dyn Write) -> io::Result<()> {
        for fault in self.log().faults().iter().take(FAULTS) {
            let mut holes: Vec<(&str, String)> =
                fault.args.iter().map(|(name, value)| (*name, value.clone())).collect();
            let field = fault.field.map(|field| format!("logs.field.{}", field.as_str()));
            let field = field.map(|key| words.get(language, &key).to_owned());
            holes.push(("field", field.unwrap_or_default()));
            let says = words.fill(language, &format!("logs.fault.{}", fault.code.as_str()), &holes);
            if fault.line == 0 {
                // It is about the whole file.
                writeln!(out, "  {says}")?;
                continue;
            }
            let holes = [("line", fault.line.to_string()), ("says", says)];
            writeln!(out, "{}", words.fill(language, "logs.line", &holes))?;
        }
        let faults: usize = self.log().fault_counts().values().sum();
        if faults > FAULTS {
            let holes = [("n", (faults - FAULTS).to_string())];
            writeln!(out, "{}", words.fill(language, "logs.more", &holes))?;
        }
        Ok(())
    }
}

fn write_case(
    case: &CaseResult<'_>,
    findings: &[Told],
    (words, language): (&Words, Language),
    out: &mut dyn Write,
) -> io::Result<()> {
    let cost = case
        .cost
        .map_or_else(|| format!("≥ {}", case.at_least), |cost| cost.to_string());
    writeln!(out, "{} ({cost})", case.case.name())?;
    if case.cost.is_none() {
        writeln!(out, "    {}", words.get(language, "cli.replay.not_determined"))?;
    }
    for finding in findings {
        let says = match language {
            Language::Vi => &finding.says_vi,
            Language::En => &finding.says_en,
        };
        writeln!(out, "    {} {says}", finding.kind.code())?;
    }
    Ok(())
}

fn summary(figures: &Figures, words: &Words, language: Language) -> String {
    let real = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.6}"));
    let holes = [
        ("cases", figures.cases.to_string()),
        ("events", figures.events.to_string()),
        ("variants", figures.variants.to_string()),
        ("fitting", figures.fitting.to_string()),
        ("cost", figures.cost.to_string()),
        ("not_determined", figures.not_determined.to_string()),
        ("log_fitness", real(figures.log_fitness)),
        ("average_fitness", real(figures.average_fitness)),
    ];
    words.fill(language, "cli.replay.summary", &holes)
}
