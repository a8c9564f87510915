//! `quytrinh bundle`: what an auditor takes away to verify the book elsewhere.

use super::{CliLanguage, DataArgs};
use crate::book;
use crate::db::Db;
use crate::people;
use crate::render::Words;
use crate::web::Failure;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct BundleArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Code of the agency; without it, the only one.
    #[arg(long, value_name = "CODE")]
    agency: Option<String>,
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
    let agencies =
        people::agencies(&db).map_err(|failure: Failure| anyhow::anyhow!("{}", failure.text(&words, language)))?;
    let wanted = match (&args.agency, agencies.as_slice()) {
        (Some(code), all) => all.iter().find(|(_, known)| known == code),
        (None, [one]) => Some(one),
        (None, _) => None,
    };
    let codes = agencies
        .iter()
        .map(|(_, code)| code.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let (agency, code) = wanted.with_context(|| words.fill(language, "verify.which", &[("codes", codes)]))?;
    let bytes = book::bundle(&db, (agency, code))?;
    std::fs::write(&args.out, &bytes).with_context(|| format!("writing {}", args.out.display()))?;
    let told = [("path", args.out.display().to_string()), ("code", code.clone())];
    println!("{}", words.fill(language, "verify.bundled", &told));
    Ok(())
}
