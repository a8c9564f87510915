//! `quytrinh serve` and `quytrinh demo`: the same program, with an empty office or one to try things out.

use super::DataArgs;
use super::backup::NightlyArgs;
use super::edge::EdgeArgs;
use super::mail::MailArgs;
use super::oidc::OidcArgs;
use super::witness::WitnessesArgs;
use crate::app::{self, SiteSettings};
use crate::backup::Plan;
use crate::book::{self, Vault, Witness};
use crate::db::Db;
use crate::demo::{self, DemoSize};
use crate::kernel::{AgencyId, Clock, Language};
use crate::notices::Mail;
use crate::people::{self, NewAgency, Oidc};
use crate::render::Words;
use crate::web::Network;
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where the server listens unless it is told otherwise: this machine only.
const LISTEN: &str = "127.0.0.1:8080";

/// How long the end of the program waits for changes that nobody waits for any more.
const SETTLING: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Address and port to listen at.
    #[arg(long, value_name = "ADDRESS", default_value = LISTEN)]
    listen: String,
    /// Address at which visitors reach the site (https://…): QR codes on paper lead there.
    #[arg(long, value_name = "URL", env = "QUYTRINH_PUBLIC_ADDRESS")]
    public_address: Option<String>,
    /// Address or network of a proxy before the site (10.0.0.5, 10.0.0.0/8), whose X-Forwarded-For and -Proto are taken;
    /// several are divided by commas. Nobody's are taken without it.
    #[arg(long, value_name = "NETWORK", env = "QUYTRINH_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxy: Vec<Network>,
    #[command(flatten)]
    edge: EdgeArgs,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    oidc: OidcArgs,
    #[command(flatten)]
    nightly: NightlyArgs,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    witnesses: WitnessesArgs,
    /// Name of the office, used at the first start.
    #[arg(
        long,
        value_name = "NAME",
        env = "QUYTRINH_OFFICE_NAME",
        default_value = "Ủy ban nhân dân xã"
    )]
    office_name: String,
    /// Name of the office in English, used at the first start.
    #[arg(
        long,
        value_name = "NAME",
        env = "QUYTRINH_OFFICE_NAME_EN",
        default_value = "Commune People's Committee"
    )]
    office_name_en: String,
    /// The office's code in the electronic system (mã định danh, as H38.12.5), asked for at the first start: case codes begin
    /// with it, and the office's ledger and keys are named by it.
    #[arg(long, value_name = "CODE", env = "QUYTRINH_OFFICE_CODE")]
    office_code: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Address and port to listen at.
    #[arg(long, value_name = "ADDRESS", default_value = LISTEN)]
    listen: String,
    /// Address at which visitors reach the site (https://…): QR codes on paper lead there.
    #[arg(long, value_name = "URL", env = "QUYTRINH_PUBLIC_ADDRESS")]
    public_address: Option<String>,
    /// Address or network of a proxy before the site (10.0.0.5, 10.0.0.0/8), whose X-Forwarded-For and -Proto are taken;
    /// several are divided by commas. Nobody's are taken without it.
    #[arg(long, value_name = "NETWORK", env = "QUYTRINH_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxy: Vec<Network>,
    #[command(flatten)]
    edge: EdgeArgs,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    oidc: OidcArgs,
    #[command(flatten)]
    nightly: NightlyArgs,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    witnesses: WitnessesArgs,
    /// Lay the data down and stop, without serving.
    #[arg(long)]
    no_serve: bool,
    /// Seed of chance: the same seed on the same day makes the same office.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Number of cases.
    #[arg(long, value_name = "N", default_value_t = 300)]
    cases: usize,
}

/// The keys by which the ledger is sealed.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    /// File whose first line is the passphrase of the key files; without it, they are protected by their mode only.
    ///
    /// A credential of the service manager named `ledger-passphrase` is used when this is not given.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_KEY_PASSPHRASE_FILE")]
    key_passphrase_file: Option<PathBuf>,
    /// Directory of credentials, as the service manager names it.
    #[arg(long, value_name = "DIR", env = "CREDENTIALS_DIRECTORY", hide = true)]
    credentials: Option<PathBuf>,
}

