//! Clients that work as people of the demo office do, and note what they tried and what was acknowledged.

use crate::support::browser::{Browser, Opened};
use quytrinh::demo::PASSWORD;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// The procedure whose cases are received and handled.
pub const PROCEDURE: &str = "QT.HT.01";
/// Documents of which one version after the other is written and approved.
pub const DOCUMENTS: [&str; 2] = ["QT.08", "QT.09"];

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Receives a case; the key is the name of the applicant.
    Intake,
    /// Performs a step; the key is its note.
    Step,
    /// Signs a version; the key is the version.
    Signature,
    /// Attaches a file to a draft; the key is its hash.
    Attachment,
}

impl Deed {
    pub const ALL: [Self; 4] = [Self::Intake, Self::Step, Self::Signature, Self::Attachment];

    /// Its place in [`Self::ALL`].
    fn place(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).expect("all are listed")
    }
}

/// What became of it, as far as the one who tried knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The page said so.
    Done,
    /// The page said that it was not done.
    Refused,
    /// The connection broke: it is done, or it is not.
    Unknown,
}

/// One try.
#[derive(Debug, Clone)]
pub struct Noted {
    pub deed: Deed,
    pub key: String,
    pub who: &'static str,
    pub outcome: Outcome,
    /// The case that the answer named.
    pub case: Option<String>,
    /// When it was begun.
    pub begun: SystemTime,
    /// When the answer was there.
    pub ended: SystemTime,
}

pub type Journal = Vec<Noted>;

static TOKENS: AtomicUsize = AtomicUsize::new(1);

fn token(what: &str) -> String {
    format!("{what} {:06}", TOKENS.fetch_add(1, Ordering::Relaxed))
}

/// Cases that wait for somebody, known to all clients.
type Waiting = Arc<Mutex<Vec<String>>>;

/// How many acts of each kind were acknowledged, for whoever waits for them.
pub static DONE: [AtomicUsize; 4] = [const { AtomicUsize::new(0) }; 4];

