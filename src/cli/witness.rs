//! `quytrinh witness`: follow the ledgers of other offices, and sign what was seen of them; `quytrinh ask-witness`: have the
//! own ledger seen now.

use super::{CliLanguage, DataArgs};
use crate::app;
use crate::book::{self, AskFault, Ward, Witness};
use crate::db;
use crate::kernel::Clock;
use crate::proofs::NoteKey;
use crate::render::Words;
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// How `ask-witness` ends when a witness has seen another history.
const DISAGREES: u8 = 3;
/// And when none could be asked.
const UNSEEN: u8 = 5;

#[derive(Debug, Args)]
pub(super) struct WitnessArgs {
    /// Directory of the witness: its key, and what it saw. Never set it back from a backup: a witness that forgot must end.
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// File with the logs to follow: on each line a key (`quytrinh ask-witness --show` prints it), or an origin and a key.
    #[arg(long, value_name = "FILE")]
    logs: PathBuf,
    /// Name of the witness in its key, used at the first start, as `xa-lang-gieng.example/witness`.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Address and port to listen at.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: String,
}

pub(super) fn serve(args: &WitnessArgs) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&args.logs).with_context(|| format!("reading {}", args.logs.display()))?;
    let logs = book::logs_of(&text).with_context(|| args.logs.display().to_string())?;
    let count = logs.len();
    let ward = Ward::open(&args.state, args.name.as_deref(), logs, Clock::default())?;
    println!("{}", ward.key().text());
    tracing::info!(logs = count, address = %args.listen, "The witness listens");
    book::serve_witness(ward, &args.listen).with_context(|| format!("listening at {}", args.listen))
}

/// The witnesses that the ledger is shown to.
#[derive(Debug, Args)]
pub(super) struct WitnessesArgs {
    /// Address of a witness that the ledger is shown to; may be given again, each with its key. Nobody is asked without it.
    #[arg(
        long = "witness",
        value_name = "URL",
        env = "QUYTRINH_WITNESS",
        value_delimiter = ','
    )]
    urls: Vec<String>,
    /// Key of that witness, in the same order.
    #[arg(
        long = "witness-key",
        value_name = "VKEY",
        env = "QUYTRINH_WITNESS_KEY",
        value_delimiter = ','
    )]
    keys: Vec<String>,
}

impl WitnessesArgs {
    /// The witnesses.
    pub(super) fn read(&self) -> anyhow::Result<Vec<Witness>> {
        anyhow::ensure!(
            self.urls.len() == self.keys.len(),
            "give --witness and --witness-key the same number of times"
        );
        let one = |(url, key): (&String, &String)| {
            anyhow::ensure!(
                url.starts_with("https://") || url.starts_with("http://"),
                "{url} is no address of a witness (https://…)"
            );
            let key = NoteKey::read(key).with_context(|| format!("{key} is no key of a witness"))?;
            anyhow::ensure!(
                key.kind() == crate::proofs::SignatureKind::Cosignature,
                "{} is the key of a log, not of a witness",
                key.text()
            );
            Ok(Witness { url: url.clone(), key })
        };
        self.urls.iter().zip(&self.keys).map(one).collect()
    }

    /// The witnesses of a site at this address. The names of its logs begin with it, and a witness tells the logs that it
    /// follows apart by their names alone: without an address those of all offices would have one name.
    pub(super) fn of_site(&self, address: Option<&str>) -> anyhow::Result<Vec<Witness>> {
        let witnesses = self.read()?;
        anyhow::ensure!(
            witnesses.is_empty() || address.is_some(),
            "a witness tells the logs of offices apart by the address in their names: tell the address of the site with \
             --public-address"
        );
        Ok(witnesses)
    }
}

#[derive(Debug, Args)]
pub(super) struct AskArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    witnesses: WitnessesArgs,
    #[command(flatten)]
    keys: super::serve::KeyArgs,
    /// Print the key of the own log of checkpoints, which a witness needs to follow it, and its last checkpoint.
    #[arg(long)]
    show: bool,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

pub(super) fn ask(args: &AskArgs) -> ExitCode {
    match ask_all(args) {
        Ok(status) => ExitCode::from(status),
        Err(cause) => {
            eprintln!("quytrinh: {cause:#}");
            ExitCode::FAILURE
        }
    }
}

fn ask_all(args: &AskArgs) -> anyhow::Result<u8> {
    let words = Words::load().map_err(anyhow::Error::msg)?;
    let language = args.language.into();
    let url = args.data.url();
    anyhow::ensure!(
        db::is_on_server(&url) || std::path::Path::new(&url).is_file(),
        "there is no office at {url}"
    );
    anyhow::ensure!(
        db::schema_at(&url)? == Some(db::own_schema()?),
        "the database at {url} is of another version of this program"
    );
    let vault = args.keys.vault(&args.data.data, None)?;
    if args.show {
        let key = vault
            .public_key(crate::ledger::LOG)
            .context("the ledger was never sealed")?;
        println!("{}", key.text());
        print!("{}", vault.last_note(crate::ledger::LOG)?.unwrap_or_default());
    }
    let witnesses = args.witnesses.read()?;
    if witnesses.is_empty() {
        return Ok(if args.show { 0 } else { UNSEEN });
    }
    let db = app::open_database(&url)?;
    book::check_guards(&db, &vault)?;
    // What was added last is shown too, also when no server seals just now.
    book::seal_all(&db, &vault, &Clock::default())?;
    let mut status = UNSEEN;
    for witness in &witnesses {
        let name = witness.key.name().to_owned();
        match book::ask(&db, &vault, &witness.key, |body| book::post(&witness.url, body)) {
            Ok(Some(seen)) => {
                let told = [("name", name), ("size", seen.size.to_string())];
                println!("{}", words.fill(language, "verify.asked", &told));
                status = if status == UNSEEN { 0 } else { status };
            }
            Ok(None) => println!("{}", words.fill::<&str, &str>(language, "verify.nothing_to_show", &[])),
            Err(cause) => {
                eprintln!("quytrinh: {cause}");
                if matches!(cause, AskFault::Disagrees(_)) {
                    status = DISAGREES;
                }
            }
        }
    }
    Ok(status)
}