impl KeyArgs {
    /// Where keys are kept.
    pub(super) fn vault(&self, data: &Path, address: Option<&str>) -> anyhow::Result<Vault> {
        let credential = self.credentials.as_ref().map(|folder| folder.join("ledger-passphrase"));
        let file = self
            .key_passphrase_file
            .clone()
            .or(credential.filter(|path| path.is_file()));
        let passphrase = match file {
            None => None,
            Some(path) => {
                let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
                let line = text.lines().next().unwrap_or_default().to_owned();
                anyhow::ensure!(!line.is_empty(), "the first line of {} is empty", path.display());
                Some(line.into_bytes())
            }
        };
        Ok(Vault::new(data, address, passphrase))
    }
}

pub(super) fn database_url(data: &DataArgs) -> anyhow::Result<String> {
    std::fs::create_dir_all(data.data.join("files"))
        .with_context(|| format!("making the data directory {}", data.data.display()))?;
    Ok(match &data.database_url {
        Some(url) => url.clone(),
        None => data.data.join("quytrinh.db").display().to_string(),
    })
}

/// Opens the office in the data directory, with its keys.
pub(super) fn open(data: &DataArgs) -> anyhow::Result<crate::db::Db> {
    let passphrase = data.personal_passphrase()?;
    let passphrase = passphrase.as_ref().map(|text| text.trim_ascii());
    app::open_office(&database_url(data)?, &data.data, passphrase)
}

/// What works beside the pages.
struct Beside {
    mail: Option<Mail>,
    plan: Option<Plan>,
    oidc: Option<Arc<Oidc>>,
    witnesses: Vec<Witness>,
}

fn run(
    settings: SiteSettings,
    (data, vault): (&Path, Vault),
    (listen, beside): (&str, Beside),
    edge: &EdgeArgs,
) -> anyhow::Result<()> {
    app::watch_disk(&settings.db, data);
    if let Err(cause) = app::record_alarm(&settings.db, &settings.clock, data) {
        // What hinders the entry is a reason to serve for reading, not to end: the note stays for the next start.
        tracing::error!(%cause, "That the disk failed before this start could not be entered in the ledger; the note stays");
    }
    let site = app::signing(app::site(settings, data)?, vault.clone());
    app::start_sealing(&site, vault.clone());
    app::start_witnessing(&site, vault.clone(), beside.witnesses);
    app::start_daily_work(&site, beside.mail);
    app::start_backups(&site, beside.plan, vault);
    let db = site.db.clone();
    let serving = app::serve_trusting(site, listen, (edge.settings(), beside.oidc));
    let served = actix_web::rt::System::new()
        .block_on(serving)
        .with_context(|| format!("serving at {listen}"));
    // Whoever went away while a change was made did not wait for it, but the change must not be cut off.
    db.settle(SETTLING);
    served
}

impl ServeArgs {
    /// The office of the database; made at the first start.
    fn office(&self, db: &Db, clock: &Clock) -> anyhow::Result<AgencyId> {
        if let Some(agency) = people::first_agency(db)? {
            return Ok(agency);
        }
        let code = self.first_code()?;
        let new = NewAgency {
            code: code.clone(),
            name: self.office_name.clone(),
            name_en: self.office_name_en.clone(),
            case_prefix: code,
        };
        Ok(app::found_office(db, clock.now(), new)?)
    }

    /// The code of the office that is made at the first start.
    fn first_code(&self) -> anyhow::Result<String> {
        let code = self.office_code.as_deref().context(
            "this is the first start: say which office it is with --office-code (its code in the electronic system, mã định \
             danh, as H38.12.5) and --office-name",
        )?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
        anyhow::ensure!(
            (2..=30).contains(&code.len()) && code.chars().all(is_plain),
            "--office-code {code}: 2 to 30 letters, digits, dots and dashes"
        );
        Ok(code.to_owned())
    }
}

