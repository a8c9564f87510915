//! `quytrinh bundle`: what an auditor takes away to verify the book elsewhere.

use super::agency::AgencyArg;
use super::{CliLanguage, DataArgs};
use crate::book;
use crate::db::Db;
use crate::render::Words;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct BundleArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    agency: AgencyArg,
    /// File to write.
    #[arg(long, value_name = "FILE.zip")]
    out: PathBuf,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) fn run(args: &BundleArgs) -> anyhow::Result<()> {
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let language = args.language.into();
    let db = Db::open_to_read(&args.data.url(), 1)?;
    let (agency, code) = args.agency.of(&db, (&words, language))?;
    let bytes = book::bundle(&db, (&agency, &code))?;
    std::fs::write(&args.out, &bytes).with_context(|| format!("writing {}", args.out.display()))?;
    let told = [("path", args.out.display().to_string()), ("code", code)];
    println!("{}", words.fill(language, "verify.bundled", &told));
    Ok(())
}
