//! `quytrinh roots`: the root certificates by which signatures of tokens are judged.

use super::serve::open;
use super::{CliLanguage, DataArgs};
use crate::documents::{add_roots, drop_root, roots};
use crate::kernel::{Actor, Clock};
use crate::ledger;
use crate::people;
use crate::render::Words;
use crate::tokens::RootShown;
use crate::web::Failure;
use anyhow::Context;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct RootsArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    data: DataArgs,
    /// Language of the messages.
    #[arg(long, global = true, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the roots with their fingerprints.
    List,
    /// Add the root certificates of a file in PEM. Compare the fingerprint with the official publication first.
    Add {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Remove the root with this fingerprint (SHA-256).
    Remove {
        /// The fingerprint, as `list` prints it.
        #[arg(value_name = "SHA256")]
        sha256: String,
    },
}

fn print(all: &[RootShown]) {
    for root in all {
        println!("{}  {}", root.sha256, root.subject);
    }
}

pub(super) fn run(args: &RootsArgs) -> anyhow::Result<()> {
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let said = |failure: Failure| match failure.said() {
        Ok(say) => anyhow::anyhow!(words.fill::<&str, &str>(args.language.into(), &say.key, &[])),
        Err(failure) => anyhow::Error::from(failure),
    };
    let home = &args.data.data;
    match &args.what {
        What::List => print(&roots(Some(home)).map_err(said)?.shown()),
        What::Add { file } => {
            let pem = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
            let db = open(&args.data)?;
            for (agency, _) in people::agencies(&db)? {
                let (home, pem) = (home.clone(), pem.clone());
                let house = Actor::house(agency, Clock::default().now());
                let added = ledger::change(&db, house, move |work| add_roots(work, &home, &pem)).map_err(said)?;
                print(&added);
            }
        }
        What::Remove { sha256 } => {
            let known = roots(Some(home)).map_err(said)?.shown();
            anyhow::ensure!(known.iter().any(|one| one.sha256 == *sha256), "{sha256}?");
            let db = open(&args.data)?;
            for (agency, _) in people::agencies(&db)? {
                let (home, sha256) = (home.clone(), sha256.clone());
                let house = Actor::house(agency, Clock::default().now());
                ledger::change(&db, house, move |work| drop_root(work, &home, &sha256)).map_err(said)?;
            }
        }
    }
    Ok(())
}
