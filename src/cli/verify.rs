//! `quytrinh verify`: is everything as the ledger recorded it? Of an office where it lives, or of a bundle anywhere; and of
//! one controlled copy, whether its content was approved.

use super::{CliLanguage, DataArgs};
use crate::book::{self, Known, Outcome, Vault};
use crate::db::Db;
use crate::kernel::{Clock, Language};
use crate::proofs::NoteKey;
use crate::render::Words;
use anyhow::Context;
use clap::{ArgGroup, Args};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("taken_away").args(["bundle", "proof"]).multiple(false))]
pub(super) struct VerifyArgs {
    /// A bundle to verify; without it, the office in the data directory.
    #[arg(value_name = "FILE.zip")]
    bundle: Option<PathBuf>,
    /// The proof beside a controlled copy, that its content was approved; needs no office and no network.
    #[arg(long, value_name = "FILE.tlog-proof", requires = "key", conflicts_with = "witness")]
    proof: Option<PathBuf>,
    /// The text of the version, to be held against the proof.
    #[arg(long, value_name = "FILE", requires = "proof")]
    content: Option<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
    /// Only the ledger with its checkpoints; leave out the rows of data and the attached files.
    #[arg(long, conflicts_with = "taken_away")]
    quick: bool,
    /// Key of the book, or its fingerprint, as it was told on paper (with a bundle or a proof).
    #[arg(long, value_name = "KEY", requires = "taken_away")]
    key: Option<String>,
    /// File with an older note of the same book, which the bundle must follow; may be given again.
    #[arg(long, value_name = "FILE", requires = "taken_away")]
    note: Vec<PathBuf>,
    /// Mark of an older checkpoint, as it stands on a receipt or a closing of the day; may be given again.
    #[arg(long, value_name = "SIZE:HEX", requires = "taken_away")]
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
    let done = match (&args.bundle, &args.proof) {
        (Some(path), _) => of_bundle(path, args, (&words, language)),
        (None, Some(path)) => of_proof(path, args, (&words, language)),
        (None, None) => of_office(args, (&words, language)),
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

/// What is known beforehand of the book that is to be verified.
fn known(args: &VerifyArgs) -> anyhow::Result<Known> {
    let read = |path: &PathBuf| std::fs::read_to_string(path).with_context(|| path.display().to_string());
    Ok(Known {
        key: args.key.clone(),
        notes: args.note.iter().map(read).collect::<anyhow::Result<_>>()?,
        marks: args.mark.clone(),
        witnesses: witnesses(args)?,
    })
}

fn of_proof(
    path: &Path,
    args: &VerifyArgs,
    (words, language): (&Words, Language),
) -> anyhow::Result<(String, Outcome)> {
    let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
    let content = args.content.as_deref().map(read).transpose()?;
    // Whatever is no text is no proof either, and is told as such.
    let text = String::from_utf8(read(path)?).unwrap_or_default();
    let proven = book::check_proof(&text, &known(args)?, content.as_deref());
    Ok((book::proof_report(&proven, words, language), proven.outcome))
}

fn of_bundle(
    path: &Path,
    args: &VerifyArgs,
    (words, language): (&Words, Language),
) -> anyhow::Result<(String, Outcome)> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let known = known(args)?;
    let checked = book::check_bundle(&bytes, &known)
        .with_context(|| words.fill(language, "verify.no_bundle", &[("path", path.display().to_string())]))?;
    Ok((book::bundle_report(&checked, words, language), checked.outcome))
}
