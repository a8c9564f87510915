//! `quytrinh agency`: the agencies of a deployment, and which of them another command means.

use super::serve::{KeyArgs, open};
use super::{CliLanguage, DataArgs};
use crate::app;
use crate::book;
use crate::db::Db;
use crate::demo;
use crate::kernel::{AgencyId, Clock, Language};
use crate::people::{self, NewAgency};
use crate::render::Words;
use crate::web::Failure;
use anyhow::Context;
use clap::{Args, Subcommand};

/// Which agency a command is about.
#[derive(Debug, Args)]
pub(super) struct AgencyArg {
    /// Code of the agency; without it, the only one.
    #[arg(long, value_name = "CODE")]
    agency: Option<String>,
}

impl AgencyArg {
    /// The agency, with its code.
    ///
    /// # Errors
    /// When there is none, none of that code, or several and none is named: then the error says their codes.
    pub(super) fn of(&self, db: &Db, told: (&Words, Language)) -> anyhow::Result<(AgencyId, String)> {
        wanted(db, self.agency.as_deref(), told)
    }
}

fn wanted(db: &Db, code: Option<&str>, (words, language): (&Words, Language)) -> anyhow::Result<(AgencyId, String)> {
    let agencies =
        people::agencies(db).map_err(|failure: Failure| anyhow::anyhow!("{}", failure.text(words, language)))?;
    let nothing: [(&str, String); 0] = [];
    anyhow::ensure!(
        !agencies.is_empty(),
        "{}",
        words.fill(language, "cli.agency.none", &nothing)
    );
    let found = match (code, agencies.as_slice()) {
        (Some(code), all) => all.iter().find(|(_, known)| known == code),
        (None, [one]) => Some(one),
        (None, _) => None,
    };
    let codes: Vec<&str> = agencies.iter().map(|(_, code)| code.as_str()).collect();
    let found = found.with_context(|| words.fill(language, "verify.which", &[("codes", codes.join(", "))]))?;
    Ok(found.clone())
}

#[derive(Debug, Args)]
pub(super) struct AgencyArgs {
    #[command(subcommand)]
    what: What,
}

/// Where the office is kept, and how it is spoken of.
#[derive(Debug, Args)]
struct Place {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    keys: KeyArgs,
    /// Language of the messages.
    #[arg(long, value_enum, default_value_t = CliLanguage::Vi)]
    language: CliLanguage,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add an agency, and print the one-time code for its first administrator.
    ///
    /// The program may go on serving meanwhile. The key of the agency's ledger is made by the program within a second, or
    /// at its next start.
    Add {
        #[command(flatten)]
        place: Place,
        /// Its code in the electronic system (mã định danh, as H38.12.6): case codes begin with it.
        #[arg(long, value_name = "CODE")]
        code: String,
        /// Its name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Its name in English; without it, the same name.
        #[arg(long, value_name = "NAME")]
        name_en: Option<String>,
    },
    /// List the codes of the agencies, oldest first.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Print a new one-time code for the first administrator of an agency where nobody can sign in yet.
    Code {
        #[command(flatten)]
        place: Place,
        /// Code of the agency.
        #[arg(long, value_name = "CODE")]
        code: String,
    },
}

/// The office, which is no demo and whose ledger nobody set back, with the words to speak of it.
struct Opened {
    db: Db,
    clock: Clock,
    words: Words,
    language: Language,
}

impl Opened {
    fn new(place: &Place) -> anyhow::Result<Self> {
        let words = Words::load().map_err(anyhow::Error::msg)?;
        let language: Language = place.language.into();
        let data = &place.data;
        let is_there = data.database_url.is_some() || data.data.join("quytrinh.db").is_file();
        let path = data.data.display().to_string();
        anyhow::ensure!(
            is_there,
            "{}",
            words.fill(language, "cli.print.no_office", &[("path", path)])
        );
        let db = open(data)?;
        // What was set back, or damaged, is read and not written to.
        book::check_guards(&db, &place.keys.vault(&data.data, None)?)?;
        Ok(Self {
            db,
            clock: Clock::default(),
            words,
            language,
        })
    }

    fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        self.words.fill(self.language, key, holes)
    }

    fn done<T>(&self, done: Result<T, Failure>) -> anyhow::Result<T> {
        done.map_err(|failure| anyhow::anyhow!("{}", failure.text(&self.words, self.language)))
    }

    /// Refuses a deployment without a first agency, and one of the demo.
    fn must_be_real(&self) -> anyhow::Result<()> {
        let known = self.done(people::agencies(&self.db))?;
        anyhow::ensure!(!known.is_empty(), "{}", self.say("cli.agency.none", &[]));
        for (agency, _) in &known {
            let is_demo = self.done(demo::is_demo(&self.db, agency))?;
            anyhow::ensure!(!is_demo, "{}", self.say("cli.agency.demo", &[]));
        }
        Ok(())
    }

    fn print_code(&self, agency: &AgencyId, code: &str) -> anyhow::Result<()> {
        let made = self.done(people::make_set_up_code(&self.db, agency, self.clock.now()))?;
        println!("{}\n\n    {made}\n", self.say("cli.agency.code", &[("code", code)]));
        Ok(())
    }

    fn add(&self, (code, name): (&str, &str), name_en: Option<&str>) -> anyhow::Result<()> {
        self.must_be_real()?;
        let code = code.trim().to_owned();
        let new = NewAgency {
            code: code.clone(),
            name: name.to_owned(),
            name_en: name_en.unwrap_or(name).to_owned(),
            case_prefix: code.clone(),
        };
        let agency = self.done(app::found_office(&self.db, self.clock.now(), new))?;
        println!("{}", self.say("cli.agency.added", &[("code", &code)]));
        self.print_code(&agency, &code)
    }

    fn code(&self, code: &str) -> anyhow::Result<()> {
        self.must_be_real()?;
        let (agency, code) = wanted(&self.db, Some(code), (&self.words, self.language))?;
        let is_empty = self.done(people::needs_set_up(&self.db, &agency))?;
        anyhow::ensure!(is_empty, "{}", self.say("cli.agency.has_people", &[("code", &code)]));
        self.print_code(&agency, &code)
    }
}

pub(super) fn run(args: &AgencyArgs) -> anyhow::Result<()> {
    match &args.what {
        What::Add {
            place,
            code,
            name,
            name_en,
        } => Opened::new(place)?.add((code, name), name_en.as_deref()),
        What::Code { place, code } => Opened::new(place)?.code(code),
        What::List { place } => {
            let opened = Opened::new(place)?;
            for (_, code) in opened.done(people::agencies(&opened.db))? {
                println!("{code}");
            }
            Ok(())
        }
    }
}
