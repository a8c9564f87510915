//! `quytrinh import`: procedure files become drafts, all of them or none.

use super::agency::AgencyArg;
use super::check::named;
use super::serve::open;
use super::{CliLanguage, DataArgs};
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, Clock, Language};
use crate::ledger;
use crate::people;
use crate::procedures::{RoleCatalogue, Severity, check_all, parse_roles};
use crate::render::{Words, fault_text};
use crate::web::Failure;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    agency: AgencyArg,
    /// Files, or directories whose .md files are imported.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// User name of the member of the ISO committee who becomes the author of the drafts.
    #[arg(long, value_name = "USERNAME")]
    author: String,
    /// Catalogue of roles to add to the office's roles.
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

fn read(args: &ImportArgs) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for path in &args.paths {
        let found = named(path).with_context(|| format!("reading {}", path.display()))?;
        for path in found {
            let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            files.push((path, text));
        }
    }
    Ok(files)
}

fn read_roles(path: Option<&PathBuf>) -> anyhow::Result<RoleCatalogue> {
    let Some(path) = path else {
        return Ok(RoleCatalogue::default());
    };
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let (roles, faults) = parse_roles(&text);
    anyhow::ensure!(faults.is_empty(), "{} is no catalogue of roles", path.display());
    Ok(roles)
}

/// Prints the errors of the files; an import with errors changes nothing.
fn must_be_sound(files: &[(PathBuf, String)], words: &Words, language: Language) -> anyhow::Result<()> {
    let texts: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
    let errors: Vec<_> = check_all(&texts, None)
        .into_iter()
        .filter(|(_, fault)| fault.severity == Severity::Error)
        .collect();
    for (place, fault) in &errors {
        let Some((path, _)) = files.get(*place) else { continue };
        let message = fault_text(words, language, fault).message;
        eprintln!(
            "{}:{}:{}: error[{}]: {message}",
            path.display(),
            fault.line,
            fault.column,
            fault.code
        );
    }
    anyhow::ensure!(errors.is_empty(), "{}", words.get(language, "cli.import.refused"));
    Ok(())
}

/// The member of the committee of the agency in whose name the drafts are made.
fn author(db: &Db, agency: AgencyId, username: &str) -> anyhow::Result<Actor> {
    let house = Actor::house(agency, Clock::default().now());
    let found = ledger::read(db, &house, |work| {
        let all = people::persons(work)?;
        Ok::<_, Failure>(
            all.into_iter()
                .find(|person| person.username == username && person.active),
        )
    })?;
    let found = found.with_context(|| format!("nobody active has the user name {username}"))?;
    Ok(Actor {
        person: Some(found.into_person()),
        is_house: false,
        ..house
    })
}

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<()> {
    let language: Language = args.language.into();
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let files = read(args)?;
    let roles = read_roles(args.roles.as_ref())?;
    must_be_sound(&files, &words, language)?;
    let count = files.len();
    let db = open(&args.data)?;
    let (agency, _) = args.agency.of(&db, (&words, language))?;
    let actor = author(&db, agency, &args.author)?;
    ledger::change(&db, actor, move |work| {
        if !roles.roles.is_empty() {
            crate::documents::add_roles(work, &roles)?;
        }
        for (_, text) in &files {
            crate::documents::create(work, text)?;
        }
        Ok::<_, Failure>(())
    })
    .map_err(|failure| anyhow::anyhow!("{}", failure.text(&words, language)))?;
    println!(
        "{}",
        words.fill(language, "cli.import.done", &[("count", count.to_string())])
    );
    Ok(())
}
