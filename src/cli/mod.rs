//! The commands: what an operator types.

mod agency;
mod backup;
mod bundle;
mod check;
mod edge;
mod export;
mod import;
mod import_bpmn;
mod index;
mod keep;
mod keys;
mod log;
mod mail;
mod oidc;
mod parts;
mod print;
mod replay;
mod roles;
mod roots;
mod serve;
mod verify;
mod verify_signatures;
mod witness;

use anyhow::Context;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use zeroize::Zeroizing;

/// quytrinh: the ISO 9001 document system of public offices.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    /// How the log on standard error is written.
    #[arg(long, global = true, value_enum, default_value = "text", env = "QUYTRINH_LOG_FORM")]
    log_form: log::LogForm,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a demo office with people, documents and cases, and serve it.
    ///
    /// The first start lays everything down by acting through the same functions that the pages use; a later start
    /// with the same data directory uses what is there. The demo accounts and their password are printed.
    Demo(serve::DemoArgs),
    /// Serve the office in the data directory.
    ///
    /// The first start makes the database and prints a one-time code, with which the first administrator is set up on
    /// the page /code. There are no demo accounts.
    Serve(serve::ServeArgs),
    /// Check procedure files and print each problem with its place and a hint.
    ///
    /// Exit status: 0 when nothing is wrong but warnings, 1 when there are errors (or, with --strict, warnings), 2 when a
    /// file cannot be read.
    Check(check::CheckArgs),
    /// Import procedure files as drafts of new documents, or none of them when one has an error.
    Import(import::ImportArgs),
    /// Hold an event log from elsewhere against a procedure file or a Petri net, and report every deviation.
    ///
    /// Works on plain files, without a database. Exit status: 0 when a report was printed, 2 when the model, the log or the
    /// map cannot be read. Rows that are not understood are reported by line, and the rest is judged all the same.
    Replay(replay::ReplayArgs),
    /// Write the workflow of a procedure file for other tools: a Petri net (PNML) or a BPMN 2.0 diagram.
    ///
    /// Works on plain files, without a database. Exit status: 0 when it was written, 2 when the file cannot be read or
    /// its table of steps has errors.
    Export(export::ExportArgs),
    /// Turn a BPMN 2.0 file of another tool into a procedure file, and list what a table of steps cannot express.
    ///
    /// Works on plain files, without a database. Exit status: 0 when it was written, 2 when the file cannot be read.
    ImportBpmn(import_bpmn::ImportBpmnArgs),
    /// Print a document, or the handbook of all documents in force, as PDF in the official layout.
    ///
    /// Drafts bear the mark DỰ THẢO, versions out of force HẾT HIỆU LỰC. The file is PDF/A-2a with its fonts inside.
    Print(print::PrintArgs),
    /// Make the index anew by which documents are found by their words.
    ///
    /// The index follows every change by itself, and a start makes it whole where something is missing. This command is for
    /// when its file was damaged or its answers are in doubt; others may go on working meanwhile.
    Index(index::IndexArgs),
    /// Check every electronic signature: over its statement, by its key, under the agency's certificate, on the content as
    /// it is stored now.
    ///
    /// Exit status: 0 when all hold, 1 when one does not (each is named with what is wrong), 2 when it cannot be checked.
    VerifySignatures(verify_signatures::VerifyArgs),
    /// Add, list and remove the root certificates by which digital signatures made with tokens are judged.
    ///
    /// They lie in roots/ of the data directory; each change is recorded in the ledger.
    Roots(roots::RootsArgs),
    /// Take a backup of the whole office into one file, while people go on working.
    ///
    /// The file holds the database as it is at one moment and every attached file; it is read again whole before it gets
    /// its name. The keys of the ledger (keys/ in the data directory) are not in it: keep them elsewhere. Exit status: 0
    /// when it was taken, 7 when there is not enough space, 10 when another backup is being written there, 11 when an
    /// attached file is missing or differs.
    Backup(backup::BackupArgs),
    /// Restore a backup into an empty place, and check the whole of it.
    ///
    /// All sessions end, and the ledger says that it was restored. Exit status: 0 when all is well, 3 when the place is
    /// not empty, 4 when the backup is damaged, 5 when the passphrase is not right, 6 when a newer program wrote it, 8
    /// when what was restored is not whole.
    Restore(backup::RestoreArgs),
    /// Rehearse recovery: restore the newest backup into a place of its own, check it, and keep the report.
    ///
    /// One sealed value of each agency is opened with the keys of the office, or with those of a backup of the keys.
    /// Exit status: 0 when the office could go on with it, 8 when it could not.
    Drill(backup::DrillArgs),
    /// Take a backup of the keys in the data directory, to a place of its own.
    ///
    /// None that is older than 30 days is kept there: what was erased must not come back with an old key. Exit status as of
    /// `backup`.
    BackupKeys(keys::BackupKeysArgs),
    /// Put the keys of such a backup into a data directory that has none. Exit status as of `restore`.
    RestoreKeys(keys::RestoreKeysArgs),
    /// Answer, by two people, for keys that are lost for good: what was sealed with them stays closed for ever.
    ///
    /// An office whose database holds sealed data does not start without their keys. Look for a backup of the keys first.
    /// This makes new keys and names in the ledger how much stays closed, and by whose word.
    GiveUpLostKeys(keys::GiveUpArgs),
    /// Verify that everything is as the ledger recorded it: entries, checkpoints, rows of data, attached files.
    ///
    /// Nothing is written or mended. Exit status: 0 when all is well, 1 when something was altered (named with its table, row
    /// and leaf), 2 when it cannot be read, 3 when it is older than or another one than a known checkpoint, 4 when it is
    /// signed by an unknown key, 5 when a bundle is well but neither an older note nor a witness says so.
    Verify(verify::VerifyArgs),
    /// Write the bundle by which an auditor verifies the book of an agency elsewhere, without a network.
    ///
    /// It holds the leaves of the ledger, signed checkpoints and digests of rows: no names and no texts.
    Bundle(bundle::BundleArgs),
    /// Add an agency to the deployment, list the agencies, or make the code for the first administrator of one anew.
    ///
    /// Whoever types this gets no account and sees nothing of what the agency keeps: only the one-time code is printed.
    Agency(agency::AgencyArgs),
    /// List the access roles that wait for a second person, and confirm one where no chair can: the chair's own.
    Roles(roles::RolesArgs),
    /// Follow the ledgers of other offices as their witness: sign, with the time, each checkpoint that follows the last one.
    ///
    /// C2SP tlog-witness: POST /add-checkpoint. The key of the witness is printed; offices need it. Whoever shows a ledger
    /// that was set back or told in two ways gets no signature.
    Witness(witness::WitnessArgs),
    /// Show the ledger to witnesses now, and keep what they sign. `serve --witness` does it by itself.
    ///
    /// Exit status: 0 when a witness saw it, 3 when a witness has seen another history (then nothing is written any more), 5
    /// when none saw it.
    AskWitness(witness::AskArgs),
    /// Change the key of the ledger, by two people. What verifies the ledger follows the change by itself.
    RotateKey(keep::RotateArgs),
    /// Answer, by two people, for a ledger that was set back, and let the office go on.
    ///
    /// When a restored database lacks what was sealed before, it can be read and nothing is written. Restore a newer backup
    /// if there is one. If not, this names in the ledger what is missing, quotes the last note that was lost, and goes on
    /// under another name; what anybody outside holds of the lost part stays proof of it.
    RecoverLedger(keep::RecoverArgs),
    /// Print what the program is made of: each part, its version and the hash of its source, as CycloneDX 1.5 (JSON).
    ///
    /// A list of advisories is asked with it on a machine that has a network. The same program always prints the same.
    Parts,
    /// Print what each access role may do.
    Policy,
}

