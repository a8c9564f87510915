//! `quytrinh print`: a document, or the handbook of all that is in force, as PDF.

use super::agency::AgencyArg;
use super::serve::open;
use super::{CliLanguage, DataArgs};
use crate::documents::{self, Imprint, Printable, Stage, VersionHead};
use crate::kernel::{Actor, Clock, Language};
use crate::ledger::{self, Work};
use crate::people;
use crate::print::Printed;
use crate::render::Words;
use crate::web::Failure;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct PrintArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    agency: AgencyArg,
    /// Code of the document; not needed with --handbook.
    #[arg(
        value_name = "CODE",
        required_unless_present = "handbook",
        conflicts_with = "handbook"
    )]
    code: Option<String>,
    /// All documents in force in one file, with a table of contents.
    #[arg(long)]
    handbook: bool,
    /// The version to print; without it, the one in force, else the latest.
    #[arg(long, value_name = "N", conflicts_with = "handbook")]
    version: Option<i64>,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Address at which visitors reach the site (https://…); without it, pages have no QR code.
    #[arg(long, value_name = "URL", env = "QUYTRINH_PUBLIC_ADDRESS")]
    public_address: Option<String>,
    /// Language of the messages; the paper itself is in Vietnamese.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

/// The words of the messages.
struct Say<'a>(&'a Words, Language);

impl Say<'_> {
    fn fill(&self, key: &str, holes: &[(&str, String)]) -> String {
        self.0.fill(self.1, key, holes)
    }
}

fn wanted(work: &mut Work<'_>, code: &str, number: Option<i64>) -> Result<VersionHead, Failure> {
    let document = documents::document_by_code(work, code)?;
    let heads = documents::heads_of(work, &document)?;
    let found = match number {
        Some(number) => heads.into_iter().find(|head| head.number == number),
        None => heads
            .iter()
            .find(|head| head.stage == Stage::Effective)
            .or_else(|| heads.first())
            .cloned(),
    };
    found.ok_or(Failure::NotFound)
}

fn gather(work: &mut Work<'_>, args: &PrintArgs) -> Result<Vec<Printable>, Failure> {
    let heads = match &args.code {
        Some(code) => vec![wanted(work, code, args.version)?],
        None => documents::effective(work)?,
    };
    heads.iter().map(|head| documents::printable(work, head)).collect()
}

pub(super) fn run(args: &PrintArgs) -> anyhow::Result<()> {
    let language: Language = args.language.into();
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let say = Say(&words, language);
    let is_there = args.data.database_url.is_some() || args.data.data.join("quytrinh.db").is_file();
    let place = args.data.data.display().to_string();
    anyhow::ensure!(is_there, "{}", say.fill("cli.print.no_office", &[("path", place)]));
    let db = open(&args.data)?;
    let (agency, _) = args.agency.of(&db, (&words, language))?;
    let house = Actor::house(agency, Clock::default().now());
    let today = house.today();
    let found = ledger::read(&db, &house, |work| {
        let found = gather(work, args)?;
        Ok::<_, Failure>((people::agency_name(work)?, found))
    });
    let (name, found) = found.map_err(|failure| match (&failure, &args.code) {
        (Failure::NotFound, Some(code)) => {
            anyhow::anyhow!("{}", say.fill("cli.print.not_found", &[("code", code.clone())]))
        }
        _ => anyhow::anyhow!("{}", failure.text(&words, language)),
    })?;
    let imprint = Imprint {
        address: args
            .public_address
            .as_ref()
            .map(|address| address.trim_end_matches('/').to_owned()),
        ..Imprint::default()
    };
    let printed = match (args.handbook, found.as_slice()) {
        (false, [one]) => documents::print_version(one, &imprint)?,
        (_, all) => {
            anyhow::ensure!(!all.is_empty(), "{}", say.fill("cli.print.nothing", &[]));
            documents::print_handbook(&name, all, &imprint, today)?
        }
    };
    std::fs::write(&args.out, &printed.bytes).with_context(|| format!("writing {}", args.out.display()))?;
    report(&printed, args, &say);
    Ok(())
}

fn report(printed: &Printed, args: &PrintArgs, say: &Say<'_>) {
    let holes = [
        ("path", args.out.display().to_string()),
        ("pages", printed.pages.to_string()),
        ("bytes", printed.bytes.len().to_string()),
    ];
    println!("{}", say.fill("cli.print.done", &holes));
    if !printed.missing.is_empty() {
        let missing: String = printed.missing.iter().collect();
        eprintln!("{}", say.fill("cli.print.missing", &[("letters", missing)]));
    }
    if args.public_address.is_none() {
        eprintln!("{}", say.fill("cli.print.no_address", &[]));
    }
}
