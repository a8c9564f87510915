//! `quytrinh replay`: a log from elsewhere against a procedure file or a Petri net, without any database.

use super::CliLanguage;
use super::check::roles_beside;
use crate::alignment::{Budget, NetFault};
use crate::conformance::{Model, NetModel, ProcedureModel, Replay, RoleNames, Severities, Teller};
use crate::documents::Content;
use crate::kernel::Language;
use crate::logs::{Limits, LogFailure, LogMap, read_file};
use crate::nets::{Net, read_pnml};
use crate::render::Words;
use crate::workflow::RoleCode;
use clap::{Args, ValueEnum};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Nothing can be compared: the model, the log or the map is no such thing.
const REFUSED: u8 = 2;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("model").required(true).args(["procedure", "net"]))]
pub(super) struct ReplayArgs {
    /// Procedure file; activities of the log are codes of its steps, or are mapped to them.
    #[arg(long, value_name = "FILE")]
    procedure: Option<PathBuf>,
    /// Petri net in PNML; activities of the log are labels of its transitions.
    #[arg(long, value_name = "FILE.pnml")]
    net: Option<PathBuf>,
    /// Event log: .csv, .xes or .xes.gz.
    #[arg(long, value_name = "FILE")]
    log: PathBuf,
    /// How the log is to be read: its columns, times and names (TOML).
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// How the report is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of the text report and of messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
    /// Points of the search (events explained, marking) that are kept for one trace of a net without a small automaton,
    /// before its case is reported as not determined.
    #[arg(long, value_name = "POINTS", default_value_t = Budget::default().points)]
    budget: usize,
    /// Print on the standard error how long reading, comparing and reporting took.
    #[arg(long)]
    timing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Figures, findings by kind and step, and the first deviating cases in words.
    Text,
    /// One JSON document with every case, its moves and its findings.
    Json,
}

pub(super) fn run(args: &ReplayArgs) -> ExitCode {
    let words = match Words::load() {
        Ok(words) => words,
        Err(cause) => {
            eprintln!("quytrinh: {cause}");
            return ExitCode::from(REFUSED);
        }
    };
    let work = Work {
        args,
        words: &words,
        language: args.language.into(),
    };
    match work.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("quytrinh: {cause}");
            ExitCode::from(REFUSED)
        }
    }
}

struct Work<'a> {
    args: &'a ReplayArgs,
    words: &'a Words,
    language: Language,
}

/// Why nothing was compared, in words.
type Refusal = String;

