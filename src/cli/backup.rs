//! `quytrinh backup`, `restore` and `drill`, and the settings by which `serve` does the first and the last by itself.

use super::{CliLanguage, DataArgs};
use crate::app;
use crate::backup::{
    BackupFault, Did, DrillKeys, DrillOrder, Keep, Order, Passphrase, Plan, RestoreOrder, drill, record, restore, take,
};
use crate::book;
use crate::db::{self, Db};
use crate::kernel::Clock;
use crate::render::Words;
use crate::web::BackupShown;
use anyhow::Context;
use chrono::{NaiveTime, Weekday};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use zeroize::Zeroizing;

/// A passphrase may not be shorter than this, in characters.
const SHORTEST: usize = 12;

/// Which older backups are kept.
const KEEP_HELP: &str = "7d,5w,12m";

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Folder that the backup is put into, on another disk; made when it is not there.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Older backups that are kept: the last of so many days, weeks and months.
    #[arg(long, value_name = "RULE", default_value = KEEP_HELP)]
    keep: Keep,
    /// File whose first line locks the backup; without it, whoever has the file can read it.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Keep no result in the office: for a copy that is shipped each minute.
    #[arg(long)]
    unrecorded: bool,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The backup's file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Directory to restore into; it must be empty or not there.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Address of an empty PostgreSQL database, for a backup of one.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// File whose first line unlocks the backup.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// User name of who restores, for the ledger; an account that is in the backup.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct DrillArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    keys: super::serve::KeyArgs,
    /// Folder with the backups; the newest is restored.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Folder with room for what is restored; all of it is removed again. The system's folder for such files otherwise.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// Address of an empty PostgreSQL database that is emptied again, for backups of one.
    #[arg(long, value_name = "URL")]
    scratch_database_url: Option<String>,
    /// File whose first line unlocks the backups.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Backup of the keys, or a folder with such backups, whose keys are tried on what is sealed; otherwise the keys in the
    /// data directory are.
    #[arg(long, value_name = "FILE|DIR")]
    keys_backup: Option<PathBuf>,
    /// File whose first line unlocks the backup of the keys, if it is another one than that of the backups.
    #[arg(long, value_name = "FILE")]
    keys_backup_passphrase_file: Option<PathBuf>,
    /// Write the report as JSON into this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Language of the report on the terminal; the one that is kept is Vietnamese.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

/// The backups that `serve` and `demo` take by themselves.
#[derive(Debug, Args)]
pub(super) struct NightlyArgs {
    /// Folder that a backup is put into each night; without it, none is.
    #[arg(long, value_name = "DIR", env = "QUYTRINH_BACKUP_TO")]
    backup_to: Option<PathBuf>,
    /// Time of day at which it is taken, in Vietnam.
    #[arg(long, value_name = "HH:MM", env = "QUYTRINH_BACKUP_AT", default_value = "02:00", value_parser = time)]
    backup_at: NaiveTime,
    /// Older backups that are kept: the last of so many days, weeks and months.
    #[arg(long, value_name = "RULE", env = "QUYTRINH_BACKUP_KEEP", default_value = KEEP_HELP)]
    backup_keep: Keep,
    /// File whose first line locks the backups.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_BACKUP_PASSPHRASE_FILE")]
    backup_passphrase_file: Option<PathBuf>,
    /// Day of the week (mon … sun) on which recovery is rehearsed after the backup.
    #[arg(long, value_name = "DAY", env = "QUYTRINH_DRILL_ON")]
    drill_on: Option<Weekday>,
    /// Folder with room for a rehearsal; the system's folder for such files otherwise.
    #[arg(long, value_name = "DIR", env = "QUYTRINH_DRILL_SCRATCH")]
    drill_scratch: Option<PathBuf>,
    /// Address of an empty PostgreSQL database to rehearse in, for an office that is kept in one.
    #[arg(long, value_name = "URL", env = "QUYTRINH_DRILL_DATABASE_URL")]
    drill_database_url: Option<String>,
}

fn time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_bad| format!("`{text}` is no time like 02:00"))
}

pub(super) fn passphrase(file: Option<&PathBuf>) -> anyhow::Result<Option<Passphrase>> {
    let Some(path) = file else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let text = Zeroizing::new(text);
    let line = text.lines().next().unwrap_or_default();
    anyhow::ensure!(
        line.chars().count() >= SHORTEST,
        "the first line of {} is shorter than {SHORTEST} characters",
        path.display()
    );
    Ok(Some(Zeroizing::new(line.to_owned())))
}

impl NightlyArgs {
    /// The plan and what pages show of it; none when no folder is told. A folder of their own is taken for `usual`.
    pub(super) fn plan(&self, data: &Path, usual: Option<PathBuf>) -> anyhow::Result<Option<(Plan, BackupShown)>> {
        let Some(to) = self.backup_to.clone().or(usual) else {
            anyhow::ensure!(
                self.drill_on.is_none() && self.backup_passphrase_file.is_none(),
                "tell where backups go with --backup-to"
            );
            return Ok(None);
        };
        let shown = BackupShown {
            to: to.display().to_string(),
            at: self.backup_at.format("%H:%M").to_string(),
            keep: [self.backup_keep.days, self.backup_keep.weeks, self.backup_keep.months],
            is_locked: self.backup_passphrase_file.is_some(),
            drill_on: self
                .drill_on
                .map_or_else(|| "none".to_owned(), |day| day.to_string().to_lowercase()),
        };
        let plan = Plan {
            to,
            at: self.backup_at,
            keep: self.backup_keep,
            passphrase: passphrase(self.backup_passphrase_file.as_ref())?,
            drill_on: self.drill_on,
            scratch: self.drill_scratch.clone().unwrap_or_else(std::env::temp_dir),
            scratch_server: self.drill_database_url.clone(),
            files: data.join("files"),
            data: data.to_owned(),
        };
        Ok(Some((plan, shown)))
    }
}

