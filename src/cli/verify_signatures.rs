//! `quytrinh verify-signatures`: whether everything that was signed still holds.

use super::{CliLanguage, DataArgs};
use crate::db::Db;
use crate::documents::{verify_signatures, verify_tokens};
use crate::kernel::{Actor, Clock};
use crate::ledger;
use crate::people;
use crate::render::Words;
use clap::Args;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) fn run(args: &VerifyArgs) -> ExitCode {
    match verify(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(cause) => {
            eprintln!("quytrinh: {cause:#}");
            ExitCode::from(2)
        }
    }
}

fn verify(args: &VerifyArgs) -> anyhow::Result<bool> {
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let url = match &args.data.database_url {
        Some(url) => url.clone(),
        None => args.data.data.join("quytrinh.db").display().to_string(),
    };
    let db = Db::open_to_read(&url, 2)?;
    db.set_home(&args.data.data);
    let language = args.language.into();
    let mut is_whole = true;
    for (agency, code) in people::agencies(&db)? {
        let house = Actor::house(agency, Clock::default().now());
        let (count, problems) = ledger::read(&db, &house, |work| verify_signatures(work, db.home()))?;
        is_whole &= problems.is_empty();
        for problem in &problems {
            let flaw = words.fill::<&str, &str>(language, &format!("signatures.flaw.{}", problem.flaw.as_str()), &[]);
            println!(
                "{code} {} {} {}: {flaw} ({})",
                problem.version,
                problem.id,
                problem.flaw.as_str(),
                problem.detail
            );
        }
        let told = [
            ("code", code.clone()),
            ("count", count.to_string()),
            ("bad", problems.len().to_string()),
        ];
        println!("{}", words.fill(language, "cli.verify_signatures", &told));
        let (count, problems) = ledger::read(&db, &house, |work| people::verify_loans(work, db.home()))?;
        is_whole &= problems.is_empty();
        for problem in &problems {
            let flaw = words.fill::<&str, &str>(language, &format!("signatures.flaw.{}", problem.flaw), &[]);
            println!("{code} {} {}: {flaw} ({})", problem.id, problem.flaw, problem.detail);
        }
        let told = [
            ("code", code.clone()),
            ("count", count.to_string()),
            ("bad", problems.len().to_string()),
        ];
        println!("{}", words.fill(language, "cli.verify_loans", &told));
        let (count, problems) = ledger::read(&db, &house, |work| verify_tokens(work, db.home()))?;
        is_whole &= problems.is_empty();
        for problem in &problems {
            let why = words.fill::<&str, &str>(language, &format!("tokens.reason.{}", problem.flaw), &[]);
            println!(
                "{code} {} {} {}: {why} ({})",
                problem.version, problem.id, problem.flaw, problem.detail
            );
        }
        let told = [
            ("code", code),
            ("count", count.to_string()),
            ("bad", problems.len().to_string()),
        ];
        println!("{}", words.fill(language, "cli.verify_tokens", &told));
    }
    Ok(is_whole)
}