impl Work<'_> {
    fn run(&self) -> Result<(), Refusal> {
        let began = Instant::now();
        let mut names = RoleNames::default();
        let (model, net) = match (&self.args.net, &self.args.procedure) {
            (Some(path), _) => {
                let net = self.net(path)?;
                let model = NetModel::new(
                    net.clone(),
                    Budget {
                        points: self.args.budget,
                    },
                );
                let model = model.map_err(|fault| self.bad_net(path, &self.net_fault(&fault, &net)))?;
                (Model::Net(Box::new(model)), net)
            }
            (None, Some(path)) => (
                Model::Procedure(Box::new(self.procedure(path, &mut names)?)),
                Net::default(),
            ),
            (None, None) => return Err(self.say("cli.replay.no_end", &[])),
        };
        let map = self.map()?;
        let compiled = Instant::now();
        let log = read_file(&self.args.log, &map, &Limits::COMMAND_LINE).map_err(|failure| self.bad_log(&failure))?;
        let read = Instant::now();
        let replay = Replay::new(log, model).map_err(|fault| self.net_fault(&fault, &net))?;
        let compared = Instant::now();
        self.report(&replay, &names).map_err(|cause| cause.to_string())?;
        if self.args.timing {
            let (compiling, reading) = (compiled - began, read - compiled);
            let (comparing, reporting) = (compared - read, compared.elapsed());
            eprintln!("model {compiling:?}, log {reading:?}, comparing {comparing:?}, reporting {reporting:?}");
        }
        Ok(())
    }

    fn report(&self, replay: &Replay, names: &RoleNames) -> std::io::Result<()> {
        let days = replay.days();
        let mut teller = Teller::new(replay, &days, self.words, names);
        let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
        match self.args.format {
            Format::Json => replay.write_json(&mut teller, &mut out)?,
            Format::Text => replay.write_text(&mut teller, (self.words, self.language), &mut out)?,
        }
        out.flush()
    }

    fn net(&self, path: &Path) -> Result<Net, Refusal> {
        let bytes = std::fs::read(path).map_err(|cause| self.bad_net(path, &cause.to_string()))?;
        let read = read_pnml(&bytes).map_err(|fault| self.bad_net(path, &fault.to_string()))?;
        for note in &read.notes {
            let holes = [("path", path.display().to_string()), ("says", note.to_string())];
            eprintln!("{}", self.say("cli.replay.note", &holes));
        }
        Ok(read.net)
    }

    fn procedure(&self, path: &Path, names: &mut RoleNames) -> Result<ProcedureModel, Refusal> {
        let shown = || path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|cause| format!("{}: {cause}", shown()))?;
        let mut texts = Vec::new();
        let roles = roles_beside(path).map_err(|bad| format!("{}: {}", bad.path.display(), bad.cause))?;
        if let Some(roles) = roles {
            for role in roles.roles {
                names.vi.insert(role.code.clone(), role.name.clone());
                names.en.insert(role.code.clone(), role.name_en.clone());
                let code = RoleCode::new(role.code.as_str());
                texts.push((role.name.clone(), code.clone()));
                texts.push((role.name_en.clone(), code));
            }
            names.en.retain(|_, name| !name.is_empty());
            texts.retain(|(name, _)| !name.is_empty());
        }
        let content = Content::of(&text);
        ProcedureModel::new(content, texts, Severities::default())
            .ok_or_else(|| self.say("cli.replay.bad_procedure", &[("path", shown())]))
    }

    fn map(&self) -> Result<LogMap, Refusal> {
        let Some(path) = &self.args.map else {
            return Ok(LogMap::default());
        };
        let refused = |says: String| {
            self.say(
                "cli.replay.bad_map",
                &[("path", path.display().to_string()), ("says", says)],
            )
        };
        let text = std::fs::read_to_string(path).map_err(|cause| refused(cause.to_string()))?;
        LogMap::parse(&text).map_err(|faults| {
            let told: Vec<String> = faults
                .iter()
                .map(|fault| {
                    let says = self.say(&format!("logs.map.{}", fault.code.as_str()), &fault.args);
                    refused(format!("{}:{}: {says}", fault.line, fault.column))
                })
                .collect();
            told.join("\n")
        })
    }

    fn say(&self, key: &str, holes: &[(&str, String)]) -> String {
        self.words.fill(self.language, key, holes)
    }

    fn bad_net(&self, path: &Path, says: &str) -> Refusal {
        self.say(
            "cli.replay.bad_net",
            &[("path", path.display().to_string()), ("says", says.to_owned())],
        )
    }

    fn bad_log(&self, failure: &LogFailure) -> Refusal {
        let mut holes: Vec<(&str, String)> = Vec::new();
        for (name, value) in &failure.args {
            let value = match *name {
                "field" => self.words.get(self.language, &format!("logs.field.{value}")).to_owned(),
                _ => value.clone(),
            };
            holes.push((*name, value));
        }
        let says = self.say(&format!("logs.failure.{}", failure.code.as_str()), &holes);
        let line = failure.line.to_string();
        self.say(
            "cli.replay.bad_log",
            &[
                ("path", self.args.log.display().to_string()),
                ("line", line),
                ("says", says),
            ],
        )
    }

    fn net_fault(&self, fault: &NetFault, net: &Net) -> String {
        let transition = |own: usize| net.transitions.get(own).map_or_else(String::new, |own| own.id.clone());
        match fault {
            NetFault::NoEnd => self.say("cli.replay.no_end", &[]),
            NetFault::Unbounded { place, way } => {
                let place = net
                    .places
                    .get(*place)
                    .map_or_else(String::new, |place| place.id.clone());
                let way = way.iter().map(|own| transition(*own)).collect::<Vec<_>>().join(" → ");
                self.say("cli.replay.unbounded", &[("place", place), ("way", way)])
            }
        }
    }
}
