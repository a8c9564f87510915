//! `quytrinh check`: procedure files against their rules, before anybody imports them.

use super::CliLanguage;
use crate::kernel::Language;
use crate::procedures::{Fault, RoleCatalogue, Severity, check_all, parse_roles};
use crate::render::{Words, fault_text};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Nothing wrong; problems; a file that cannot be read.
const CLEAN: u8 = 0;
const PROBLEMS: u8 = 1;
const UNREADABLE: u8 = 2;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files, or directories whose .md files are checked.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How problems are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
    /// Let warnings count as problems too.
    #[arg(long)]
    strict: bool,
    /// Catalogue of roles; without it, roles.toml is looked for beside the files and above.
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// `file:line:column: severity[code]: message`, and a hint.
    Text,
    /// One JSON document.
    Json,
}

struct File {
    path: PathBuf,
    text: String,
}

/// A file or directory that could not be read, and why.
pub(super) struct Unreadable {
    pub(super) path: PathBuf,
    pub(super) cause: String,
}

pub(super) fn run(args: &CheckArgs) -> ExitCode {
    let words = match Words::load() {
        Ok(words) => words,
        Err(cause) => {
            eprintln!("quytrinh: {cause}");
            return ExitCode::from(UNREADABLE);
        }
    };
    let (files, mut unreadable) = read_all(&args.paths);
    let roles = match find_roles(args, &files) {
        Ok(roles) => roles,
        Err(cause) => {
            unreadable.push(cause);
            None
        }
    };
    let texts: Vec<&str> = files.iter().map(|file| file.text.as_str()).collect();
    let faults = check_all(&texts, roles.as_ref());
    let language = args.language.into();
    match args.format {
        Format::Text => print_text(&words, language, (&files, &faults)),
        Format::Json => print_json(&words, language, (&files, &faults, &unreadable)),
    }
    for file in &unreadable {
        eprintln!("{}: {}", file.path.display(), file.cause);
    }
    let is_wrong = faults
        .iter()
        .any(|(_, fault)| args.strict || fault.severity == Severity::Error);
    ExitCode::from(match (unreadable.is_empty(), is_wrong) {
        (false, _) => UNREADABLE,
        (true, true) => PROBLEMS,
        (true, false) => CLEAN,
    })
}

fn read_all(paths: &[PathBuf]) -> (Vec<File>, Vec<Unreadable>) {
    let (mut files, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        match named(path) {
            Ok(found) => {
                for path in found {
                    match std::fs::read_to_string(&path) {
                        Ok(text) => files.push(File { path, text }),
                        Err(cause) => unreadable.push(Unreadable {
                            path,
                            cause: cause.to_string(),
                        }),
                    }
                }
            }
            Err(cause) => unreadable.push(Unreadable {
                path: path.clone(),
                cause: cause.to_string(),
            }),
        }
    }
    (files, unreadable)
}

/// The file itself, or the `.md` files of a directory in the order of their names.
pub(super) fn named(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn find_roles(args: &CheckArgs, files: &[File]) -> Result<Option<RoleCatalogue>, Unreadable> {
    match (&args.roles, files.first()) {
        (Some(path), _) => read_roles(path).map(Some),
        (None, Some(first)) => roles_beside(&first.path),
        (None, None) => Ok(None),
    }
}

/// The catalogue of roles beside a procedure file, or above.
pub(super) fn roles_beside(file: &Path) -> Result<Option<RoleCatalogue>, Unreadable> {
    let Ok(file) = file.canonicalize() else { return Ok(None) };
    let mut above = file.ancestors().skip(1).map(|folder| folder.join("roles.toml"));
    above
        .find(|path| path.is_file())
        .map(|path| read_roles(&path))
        .transpose()
}

/// The catalogue of roles of a file.
pub(super) fn read_roles(path: &Path) -> Result<RoleCatalogue, Unreadable> {
    let text = std::fs::read_to_string(path).map_err(|cause| cause.to_string());
    let roles = text.and_then(|text| match parse_roles(&text) {
        (roles, faults) if faults.is_empty() => Ok(roles),
        (_, faults) => Err(faults
            .iter()
            .map(|fault| format!("{}:{}: {}", fault.line, fault.column, fault.code))
            .collect()),
    });
    roles.map_err(|cause| Unreadable {
        path: path.to_owned(),
        cause,
    })
}

fn severity(fault: &Fault) -> &'static str {
    match fault.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn print_text(words: &Words, language: Language, (files, faults): (&[File], &[(usize, Fault)])) {
    for (place, fault) in faults {
        let Some(file) = files.get(*place) else { continue };
        let text = fault_text(words, language, fault);
        let (path, level) = (file.path.display(), severity(fault));
        println!(
            "{path}:{}:{}: {level}[{}]: {}",
            fault.line, fault.column, fault.code, text.message
        );
        if !fault.trace.is_empty() {
            println!("    {}", fault.trace.join(" → "));
        }
        if let Some(hint) = text.hint {
            println!("    {hint}");
        }
    }
    let errors = faults
        .iter()
        .filter(|(_, fault)| fault.severity == Severity::Error)
        .count();
    let counts = [
        ("files", files.len()),
        ("errors", errors),
        ("warnings", faults.len() - errors),
    ];
    let counts = counts.map(|(name, count)| (name, count.to_string()));
    println!("{}", words.fill(language, "cli.check.summary", &counts));
}

fn print_json(
    words: &Words,
    language: Language,
    (files, faults, unreadable): (&[File], &[(usize, Fault)], &[Unreadable]),
) {
    let problems: Vec<_> = faults
        .iter()
        .filter_map(|(place, fault)| files.get(*place).map(|file| (file, fault)))
        .map(|(file, fault)| {
            let text = fault_text(words, language, fault);
            json!({
                "file": file.path.display().to_string(), "line": fault.line, "column": fault.column,
                "severity": severity(fault), "code": fault.code, "message": text.message, "hint": text.hint,
                "trace": fault.trace,
            })
        })
        .collect();
    let unreadable: Vec<_> = unreadable
        .iter()
        .map(|file| json!({ "file": file.path.display().to_string(), "cause": file.cause }))
        .collect();
    println!(
        "{:#}",
        json!({ "files": files.len(), "problems": problems, "unreadable": unreadable })
    );
}
