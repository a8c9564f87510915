//! An office that opens for one test: its own database, a clock that the test moves, the whole site in process.

use super::databases::{Template, TestDatabase, all_rows};
use super::{PASSWORD, Visitor, visitor::Site as Door};
use actix_web::test::{TestRequest, init_service};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use quytrinh::app;
use quytrinh::db::{AnyConnection, Db};
use quytrinh::kernel::{AccessRole, Actor, AgencyId, Clock, Mandate, PersonId, PositionId, to_utc};
use quytrinh::ledger::{self, Work};
use quytrinh::people::{self, Basis, Cost, FreshAuth, Gate, NewAccount, NewAgency, NewHolder, NewPosition, Oidc};
use quytrinh::render::Pages;
use quytrinh::web::{Failure, Site};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

/// The code of the office that is visited.
const OFFICE: &str = "H38.99.01";
/// The code of another office in the same installation.
const FOREIGN: &str = "H38.99.02";
/// The code of the third.
const THIRD: &str = "H38.99.03";

static PAGES: LazyLock<Pages> = LazyLock::new(|| Pages::load().expect("templates and words are read"));
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template::new(lay_ground));

/// Hashed at the least cost: right for the same password, and a thousand times as fast as a real one.
static HASH: LazyLock<String> = LazyLock::new(|| {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(argon2::Params::MIN_M_COST, 1, 1, None).expect("the least cost");
    let cheap = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    cheap.hash_password(PASSWORD.as_bytes()).expect("a hash").to_string()
});

/// Templates and words, read once for all tests.
pub fn pages() -> &'static Pages {
    &PAGES
}

/// Monday 23 November 2026, nine o'clock in the office, in UTC.
pub fn opening() -> NaiveDateTime {
    to_utc(
        NaiveDate::from_ymd_opt(2026, 11, 23)
            .and_then(|day| day.and_hms_opt(9, 0, 0))
            .expect("a moment"),
    )
}

/// What every office has before a test begins: two agencies and the public holidays around the year.
fn lay_ground(db: &Db) {
    lay_down(db, (OFFICE, "UBND xã Thử", "Thử Commune"));
    lay_down(db, (FOREIGN, "UBND xã Láng Giềng", "Neighbour Commune"));
}

fn lay_down(db: &Db, (code, name, name_en): (&str, &str, &str)) -> AgencyId {
    let new = NewAgency {
        code: code.to_owned(),
        name: name.to_owned(),
        name_en: name_en.to_owned(),
        case_prefix: code.to_owned(),
    };
    let agency = people::add_agency(db, opening(), new).expect("an agency");
    ledger::change(db, Actor::house(agency.clone(), opening()), |work| {
        (2025..=2027).try_for_each(|year| quytrinh::calendar::lay_down_year(work, year, true))
    })
    .expect("the holidays");
    let relaxed = people::FactorRule {
        rule: people::Rule::Nobody,
        reason: "Các bài kiểm thử khác không nói về xác thực lớp hai".to_owned(),
    };
    ledger::change(db, Actor::house(agency.clone(), opening()), move |work| {
        people::set_factor_rule(work, None, &relaxed)
    })
    .expect("the rule for second factors");
    agency
}

/// The least cost: passwords of tests are hashed a thousand times as fast as real ones.
pub const CHEAP: Cost = Cost {
    memory: argon2::Params::MIN_M_COST,
    passes: 1,
    lanes: 1,
};

/// An office with its people, as one test needs it.
pub struct TestOffice {
    door: Rc<Door>,
    /// What the site shares: database, pages, clock.
    pub site: Site,
    /// The office that is visited.
    pub agency: AgencyId,
    /// Another office in the same installation.
    pub foreign: AgencyId,
    /// What the names of its people begin with: names are unique in the whole installation.
    prefix: &'static str,
    /// The gate of the site: it is told to write down when sessions were seen.
    pub gate: Gate,
    /// The database of this test; the last to go.
    pub database: Rc<TestDatabase>,
}

impl TestOffice {
    /// Opens the office.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Opens the office with other settings than tests have.
    pub async fn start_with(set: impl FnOnce(&mut Site)) -> Self {
        Self::start_at(CHEAP, set).await
    }

