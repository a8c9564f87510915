//! `quytrinh index`: the index of words, made anew from the texts.

use super::serve::open;
use super::{CliLanguage, DataArgs};
use crate::app;
use crate::kernel::Clock;
use crate::render::Words;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) fn run(args: &IndexArgs) -> anyhow::Result<()> {
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let db = open(&args.data)?;
    let count = app::index_documents(&db, &Clock::default(), true)?;
    let told = [("count", count.to_string())];
    println!("{}", words.fill(args.language.into(), "cli.index.done", &told));
    Ok(())
}