pub(super) fn serve(args: &ServeArgs) -> anyhow::Result<()> {
    args.edge.must_be_private(&args.listen)?;
    let (mail, shown) = args.mail.mail(args.public_address.as_deref())?.unzip();
    let vault = args.keys.vault(&args.data.data, args.public_address.as_deref())?;
    let oidc = args.oidc.provider(args.public_address.as_deref())?;
    let (plan, backup) = args.nightly.plan(&args.data.data, None)?.unzip();
    let witnesses = args.witnesses.of_site(args.public_address.as_deref())?;
    // Nothing is made for somebody who has not said which office it is.
    if args.data.database_url.is_none() && !args.data.data.join("quytrinh.db").exists() {
        args.first_code()?;
    }
    let db = open(&args.data)?;
    book::check_guards(&db, &vault)?;
    let clock = Clock::default();
    let agency = args.office(&db, &clock)?;
    let is_demo = demo::is_demo(&db, &agency)?;
    anyhow::ensure!(
        !is_demo,
        "the data directory holds the demo office; use `quytrinh demo` or another --data"
    );
    if people::needs_set_up(&db, &agency)? {
        let code = people::make_set_up_code(&db, &agency, clock.now())?;
        println!("http://{}/code\n\n    {code}\n", args.listen);
    }
    run(
        SiteSettings {
            db,
            clock,
            agency,
            address: args.public_address.clone(),
            mail: shown,
            reserve: args.edge.reserve(),
            metrics_token: args.edge.metrics_token()?,
            scanner: args.edge.scanner.clone(),
            trusted_proxies: args.trusted_proxy.clone(),
            backup,
            witnesses: witnesses.iter().map(|witness| witness.key.text()).collect(),
            is_demo: false,
        },
        (&args.data.data, vault),
        (
            &args.listen,
            Beside {
                mail,
                plan,
                oidc,
                witnesses,
            },
        ),
        &args.edge,
    )
}

/// The demo office of the data directory, laid down when there is nothing yet.
fn demo_office(db: &Db, clock: &Clock, args: &DemoArgs) -> anyhow::Result<AgencyId> {
    match people::first_agency(db)? {
        Some(agency) => {
            anyhow::ensure!(
                demo::is_demo(db, &agency)?,
                "the data directory holds an office that is not the demo's"
            );
            anyhow::ensure!(
                demo::is_whole(db, &agency, clock.now())?,
                "laying down the demo office was broken off; remove {} and start again",
                args.data.data.display()
            );
            Ok(agency)
        }
        None => {
            let size = DemoSize {
                seed: args.seed,
                cases: args.cases,
            };
            let laid = demo::lay_down(db, clock.now(), size).context("laying down the demo office")?;
            demo::lay_down_files(db, &laid, &args.data.data.join("files")).context("laying down Word files")?;
            Ok(laid.agency)
        }
    }
}

pub(super) fn demo(args: &DemoArgs) -> anyhow::Result<()> {
    if !args.no_serve {
        args.edge.must_be_private(&args.listen)?;
    }
    let (mail, shown) = args.mail.mail(args.public_address.as_deref())?.unzip();
    let vault = args.keys.vault(&args.data.data, args.public_address.as_deref())?;
    let oidc = args.oidc.provider(args.public_address.as_deref())?;
    let usual = Some(args.data.data.join("backups"));
    let (plan, backup) = args.nightly.plan(&args.data.data, usual)?.unzip();
    let witnesses = args.witnesses.of_site(args.public_address.as_deref())?;
    let db = open(&args.data)?;
    book::check_guards(&db, &vault)?;
    let clock = Clock::default();
    let agency = demo_office(&db, &clock, args)?;
    let words = Words::load().map_err(anyhow::Error::msg)?;
    print_accounts(&words, &format!("http://{}", args.listen));
    if args.no_serve {
        return Ok(());
    }
    run(
        SiteSettings {
            db,
            clock,
            agency,
            address: args.public_address.clone(),
            mail: shown,
            reserve: args.edge.reserve(),
            metrics_token: args.edge.metrics_token()?,
            scanner: args.edge.scanner.clone(),
            trusted_proxies: args.trusted_proxy.clone(),
            backup,
            witnesses: witnesses.iter().map(|witness| witness.key.text()).collect(),
            is_demo: true,
        },
        (&args.data.data, vault),
        (
            &args.listen,
            Beside {
                mail,
                plan,
                oidc,
                witnesses,
            },
        ),
        &args.edge,
    )
}

fn print_accounts(words: &Words, address: &str) {
    for language in Language::ALL {
        println!("{}", words.fill(*language, "cli.demo.ready", &[("address", address)]));
    }
    println!();
    for language in Language::ALL {
        println!(
            "{}",
            words.fill(*language, "cli.demo.accounts", &[("password", demo::PASSWORD)])
        );
    }
    println!();
    for account in demo::accounts() {
        let access = account.access.iter().map(|role| {
            let key = format!("access_role.{role}");
            words.fill::<&str, &str>(Language::Vi, &key, &[])
        });
        let access = access.collect::<Vec<_>>().join(", ");
        println!("  {:<11} {:<18} {access}", account.username, account.full_name);
    }
    println!();
}