/// Where the database of an office is; nothing is made.
fn url_of(data: &DataArgs) -> String {
    match &data.database_url {
        Some(url) => url.clone(),
        None => data.data.join("quytrinh.db").display().to_string(),
    }
}

/// The office's database, for keeping a result in it: only when it has this program's schema, so that a command never
/// migrates it under a program that is serving.
fn office(url: &str) -> Result<Option<Db>, BackupFault> {
    if !db::is_on_server(url) && !Path::new(url).is_file() {
        return Err(BackupFault::NoOffice(url.to_owned()));
    }
    if db::schema_at(url)? != Some(db::own_schema()?) {
        eprintln!("quytrinh: the result is not kept in the office, whose database is of another version");
        return Ok(None);
    }
    Ok(Some(app::open_database(url)?))
}

pub(super) fn told(done: Result<Result<(), BackupFault>, anyhow::Error>) -> ExitCode {
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(fault)) => {
            eprintln!("quytrinh: {fault}");
            ExitCode::from(fault.exit_status())
        }
        Err(cause) => {
            eprintln!("quytrinh: {cause:#}");
            ExitCode::FAILURE
        }
    }
}

pub(super) fn backup(args: &BackupArgs) -> ExitCode {
    told(passphrase(args.passphrase_file.as_ref()).map(|passphrase| take_one(args, passphrase)))
}

fn take_one(args: &BackupArgs, passphrase: Option<Passphrase>) -> Result<(), BackupFault> {
    let (url, clock) = (url_of(&args.data), Clock::default());
    let office = if args.unrecorded { None } else { office(&url)? };
    let done = take(&Order {
        url,
        files: args.data.data.join("files"),
        data: args.data.data.clone(),
        to: args.to.clone(),
        keep: args.keep,
        passphrase,
        at: clock.now(),
        free: Order::FREE,
    });
    if let Some(db) = &office {
        record(db, clock.now(), &Did::Backup(&done))?;
    }
    let taken = done?;
    println!("{}", taken.path.display());
    println!("sha256 {}", taken.sha256);
    println!(
        "{} bytes, {} attached files, {} ms",
        taken.bytes,
        taken.manifest.parts.len().saturating_sub(1),
        taken.took_ms
    );
    for name in &taken.removed {
        println!("removed {name}");
    }
    Ok(())
}

pub(super) fn restore_one(args: &RestoreArgs) -> ExitCode {
    told(passphrase(args.passphrase_file.as_ref()).map(|passphrase| {
        let (restored, _db) = restore(
            &RestoreOrder {
                from: args.file.clone(),
                data: args.data.clone(),
                server: args.database_url.clone(),
                passphrase,
                by: args.by.clone(),
                at: Clock::default().now(),
            },
            &|url| app::open_database(url),
        )?;
        println!("{}", args.data.display());
        println!("sha256 {}", restored.sha256);
        println!(
            "taken {} UTC, {} bytes, unpacked in {} ms, checked in {} ms",
            restored.manifest.taken_at.format("%Y-%m-%d %H:%M:%S"),
            restored.bytes,
            restored.restored_ms,
            restored.checked_ms
        );
        Ok(())
    }))
}

pub(super) fn drill_one(args: &DrillArgs) -> ExitCode {
    match hold_drill(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(8),
        Err(cause) => {
            eprintln!("quytrinh: {cause:#}");
            ExitCode::FAILURE
        }
    }
}

fn drill_keys(args: &DrillArgs) -> anyhow::Result<DrillKeys> {
    let protects = args.data.personal_passphrase()?;
    Ok(match &args.keys_backup {
        None => DrillKeys::Folder(args.data.data.join("keys"), protects),
        Some(place) => {
            let file = args.keys_backup_passphrase_file.as_ref();
            let lock = passphrase(file.or(args.passphrase_file.as_ref()))?;
            DrillKeys::Backup(place.clone(), lock, protects)
        }
    })
}

fn hold_drill(args: &DrillArgs) -> anyhow::Result<bool> {
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let clock = Clock::default();
    let office = office(&url_of(&args.data))?;
    let order = DrillOrder {
        from: args.from.clone(),
        scratch: args.scratch.clone().unwrap_or_else(std::env::temp_dir),
        server: args.scratch_database_url.clone(),
        passphrase: passphrase(args.passphrase_file.as_ref())?,
        keys: Some(drill_keys(args)?),
        free: Order::FREE,
        at: clock.now(),
    };
    let report = drill(&order, &|url| app::open_database(url));
    print!("{}", report.text(&words, args.language.into()));
    if let Some(path) = &args.json {
        let json = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, json).with_context(|| format!("writing {}", path.display()))?;
    }
    if let Some(db) = &office {
        let vault = args.keys.vault(&args.data.data, None)?;
        let sign = |text: &[u8]| book::sign_report(db, &vault, text);
        record(db, clock.now(), &Did::Drill(&report, &words, Some(&sign)))?;
    }
    Ok(report.passed())
}
