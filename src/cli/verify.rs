//! `quytrinh verify`: is everything as the ledger recorded it? Of an office where it lives, or of a bundle anywhere.

use super::{CliLanguage, DataArgs};
use crate::book::{self, Known, Outcome, Vault};
use crate::db::Db;
use crate::kernel::{Clock, Language};
use crate::proofs::NoteKey;
use crate::render::Words;
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// A bundle to verify; without it, the office in the data directory.
    #[arg(value_name = "FILE.zip")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
    /// Only the ledger with its checkpoints; leave out the rows of data and the attached files.
    #[arg(long, conflicts_with = "bundle")]
    quick: bool,
    /// Key of the book, or its fingerprint, as it was told on paper (with a bundle).
    #[arg(long, value_name = "KEY", requires = "bundle")]
    key: Option<String>,
    /// File with an older note of the same book, which the bundle must follow; may be given again.
    #[arg(long, value_name = "FILE", requires = "bundle")]
    note: Vec<PathBuf>,
    /// Mark of an older checkpoint, as it stands on a receipt or a closing of the day; may be given again.
    #[arg(long, value_name = "SIZE:HEX", requires = "bundle")]
    mark: Vec<String>,
    /// Key of a witness whose signature counts; may be given again. One of them must have seen the ledger within the last
    /// seven days (of a bundle: before its last leaf).
    #[arg(long, value_name = "KEY")]
    witness: Vec<String>,
    /// Language of the report.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

/// Prints the report; the exit status says how it ended.
pub(super) fn run(args: &VerifyArgs) -> ExitCode {
    let words = match Words::load() {
        Ok(words) => words,
        Err(cause) => {
            eprintln!("quytrinh: {cause}");
            return ExitCode::from(Outcome::Unreadable.code());
        }
    };
    let language: Language = args.language.into();
    let done = match &args.bundle {
        Some(path) => of_bundle(path, args, (&words, language)),
        None => of_office(args, (&words, language)),
    };
    match done {
        Ok((text, outcome)) => {
            println!("{text}");
            ExitCode::from(outcome.code())
        }
        Err(cause) => {
            let cause = format!("{cause:#}");
            eprintln!("{}", words.fill(language, "verify.unreadable", &[("cause", cause)]));
            ExitCode::from(Outcome::Unreadable.code())
        }
    }
}

fn of_office(args: &VerifyArgs, (words, language): (&Words, Language)) -> anyhow::Result<(String, Outcome)> {
    let vault = Vault::new(&args.data.data, None, None);
    let db = Db::open_to_read(&args.data.url(), 2)?;
    let checked = book::check(&db, &vault, &args.data.data, !args.quick)?;
    let checked = checked.witnessed_by(&witnesses(args)?, Clock::default().now());
    Ok((book::report(&checked, words, language), checked.outcome))
}

fn witnesses(args: &VerifyArgs) -> anyhow::Result<Vec<NoteKey>> {
    let read = |text: &String| NoteKey::read(text).with_context(|| text.clone());
    args.witness.iter().map(read).collect()
}

fn of_bundle(
    path: &Path,
    args: &VerifyArgs,
    (words, language): (&Words, Language),
) -> anyhow::Result<(String, Outcome)> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let read = |path: &PathBuf| std::fs::read_to_string(path).with_context(|| path.display().to_string());
    let known = Known {
        key: args.key.clone(),
        notes: args.note.iter().map(read).collect::<anyhow::Result<_>>()?,
        marks: args.mark.clone(),
        witnesses: witnesses(args)?,
    };
    let checked = book::check_bundle(&bytes, &known)
        .with_context(|| words.fill(language, "verify.no_bundle", &[("path", path.display().to_string())]))?;
    Ok((book::bundle_report(&checked, words, language), checked.outcome))
}