/// Where the office is kept.
#[derive(Debug, Args)]
struct DataArgs {
    /// Directory of the database and the attached files; made when it is not there.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// PostgreSQL address (postgres://user@host/name) to use instead of the embedded database.
    #[arg(long, value_name = "URL", env = "QUYTRINH_DATABASE_URL")]
    database_url: Option<String>,
    /// File with the passphrase that protects the key of personal data; without it the key is protected by the rights of
    /// its file alone.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_PERSONAL_PASSPHRASE_FILE")]
    personal_passphrase_file: Option<PathBuf>,
}

impl DataArgs {
    /// What protects the key of personal data, if it is protected; spaces around it do not belong to it.
    fn personal_passphrase(&self) -> anyhow::Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(file) = &self.personal_passphrase_file else {
            return Ok(None);
        };
        let read = std::fs::read(file).with_context(|| format!("reading the passphrase in {}", file.display()))?;
        Ok(Some(Zeroizing::new(read)))
    }

    /// Where the database of the office is; nothing is made.
    fn url(&self) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => self.data.join("quytrinh.db").display().to_string(),
        }
    }
}

/// The language of messages on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CliLanguage {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl From<CliLanguage> for crate::kernel::Language {
    fn from(language: CliLanguage) -> Self {
        match language {
            CliLanguage::Vi => Self::Vi,
            CliLanguage::En => Self::En,
        }
    }
}

/// Runs the command that was given; the exit status says how it went.
pub fn main() -> ExitCode {
    // `-V` is the short form; the long one reads the whole file of the program, which no other command should wait for.
    if std::env::args_os().skip(1).eq(["--version"]) {
        return ended(parts::version().map(|version| println!("{version}")));
    }
    // What an office keeps is for its own user only: database, log, keys, files, backups and what is taken out.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let cli = Cli::parse();
    log::begin(cli.log_form);
    crate::web::log_places_of_panics();
    let done = match cli.command {
        Command::Demo(args) => serve::demo(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Check(args) => return check::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Replay(args) => return replay::run(&args),
        Command::Export(args) => return export::run(&args),
        Command::ImportBpmn(args) => return import_bpmn::run(&args),
        Command::Print(args) => print::run(&args),
        Command::Index(args) => index::run(&args),
        Command::Roots(args) => roots::run(&args),
        Command::VerifySignatures(args) => return verify_signatures::run(&args),
        Command::Backup(args) => return backup::backup(&args),
        Command::Restore(args) => return backup::restore_one(&args),
        Command::Drill(args) => return backup::drill_one(&args),
        Command::BackupKeys(args) => return keys::backup(&args),
        Command::RestoreKeys(args) => return keys::restore(&args),
        Command::GiveUpLostKeys(args) => keys::give_up(&args),
        Command::Verify(args) => return verify::run(&args),
        Command::Bundle(args) => bundle::run(&args),
        Command::Agency(args) => agency::run(&args),
        Command::Roles(args) => roles::run(&args),
        Command::Witness(args) => witness::serve(&args),
        Command::AskWitness(args) => return witness::ask(&args),
        Command::RotateKey(args) => keep::rotate(&args),
        Command::RecoverLedger(args) => keep::recover(&args),
        Command::Parts => parts::run(),
        Command::Policy => {
            print!("{}", crate::people::policy_table());
            Ok(())
        }
    };
    ended(done)
}

/// The exit status; what went wrong is told.
fn ended(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("quytrinh: {cause:#}");
            ExitCode::FAILURE
        }
    }
}