    /// Opens the office with passwords that cost what they cost in earnest, or anything else.
    pub async fn start_at(cost: Cost, set: impl FnOnce(&mut Site)) -> Self {
        Self::start_by(Gate::hashing_at(app::doors().list().to_vec(), cost), set).await
    }

    /// Opens an office that lets people in by another party, too.
    pub async fn start_trusting(oidc: Arc<Oidc>, set: impl FnOnce(&mut Site)) -> Self {
        let gate = Gate::hashing_at(app::doors().list().to_vec(), CHEAP);
        Self::start_by(gate.trusting(Some(oidc)), set).await
    }

    async fn start_by(gate: Gate, set: impl FnOnce(&mut Site)) -> Self {
        // The cause of a failure is in the log only; it belongs beside the test that met it. A second one is refused.
        drop(
            tracing_subscriber::fmt()
                .with_test_writer()
                .with_max_level(tracing::Level::ERROR)
                .try_init(),
        );
        let database = TEMPLATE.copy();
        let db = app::open_office(&database.url, database.folder.path(), None).expect("the database of the test opens");
        let agencies = people::agencies(&db).expect("the agencies");
        let of = |code: &str| {
            agencies
                .iter()
                .find(|(_, known)| known == code)
                .expect("the agency")
                .0
                .clone()
        };
        let site = Site {
            db,
            pages: PAGES.clone(),
            clock: Clock::standing(opening()),
            agency: of(OFFICE),
            nav: app::NAV,
            files: Arc::new(database.folder.path().join("files")),
            address: None,
            bell: quytrinh::notices::unread,
            stands: people::still_stands,
            handled: quytrinh::cases::handled,
            sign: None,
            mail: None,
            reserve: 0,
            trusted_proxies: Vec::new().into(),
            backup: None,
            witnesses: Arc::default(),
            metrics_token: None,
            scanner: None,
            bodies: quytrinh::web::Bodies::default(),
            lanes: quytrinh::web::Lanes::default(),
            is_demo: false,
        };
        let vault = quytrinh::book::Vault::new(database.folder.path(), Some("https://xa-thu.example"), None);
        let mut site = app::signing(site, vault);
        set(&mut site);
        let door = Rc::new(Door::new(
            init_service(app::application(site.clone(), gate.clone())).await,
            TestRequest::to_request,
        ));
        Self {
            door,
            agency: of(OFFICE),
            foreign: of(FOREIGN),
            gate,
            site,
            prefix: "",
            database: Rc::new(database),
        }
    }

    /// The other office of the installation, to be filled as this one is; its people are called «lg.<username>».
    pub fn neighbour(&self) -> Self {
        Self {
            door: Rc::clone(&self.door),
            site: self.site.clone(),
            agency: self.foreign.clone(),
            foreign: self.agency.clone(),
            gate: self.gate.clone(),
            prefix: "lg.",
            database: Rc::clone(&self.database),
        }
    }

    /// A third office of the installation, made now; its people are called «ba.<username>».
    pub fn third(&self) -> Self {
        Self {
            agency: lay_down(&self.site.db, (THIRD, "UBND xã Thứ Ba", "Third Commune")),
            prefix: "ba.",
            ..self.neighbour()
        }
    }

    /// The name with which somebody of this office signs in.
    pub fn named(&self, username: &str) -> String {
        format!("{}{username}", self.prefix)
    }

    /// Lets time pass.
    pub fn wait(&self, time: TimeDelta) {
        self.site.clock.set(self.site.clock.now() + time);
    }

    /// Sets the office clock, in the time of Vietnam.
    pub fn set_time(&self, local: NaiveDateTime) {
        self.site.clock.set(to_utc(local));
    }

    /// Makes an account in the office, with the password of all tests. The name is «Ông/Bà <username>».
    #[track_caller]
    pub fn person(&self, username: &str, access: &[AccessRole]) -> PersonId {
        self.person_of(&self.agency, &self.named(username), access)
    }

