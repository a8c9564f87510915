//! The site of an office, what a new office begins with, and the work that no person starts.

use super::NAV;
use crate::backup::{self, Around, Plan};
use crate::book::{self, Vault, Witness};
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, Clock};
use crate::notices::{self, Mail};
use crate::people::NewAgency;
use crate::render::Pages;
use crate::web::{BackupShown, Failure, MailShown, Network, Site};
use crate::{calendar, cases, documents, ledger, people};
use chrono::{Datelike, NaiveDateTime};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often the daily work looks whether there is any.
const ROUND: Duration = Duration::from_secs(60);

/// How often it is looked whether somebody asked for a backup.
const GLANCE: Duration = Duration::from_secs(5);
/// How long nothing is tried after a result could not be kept.
const AFTER_FAULT: Duration = Duration::from_secs(600);
/// After how many glances what uploads left behind is looked for.
const GLANCES: u32 = 120;
/// A file that nobody has written to for so long is not being uploaded.
const IDLE: Duration = Duration::from_secs(60);

/// What a site is made of.
pub struct SiteSettings {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The agency whose procedures are posted.
    pub agency: AgencyId,
    /// The address at which visitors reach the site; none to take that of each request.
    pub address: Option<String>,
    /// By which server letters are sent.
    pub mail: Option<MailShown>,
    /// Bytes of the disk that uploads and imports leave free.
    pub reserve: u64,
    /// Proxies whose word about the visitor's address is taken.
    pub trusted_proxies: Vec<Network>,
    /// Which backups are taken by themselves.
    pub backup: Option<BackupShown>,
    /// The keys of the witnesses that the ledger is shown to.
    pub witnesses: Vec<String>,
    /// What a program from elsewhere must know to read the figures.
    pub metrics_token: Option<String>,
    /// What looks for viruses in every file that is sent.
    pub scanner: Option<crate::web::Scanner>,
    /// Whether it is the demo office.
    pub is_demo: bool,
}

/// The site, with its files in `data/files`.
///
/// # Errors
/// When the templates of the program cannot be read.
pub fn site(settings: SiteSettings, data: &Path) -> Result<Site, crate::render::RenderError> {
    Ok(Site {
        db: settings.db,
        pages: Pages::load()?,
        clock: settings.clock,
        agency: settings.agency,
        nav: NAV,
        files: Arc::new(data.join("files")),
        address: settings.address.map(|address| Arc::from(address.trim_end_matches('/'))),
        bell: notices::unread,
        stands: people::still_stands,
        handled: cases::handled,
        sign: None,
        mail: settings.mail.map(Arc::new),
        reserve: settings.reserve,
        trusted_proxies: settings.trusted_proxies.into(),
        backup: settings.backup.map(Arc::new),
        witnesses: settings.witnesses.into(),
        metrics_token: settings.metrics_token.map(Arc::from),
        scanner: settings.scanner.map(Arc::new),
        bodies: crate::web::Bodies::default(),
        lanes: crate::web::Lanes::default(),
        is_demo: settings.is_demo,
    })
}

/// Makes an office: the agency, and what every new one begins with (the holidays of last year, this and the next), or
/// nothing of it. The first start does it, and `quytrinh agency add` for every further one.
///
/// # Errors
/// When the code is none or is taken, the name is empty, nothing may be written, or the database fails.
pub fn found_office(db: &Db, at: NaiveDateTime, new: NewAgency) -> Result<AgencyId, Failure> {
    let agency = AgencyId::new();
    ledger::change(db, Actor::house(agency.clone(), at), move |work| {
        people::enter_agency(work, &new)?;
        let this_year = work.actor.today().year();
        for year in [this_year.saturating_sub(1), this_year, this_year.saturating_add(1)] {
            calendar::lay_down_year(work, year, false)?;
        }
        Ok(agency)
    })
}

