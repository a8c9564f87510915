//! `quytrinh backup-keys`, `restore-keys` and `give-up-lost-keys`: the keys in `keys/`, kept apart from the backups.

use super::backup::{passphrase, told};
use super::keep::{Told, TwoArgs, two, two_without_keys};
use super::{CliLanguage, DataArgs};
use crate::app;
use crate::backup::{KeysOrder, restore_keys, take_keys};
use crate::db::{KeyError, Keyring};
use crate::kernel::Clock;
use crate::personal;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct BackupKeysArgs {
    /// Directory of the database and the attached files.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Folder that the backup is put into, not the one of the backups of the database; made when it is not there.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// File whose first line locks the backup; without it, whoever has the file has the keys.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct RestoreKeysArgs {
    /// The backup's file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Directory of the database; its folder `keys` must be empty or not there.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// File whose first line unlocks the backup.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct GiveUpArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    two: TwoArgs,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) fn backup(args: &BackupKeysArgs) -> ExitCode {
    told(passphrase(args.passphrase_file.as_ref()).map(|passphrase| {
        let taken = take_keys(&KeysOrder {
            data: args.data.clone(),
            to: args.to.clone(),
            passphrase,
            at: Clock::default().now(),
        })?;
        println!("{}", taken.path.display());
        println!("sha256 {}", taken.sha256);
        println!("{} files of keys and notes", taken.files);
        for name in &taken.removed {
            println!("removed {name}");
        }
        Ok(())
    }))
}

pub(super) fn restore(args: &RestoreKeysArgs) -> ExitCode {
    told(passphrase(args.passphrase_file.as_ref()).map(|passphrase| {
        let count = restore_keys(&args.file, &args.data, passphrase.as_ref())?;
        println!("{}", args.data.join("keys").display());
        println!("{count} files of keys and notes");
        Ok(())
    }))
}

fn begins_with(file: &std::fs::DirEntry, begins: &str) -> bool {
    file.file_name().to_string_lossy().starts_with(begins)
}

pub(super) fn give_up(args: &GiveUpArgs) -> anyhow::Result<()> {
    let told = Told::new(args.language)?;
    let folder = args.data.data.join("keys");
    let protects = args.data.personal_passphrase()?;
    let protects = protects.as_ref().map(|text| text.trim_ascii());
    let db = app::open_database(&super::serve::database_url(&args.data)?)?;
    db.set_home(&args.data.data);
    anyhow::ensure!(personal::holds_sealed(&db)?, told.say("verify.keep.keys_not_lost", &[]));
    match Keyring::open_kept(&folder, protects).map(drop) {
        Err(KeyError::Gone(_)) => {}
        Ok(()) => anyhow::bail!(told.say("verify.keep.keys_not_lost", &[])),
        // Keys of cases are there, and what opens them is missing or another: that is no loss for good yet.
        Err(other) => return Err(other.into()),
    }
    let has = |begins: &str| {
        std::fs::read_dir(&folder).is_ok_and(|found| found.flatten().any(|file| begins_with(&file, begins)))
    };
    let (by, confirmed_by) = if has("agency-") && has("accounts.") {
        let (_, _, two) = two(&db, &args.two, &told)?;
        let (by, confirmed_by) = two.ids();
        (by.to_owned(), confirmed_by.to_owned())
    } else {
        two_without_keys(&db, &args.two, &told)?
    };
    let keys = Keyring::open(&folder, protects)?;
    let count = personal::give_up_lost_keys(&db, &keys, Clock::default().now(), (&by, &confirmed_by))?;
    println!(
        "{}",
        told.say("verify.keep.keys_given_up", &[("count", count.to_string())])
    );
    Ok(())
}
