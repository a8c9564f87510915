//! `quytrinh export`: the workflow of a procedure file for other tools, without any database.

use super::CliLanguage;
use super::check::{read_roles, roles_beside};
use crate::kernel::Language;
use crate::procedures::{Parsed, RoleCatalogue, parse};
use crate::render::{Words, bpmn_file, pnml_file};
use crate::workflow::{Problem, RoleCode};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Nothing was written.
const REFUSED: u8 = 2;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Procedure file.
    #[arg(value_name = "FILE")]
    procedure: PathBuf,
    /// What is written.
    #[arg(long, value_enum)]
    to: Target,
    /// File to write; without it, the result is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Catalogue of roles, for the names of lanes; without it, roles.toml is looked for beside the file and above.
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
    /// Language of the words in the result, and of messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Petri net; the labels of its transitions are the codes of the steps.
    Pnml,
    /// BPMN 2.0 with its picture, lanes by role.
    Bpmn,
}

pub(super) fn run(args: &ExportArgs) -> ExitCode {
    let done = Words::load().map_err(|cause| cause.to_string()).and_then(|words| {
        let text = exported(args, &words)?;
        write(args.out.as_deref(), &text).map_err(|cause| match &args.out {
            Some(path) => format!("{}: {cause}", path.display()),
            None => cause.to_string(),
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("quytrinh: {cause}");
            ExitCode::from(REFUSED)
        }
    }
}

fn write(out: Option<&Path>, text: &str) -> std::io::Result<()> {
    match out {
        Some(path) => std::fs::write(path, text),
        None => std::io::stdout().lock().write_all(text.as_bytes()),
    }
}

fn exported(args: &ExportArgs, words: &Words) -> Result<String, String> {
    let path = &args.procedure;
    let language: Language = args.language.into();
    let say = |key: &str| words.fill(language, key, &[("path", path.display().to_string())]);
    let text = std::fs::read_to_string(path).map_err(|cause| format!("{}: {cause}", path.display()))?;
    let roles = roles(args)?;
    let Parsed { document, table, .. } = parse(&text);
    let document = document.ok_or_else(|| say("cli.export.bad_table"))?;
    if table.steps.is_empty() {
        return Err(say("cli.export.no_steps"));
    }
    let role_name = |code: &RoleCode| name_of(roles.as_ref(), code, language);
    let file = match args.to {
        Target::Pnml => pnml_file(&document.title, &table),
        Target::Bpmn => bpmn_file((words, language), &document.title, &table, &role_name),
    };
    file.map_err(|_problems: Vec<Problem>| say("cli.export.bad_table"))
}

/// The catalogue that is named, or the one beside the file.
fn roles(args: &ExportArgs) -> Result<Option<RoleCatalogue>, String> {
    let found = match &args.roles {
        Some(path) => read_roles(path).map(Some),
        None => roles_beside(&args.procedure),
    };
    found.map_err(|bad| format!("{}: {}", bad.path.display(), bad.cause))
}

fn name_of(roles: Option<&RoleCatalogue>, code: &RoleCode, language: Language) -> String {
    let role = roles.and_then(|roles| roles.find(code.as_str()));
    let name = role.map(|role| match language {
        Language::En if !role.name_en.is_empty() => &role.name_en,
        Language::En | Language::Vi => &role.name,
    });
    name.map_or_else(|| code.to_string(), Clone::clone)
}
