//! `quytrinh rotate-key` and `quytrinh recover-ledger`: what two people answer for, at the command line.

use super::agency::AgencyArg;
use super::{CliLanguage, DataArgs};
use crate::book::{self, KeepFailure, Two, Whose};
use crate::db::Db;
use crate::kernel::{AgencyId, Clock, Language, Permission};
use crate::ledger::LOG;
use crate::people;
use crate::render::Words;
use crate::web::{Failure, Say};
use clap::Args;
use std::io::{BufRead, IsTerminal, Write};
use std::process::Command;
use zeroize::Zeroizing;

/// Who does it, and who confirms it.
#[derive(Debug, Args)]
pub(super) struct TwoArgs {
    /// User name of who does it: an administrator or the chair.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// User name of another one who confirms it. Both passwords are asked for, and codes where there is a second factor:
    /// on the terminal, or on four lines of the input, where an empty line is no code.
    #[arg(long, value_name = "NAME")]
    confirmed_by: String,
    #[command(flatten)]
    agency: AgencyArg,
}

#[derive(Debug, Args)]
pub(super) struct RotateArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    keys: super::serve::KeyArgs,
    #[command(flatten)]
    two: TwoArgs,
    /// Change the key of the log of checkpoints, which witnesses follow, instead of the agency's.
    #[arg(long)]
    deployment: bool,
    /// The old key is known to somebody else: end the book with a last note, and go on under another name.
    #[arg(long)]
    compromised: bool,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

#[derive(Debug, Args)]
pub(super) struct RecoverArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    keys: super::serve::KeyArgs,
    #[command(flatten)]
    two: TwoArgs,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) struct Told {
    words: Words,
    language: Language,
}

impl Told {
    pub(super) fn new(language: CliLanguage) -> anyhow::Result<Self> {
        Ok(Self {
            words: Words::load().map_err(anyhow::Error::msg)?,
            language: language.into(),
        })
    }

    pub(super) fn say(&self, key: &str, holes: &[(&str, String)]) -> String {
        self.words.fill(self.language, key, holes)
    }

    fn refused(&self, failure: &Failure) -> anyhow::Error {
        anyhow::anyhow!("{}", failure.text(&self.words, self.language))
    }

    fn kept<T>(&self, done: Result<T, KeepFailure>) -> anyhow::Result<T> {
        done.map_err(|cause| match &cause {
            KeepFailure::Refused(failure) => self.refused(failure),
            KeepFailure::Seal(_) | KeepFailure::Nothing | KeepFailure::NoAgency(_) | KeepFailure::Name(_) => {
                cause.into()
            }
        })
    }
}

/// Asks for a line that is not shown while it is typed.
pub(super) fn secret(prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    let is_terminal = std::io::stdin().is_terminal();
    let echo = |how: &str| {
        Command::new("stty")
            .arg(how)
            .status()
            .is_ok_and(|status| status.success())
    };
    if is_terminal {
        eprint!("{prompt} ");
        std::io::stderr().flush()?;
        anyhow::ensure!(echo("-echo"), "the terminal cannot hide what is typed");
    }
    let mut line = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().read_line(&mut line);
    if is_terminal {
        echo("echo");
        eprintln!();
    }
    read?;
    Ok(Zeroizing::new(line.trim_end_matches(['\n', '\r']).to_owned()))
}

/// The ids of two people who showed their passwords, when the keys are lost by which more could be checked.
pub(super) fn two_without_keys(db: &Db, args: &TwoArgs, told: &Told) -> anyhow::Result<(String, String)> {
    let (agency, _) = args.agency.of(db, (&told.words, told.language))?;
    let mut ids = Vec::new();
    for name in [&args.by, &args.confirmed_by] {
        let password = secret(&told.say("verify.keep.password", &[("name", name.clone())]))?;
        let now = Clock::default().now();
        let shown = people::at_console_without_keys(db, (&agency, now), name, &password);
        let shown = shown.and_then(|actor| people::must(&actor, Permission::KeepLedger).map(|()| actor));
        let actor = shown.map_err(|failure| told.refused(&failure))?;
        ids.extend(actor.person.map(|person| person.id.as_str().to_owned()));
    }
    match ids.as_slice() {
        [one, other] if one != other => Ok((one.clone(), other.clone())),
        _same => Err(told.refused(&Failure::Forbidden(Say::new("book.two_people")))),
    }
}