    /// Makes an account in any of the offices.
    #[track_caller]
    pub fn person_of(&self, agency: &AgencyId, username: &str, access: &[AccessRole]) -> PersonId {
        let account = NewAccount {
            username: username.to_owned(),
            full_name: format!("Ông/Bà {username}"),
            access: access.to_vec(),
            basis: Basis {
                mandate: access.contains(&AccessRole::Inspector).then(|| self.mandate()),
                ..Basis::default()
            },
            ..NewAccount::default()
        };
        let house = Actor::house(agency.clone(), self.site.clock.now());
        let made = ledger::change(&self.site.db, house, move |work| {
            let id = people::add_account(work, None, &account)?;
            // The way of the product is a one-time code (tests/it/people.rs goes it); here it would only cost time.
            let set = format!("UPDATE persons SET password_hash = '{}' WHERE id = '{id}'", *HASH);
            diesel::sql_query(set).execute(work.conn)?;
            Ok::<_, Failure>(id)
        });
        made.expect("the account is made")
    }

    /// The mandate of every inspector of tests: a week before today to four weeks after.
    pub fn mandate(&self) -> Mandate {
        let today = self.site.clock.today();
        Mandate {
            from: today - TimeDelta::days(7),
            to: today + TimeDelta::days(28),
        }
    }

    /// Adds a position to the office.
    #[track_caller]
    pub fn position(&self, code: &str, name: &str) -> PositionId {
        let new = NewPosition {
            code: code.to_owned(),
            name: name.to_owned(),
            name_en: code.to_owned(),
            unit: "UBND".to_owned(),
        };
        self.act(move |work| people::add_position(work, &new))
            .expect("the position is added")
    }

    /// Gives a position to a person from the first day of this year on.
    #[track_caller]
    pub fn holds(&self, username: &str, position: &str) {
        let (username, position) = (self.named(username), position.to_owned());
        let held = self.act(move |work| {
            let new = NewHolder {
                position_id: people::position_by_code(work, &position)?.id,
                person_id: people::person_named(work, &username)?,
                valid_from: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"),
                valid_to: None,
                decision_no: "01/QĐ-UBND".to_owned(),
            };
            people::add_holder(work, &new)
        });
        held.expect("the position is held");
    }

    /// A visitor who is not signed in.
    pub fn stranger(&self) -> Visitor {
        Visitor::new(Rc::clone(&self.door))
    }

    /// A person who has just signed in.
    #[track_caller]
    pub fn sign_in(&self, username: &str) -> impl Future<Output = Visitor> {
        let visitor = self.stranger();
        let username = self.named(username);
        async move {
            let sent = visitor
                .post("/sign-in", &[("username", &username), ("password", PASSWORD)])
                .await;
            sent.is(303);
            visitor.get("/sign-in").await.is(200);
            visitor
        }
    }

    /// The person as actor, now, with the access roles of this moment.
    #[track_caller]
    pub fn actor(&self, username: &str) -> Actor {
        let known = self.read(people::persons).expect("the people");
        let named = known
            .into_iter()
            .find(|one| one.username == self.named(username))
            .expect("the person has an account");
        Actor {
            person: Some(named.into_person()),
            is_house: false,
            ..Actor::house(self.agency.clone(), self.site.clock.now())
        }
    }

    /// Proof that the person gave the password just now.
    #[track_caller]
    pub fn confirmed(&self, username: &str) -> FreshAuth {
        people::confirm(&self.site.db, &self.actor(username), PASSWORD).expect("the password is right")
    }

    /// Reads with a function of a room, as the program itself.
    pub fn read<T, E: Into<Failure>>(&self, look: impl FnOnce(&mut Work<'_>) -> Result<T, E>) -> Result<T, Failure> {
        let house = Actor::house(self.agency.clone(), self.site.clock.now());
        ledger::read(&self.site.db, &house, |work| look(work).map_err(Into::into))
    }

    /// Acts with a function of a room, as the program itself.
    pub fn act<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&mut Work<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        ledger::change(
            &self.site.db,
            Actor::house(self.agency.clone(), self.site.clock.now()),
            deed,
        )
    }

    /// Acts with a function of a room, as a person.
    #[track_caller]
    pub fn act_as<T: Send + 'static>(
        &self,
        username: &str,
        deed: impl FnOnce(&mut Work<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        ledger::change(&self.site.db, self.actor(username), deed)
    }

    /// A connection past every rule of the house: to look, and to plant faults.
    pub fn connect(&self) -> AnyConnection {
        self.database.connect()
    }

    /// A digest of everything in the database: the same before and after whatever changes nothing.
    pub fn digest(&self) -> String {
        use sha2::Digest;
        let mut digest = sha2::Sha256::new();
        for row in all_rows(&mut self.connect()) {
            digest.update(row.as_bytes());
            digest.update([0]);
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
