//! `quytrinh import-bpmn`: a process of another tool as a procedure file that somebody goes on writing.

use super::CliLanguage;
use super::check::{read_roles, roles_beside};
use crate::bpmn::read_bpmn;
use crate::kernel::Language;
use crate::procedures::{Kind, RoleCatalogue, Source, fold, put_table, write};
use crate::render::{Words, bpmn_fault_text, unexpressed_text};
use crate::workflow::RoleCode;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Nothing was written.
const REFUSED: u8 = 2;

#[derive(Debug, Args)]
pub(super) struct ImportBpmnArgs {
    /// BPMN 2.0 file.
    #[arg(value_name = "FILE.bpmn")]
    bpmn: PathBuf,
    /// Procedure file to write, which must not be there yet; without it, the result is printed.
    #[arg(long, value_name = "FILE.md")]
    out: Option<PathBuf>,
    /// Code of the new procedure (QT.HT.01).
    #[arg(long, default_value = "")]
    code: String,
    /// Catalogue of roles, by whose names lanes are known; without it, roles.toml is looked for beside the file and above.
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
    /// Language of messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) fn run(args: &ImportBpmnArgs) -> ExitCode {
    let done = Words::load()
        .map_err(|cause| cause.to_string())
        .and_then(|words| imported(args, &words));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("quytrinh: {cause}");
            ExitCode::from(REFUSED)
        }
    }
}

fn imported(args: &ImportBpmnArgs, words: &Words) -> Result<(), String> {
    let path = &args.bpmn;
    let language: Language = args.language.into();
    let at = |path: &Path, cause: &dyn std::fmt::Display| format!("{}: {cause}", path.display());
    let bytes = std::fs::read(path).map_err(|cause| at(path, &cause))?;
    let roles = match &args.roles {
        Some(path) => read_roles(path).map(Some),
        None => roles_beside(path),
    };
    let roles = roles.map_err(|bad| at(&bad.path, &bad.cause))?.unwrap_or_default();
    let mut read = read_bpmn(&bytes).map_err(|fault| at(path, &bpmn_fault_text(words, language, &fault)))?;
    read.recode_roles(|code, name| match roles.find(code.as_str()) {
        Some(_) => None,
        None => known(&roles, name),
    });
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut source = new_source(
        words,
        &args.code,
        if read.title.is_empty() { &stem } else { &read.title },
    );
    put_table(&mut source, &read.table);
    let text = write(&source);
    match &args.out {
        Some(out) => keep(out, &text).map_err(|cause| at(out, &cause))?,
        None => std::io::stdout()
            .lock()
            .write_all(text.as_bytes())
            .map_err(|cause| cause.to_string())?,
    }
    for own in &read.unexpressed {
        let text = unexpressed_text(words, language, own);
        let (path, line) = (path.display(), text.line);
        eprintln!("{path}:{line}: note[{}]: {}: {}", text.code, text.element, text.message);
    }
    let unknown = read
        .roles
        .iter()
        .filter(|(role, _)| roles.find(role.as_str()).is_none());
    let unknown: Vec<&str> = unknown.map(|(_, name)| name.as_str()).collect();
    let counts = [
        ("steps", read.table.steps.len().to_string()),
        ("unexpressed", read.unexpressed.len().to_string()),
    ];
    eprintln!("{}", words.fill(language, "cli.import_bpmn.done", &counts));
    if !unknown.is_empty() {
        let names = [("names", unknown.join(", "))];
        eprintln!("{}", words.fill(language, "cli.import_bpmn.unknown_roles", &names));
    }
    Ok(())
}

/// A procedure without steps. Documents are Vietnamese first, whatever the language of messages.
fn new_source(words: &Words, code: &str, title: &str) -> Source {
    let word = |key: &str| words.get(Language::Vi, key).to_owned();
    Source {
        code: code.to_owned(),
        kind: Kind::WorkProcedure,
        title: title.to_owned(),
        review_months: Some(12),
        change_summary: word("documents.new.change_summary"),
        body: word("documents.new.body"),
        ..Source::default()
    }
}

/// Writes a new file; one that is there is somebody's text.
fn keep(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::File::create_new(path)?.write_all(text.as_bytes())
}

/// The role of the catalogue that is called like this, in either language.
fn known(roles: &RoleCatalogue, name: &str) -> Option<RoleCode> {
    let name = fold(name.trim());
    let is_called = |own: &str| !name.is_empty() && fold(own) == name;
    let role = roles
        .roles
        .iter()
        .find(|role| is_called(&role.name) || is_called(&role.name_en))?;
    Some(RoleCode::new(role.code.as_str()))
}