#[derive(Clone, Copy)]
enum Work {
    Receive,
    Handle,
    Approve(&'static str),
}

/// A client with the people who work at it.
pub struct Client {
    work: Work,
    people: BTreeMap<&'static str, Browser>,
    waiting: Waiting,
}

/// The clients, everybody signed in.
pub fn clients(address: SocketAddr) -> std::io::Result<Vec<Client>> {
    let waiting = Waiting::default();
    let plan: [(Work, &[&'static str]); 5] = [
        (Work::Receive, &["motcua1"]),
        (Work::Handle, &["tuphap1", "phochutich", "vanthu", "motcua1"]),
        (Work::Handle, &["vanthu", "motcua2", "tuphap1", "chutich"]),
        (Work::Approve(DOCUMENTS[0]), &["thuky", "chanhvp", "chutich"]),
        (Work::Approve(DOCUMENTS[1]), &["thuky", "phochutich", "chutich"]),
    ];
    let mut clients = Vec::new();
    for (work, names) in plan {
        let mut people = BTreeMap::new();
        for name in names {
            let mut browser = Browser::new(address);
            browser.sign_in(name, PASSWORD)?;
            people.insert(*name, browser);
        }
        clients.push(Client {
            work,
            people,
            waiting: Arc::clone(&waiting),
        });
    }
    Ok(clients)
}

/// Notes a try, tries, and notes what came of it.
fn noting(
    journal: &mut Journal,
    (deed, key, who): (Deed, &str, &'static str),
    deed_itself: impl FnOnce() -> std::io::Result<Opened>,
) -> std::io::Result<Opened> {
    let begun = SystemTime::now();
    let answer = deed_itself();
    let ended = SystemTime::now();
    let (outcome, case) = match &answer {
        Ok(opened) if opened.status == 303 => {
            let code = opened
                .location
                .strip_prefix("/cases/")
                .map(|rest| rest.split('?').next().unwrap_or_default());
            (Outcome::Done, code.map(ToOwned::to_owned))
        }
        Ok(_) => (Outcome::Refused, None),
        Err(_) => (Outcome::Unknown, None),
    };
    if outcome == Outcome::Done {
        DONE[deed.place()].fetch_add(1, Ordering::Relaxed);
    }
    journal.push(Noted {
        deed,
        key: key.to_owned(),
        who,
        outcome,
        case,
        begun,
        ended,
    });
    answer
}

/// Refused because nothing can be written breaks the work off; refused for any other reason is a fault of the test.
fn must_be_done(answer: &Opened) -> std::io::Result<()> {
    if [503, 507].contains(&answer.status) {
        return Err(std::io::ErrorKind::StorageFull.into());
    }
    assert!(
        [303, 409].contains(&answer.status),
        "{}: {}",
        answer.status,
        answer.text
    );
    if answer.status == 409 {
        return Err(std::io::ErrorKind::Interrupted.into());
    }
    Ok(())
}

impl Client {
    /// The same client at the program after its new start; everybody is still signed in.
    pub fn at(mut self, address: SocketAddr) -> Self {
        for browser in self.people.values_mut() {
            *browser = browser.at(address);
        }
        self
    }

    /// Works until the connection breaks.
    pub fn work_until_it_breaks(mut self) -> (Self, Journal) {
        let mut journal = Journal::new();
        while self.work(&mut journal).is_ok() {}
        (self, journal)
    }

    /// Works until a moment, whatever is refused.
    pub fn work_until(mut self, until: std::time::Instant) -> Journal {
        let mut journal = Journal::new();
        while std::time::Instant::now() < until {
            if self.work(&mut journal).is_err() {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        journal
    }

    fn work(&mut self, journal: &mut Journal) -> std::io::Result<()> {
        match self.work {
            Work::Receive => self.receive(journal),
            Work::Handle => self.handle(journal),
            Work::Approve(document) => self.approve(document, journal),
        }
    }

    fn browser(&mut self, name: &'static str) -> &mut Browser {
        self.people.get_mut(name).expect("a person of this client")
    }

    fn receive(&mut self, journal: &mut Journal) -> std::io::Result<()> {
        let browser = self.browser("motcua1");
        let page = browser.get(&format!("/cases/new?procedure={PROCEDURE}"))?;
        let key = token("Người nộp");
        let form = page
            .form("/cases")
            .expect("a form to receive a case")
            .with("full_name", &key);
        let form = form.with("address", "thôn Thử").with("missing_ok", "1");
        let done = noting(journal, (Deed::Intake, &key, "motcua1"), || browser.send(&form))?;
        must_be_done(&done)?;
        let code = journal
            .last()
            .and_then(|noted| noted.case.clone())
            .expect("the code of the case");
        self.waiting.lock().expect("no client panics").push(code);
        Ok(())
    }

    fn handle(&mut self, journal: &mut Journal) -> std::io::Result<()> {
        let Some(code) = self.waiting.lock().expect("no client panics").pop() else {
            std::thread::sleep(std::time::Duration::from_millis(5));
            // An idle client must notice, too, that the program is gone.
            return self
                .people
                .values_mut()
                .next()
                .expect("somebody")
                .get("/health")
                .map(drop);
        };
        let names: Vec<&'static str> = self.people.keys().copied().collect();
        for who in names {
            let browser = self.browser(who);
            let page = browser.get(&format!("/cases/{code}"))?;
            let Some(form) = page.form("/steps") else { continue };
            let key = token("Ghi chú");
            let form = form.with("note", &key);
            let done = noting(journal, (Deed::Step, &key, who), || browser.send(&form));
            self.waiting.lock().expect("no client panics").insert(0, code);
            return done.map(drop);
        }
        // It waits for nobody here, or it has ended.
        Ok(())
    }

    /// Takes the document's next version one way further: begun, submitted, reviewed, approved.
    fn approve(&mut self, document: &str, journal: &mut Journal) -> std::io::Result<()> {
        let secretary = self.browser("thuky");
        let page = secretary.get(&format!("/documents/{document}"))?;
        let open = page
            .text
            .split("href=\"/versions/")
            .skip(1)
            .find_map(|rest| rest.split(['"', '#', '?', '/']).next());
        let version = match (page.form("/draft"), open) {
            (Some(form), _) => {
                let begun = secretary.send(&form)?;
                must_be_done(&begun)?;
                begun.location.split(['/', '?']).nth(2).unwrap_or_default().to_owned()
            }
            (None, Some(open)) => open.to_owned(),
            (None, None) => panic!("neither a draft nor a way to begin one:\n{}", page.text),
        };
        self.attach(&version, journal)?;
        let secretary = self.browser("thuky");
        let page = secretary.get(&format!("/versions/{version}"))?;
        if let Some(form) = page.form("/submit") {
            let sent = secretary.send(&form)?;
            must_be_done(&sent)?;
        }
        for who in ["chanhvp", "phochutich", "chutich"] {
            let Some(browser) = self.people.get_mut(who) else {
                continue;
            };
            let page = browser.get(&format!("/versions/{version}"))?;
            let Some(form) = page.form("/sign") else { continue };
            let form = form.with("password", PASSWORD);
            noting(journal, (Deed::Signature, &version, who), || browser.send(&form))?;
        }
        Ok(())
    }
    /// Attaches a file that nobody has seen before, while the version is a draft.
    fn attach(&mut self, version: &str, journal: &mut Journal) -> std::io::Result<()> {
        let secretary = self.browser("thuky");
        let page = secretary.get(&format!("/versions/{version}/edit"))?;
        let Some(form) = page.form("/files") else { return Ok(()) };
        let text = format!("%PDF-1.7\n% {}\n", token("Tệp"));
        let key = super::check::hex(text.as_bytes());
        let form = form.with("form", "*");
        noting(journal, (Deed::Attachment, &key, "thuky"), || {
            secretary.send_file(&form, ("tep.pdf", &text))
        })
        .map(drop)
    }
}