/// The agency, and two of its people who showed their passwords.
pub(super) fn two(db: &Db, args: &TwoArgs, told: &Told) -> anyhow::Result<(AgencyId, String, Two)> {
    let (agency, code) = args.agency.of(db, (&told.words, told.language))?;
    let mut shown = Vec::new();
    for name in [&args.by, &args.confirmed_by] {
        let password = secret(&told.say("verify.keep.password", &[("name", name.clone())]))?;
        let factor = secret(&told.say("verify.keep.code", &[("name", name.clone())]))?;
        let now = Clock::default().now();
        let one = people::at_console(db, (&agency, now), name, (&password, &factor));
        shown.push(one.map_err(|failure| told.refused(&failure))?);
    }
    let [(by, first), (other, second)] = shown.as_slice() else {
        anyhow::bail!("two people are needed");
    };
    let two = Two::new(db, (by.clone(), first), (other, second)).map_err(|failure| told.refused(&failure))?;
    Ok((agency, code, two))
}

pub(super) fn rotate(args: &RotateArgs) -> anyhow::Result<()> {
    let told = Told::new(args.language)?;
    let vault = args.keys.vault(&args.data.data, None)?;
    let db = super::serve::open(&args.data)?;
    book::check_guards(&db, &vault)?;
    let (agency, code, two) = two(&db, &args.two, &told)?;
    let whose = if args.deployment {
        Whose::Log
    } else {
        Whose::Book(agency, code)
    };
    let clock = Clock::default();
    let done = if args.compromised {
        book::replace_key(&db, &vault, &clock, (&two, &whose))
    } else {
        book::change_key(&db, &vault, &clock, (&two, &whose))
    };
    let key = told.kept(done)?;
    println!(
        "{}",
        told.say("verify.keep.changed", &[("fingerprint", key.fingerprint())])
    );
    println!("{}", key.text());
    Ok(())
}

pub(super) fn recover(args: &RecoverArgs) -> anyhow::Result<()> {
    let told = Told::new(args.language)?;
    let vault = args.keys.vault(&args.data.data, None)?;
    // Not halted, although something is missing: that is what these two people answer for.
    let db = super::serve::open(&args.data)?;
    let (lost, refused) = (book::losses(&db, &vault)?, book::refusal(&vault)?);
    for lost in &lost {
        eprintln!("{}", told.say(missing_word(lost), &missing_holes(lost)));
    }
    if let Some(refused) = &refused {
        let holes = [
            ("name", refused.witness.split('+').next().unwrap_or_default().to_owned()),
            ("theirs", refused.theirs.to_string()),
            ("ours", refused.ours.to_string()),
        ];
        eprintln!("{}", told.say("verify.keep.refused", &holes));
    }
    if lost.is_empty() && refused.is_none() {
        return told.kept(Err(KeepFailure::Nothing));
    }
    let (_, _, two) = two(&db, &args.two, &told)?;
    told.kept(book::recover(&db, &vault, &Clock::default(), &two))?;
    println!("{}", told.say("verify.keep.recovered", &[]));
    if let Some(key) = vault.public_key(LOG) {
        println!("{}", key.text());
    }
    Ok(())
}

fn missing_word(lost: &book::Lost) -> &'static str {
    if lost.missing().is_some() {
        "verify.missing_leaves"
    } else {
        "verify.another_history"
    }
}

fn missing_holes(lost: &book::Lost) -> [(&'static str, String); 4] {
    let (first, last) = lost.missing().unwrap_or_default();
    [
        ("code", lost.code.clone()),
        ("kept", lost.kept.to_string()),
        ("first", first.to_string()),
        ("last", last.to_string()),
    ]
}