/// Starts the thread that brings approved versions into force on their day and tells people what is their turn, for every
/// agency; letters are sent when there is a mail server.
pub fn start_daily_work(site: &Site, mail: Option<Mail>) {
    let (db, clock, pages) = (site.db.clone(), site.clock.clone(), site.pages.clone());
    std::thread::spawn(move || {
        if let Err(cause) = index_documents(&db, &clock, false) {
            tracing::error!(%cause, "Indexing the documents failed; what is not indexed is not found by its words");
        }
        loop {
            if let Err(cause) = ledger::forget_old_requests(&db, clock.now()) {
                tracing::error!(%cause, "Forgetting the keys of old requests failed");
            }
            if let Err(cause) = daily_work(&db, &clock) {
                tracing::error!(%cause, "The daily work failed");
            }
            if let Err(cause) = notices::round(&db, &clock, &pages, mail.as_ref()) {
                tracing::error!(%cause, "Telling people what is their turn failed");
            }
            std::thread::sleep(ROUND);
        }
    });
}

/// Starts the thread that takes backups and rehearses recovery: what somebody asked for within seconds, the rest by its
/// plan. It also removes what uploads left behind that were broken off.
pub fn start_backups(site: &Site, plan: Option<Plan>, vault: Vault) {
    let site = site.clone();
    std::thread::spawn(move || {
        let open = |url: &str| super::open_database(url);
        let sign = |text: &[u8]| book::sign_report(&site.db, &vault, text);
        loop {
            match documents::drop_drafts(&site.files, IDLE) {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "Removed what broken-off uploads left behind"),
                Err(cause) => tracing::warn!(%cause, "What broken-off uploads left behind could not be removed"),
            }
            match documents::drop_orphans(&site.db, &site.files) {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "Removed files of changes that were broken off"),
                Err(cause) => tracing::warn!(%cause, "Files of changes that were broken off could not be removed"),
            }
            for _ in 0..GLANCES {
                let around = Around {
                    db: &site.db,
                    clock: &site.clock,
                    words: site.pages.words(),
                    open: &open,
                    sign: Some(&sign),
                };
                if let Some(plan) = &plan
                    && let Err(cause) = backup::round(&around, plan)
                {
                    tracing::error!(%cause, "The result of a backup could not be kept");
                    // Or one backup after the other would be taken, and none known.
                    std::thread::sleep(AFTER_FAULT);
                }
                std::thread::sleep(GLANCE);
            }
        }
    });
}

/// The site with what signs its reports: the key by which its ledger is sealed.
#[must_use]
pub fn signing(site: Site, vault: Vault) -> Site {
    let db = site.db.clone();
    let sign = move |report: &[u8]| book::sign_report(&db, &vault, report);
    Site {
        sign: Some(Arc::new(sign)),
        ..site
    }
}

/// Starts the thread that seals what is added to the ledger, at most a second after it was.
pub fn start_sealing(site: &Site, vault: Vault) {
    book::start(site.db.clone(), vault, site.clock.clone());
}

/// Starts the thread that shows the ledger to these witnesses; without any, nobody is asked.
pub fn start_witnessing(site: &Site, vault: Vault, witnesses: Vec<Witness>) {
    book::watch(site.db.clone(), vault, site.clock.clone(), witnesses);
}

/// Makes the index of words of every agency whole, or wholly anew, and gives how many versions were put in.
///
/// # Errors
/// When the database fails.
pub fn index_documents(db: &Db, clock: &Clock, is_anew: bool) -> Result<usize, Failure> {
    let mut count = 0_usize;
    for (agency, _) in people::agencies(db)? {
        let actor = Actor::house(agency, clock.now());
        let state = ledger::read(db, &actor, |work| Ok::<_, Failure>(documents::index_state(work)?))?;
        if is_anew || !state.is_kept {
            ledger::change(db, actor.clone(), |work| {
                Ok::<_, Failure>(documents::forget_index(work)?)
            })?;
        } else if state.is_whole {
            continue;
        }
        while let batch @ 1.. = ledger::change(db, actor.clone(), |work| {
            Ok::<_, Failure>(documents::index_missing(work)?)
        })? {
            count = count.saturating_add(batch);
        }
    }
    Ok(count)
}

/// Brings approved versions into force whose day has come.
///
/// # Errors
/// When the database fails.
pub fn daily_work(db: &Db, clock: &Clock) -> Result<(), Failure> {
    for (agency, _) in people::agencies(db)? {
        let actor = Actor::house(agency, clock.now());
        if ledger::read(db, &actor, |work| Ok::<_, Failure>(documents::due_versions(work)?))?.is_empty() {
            continue;
        }
        ledger::change(db, actor, documents::bring_into_force)?;
    }
    Ok(())
}
