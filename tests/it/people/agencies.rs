//! Several agencies in one deployment: how a further one is made, and which of them a command is about.

use super::try_to_sign_in;
use crate::support::TestOffice;
use crate::support::databases::{SERVER, lines};
use crate::support::program::run;
use quytrinh::app;
use quytrinh::people;
use std::path::Path;
use std::process::Output;

const NEW_PASSWORD: &str = "thuyền nan chở 3 tấn gió";

/// Runs a command on the data of the office; gives whether it was done, and what it said.
fn told(data: &Path, arguments: &[&str]) -> (bool, String) {
    let data = data.to_str().unwrap();
    let Output { status, stdout, stderr } = run(&[arguments, &["--data", data, "--language", "en"]].concat());
    (
        status.success(),
        String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned(),
    )
}

/// The line that the code stands on.
fn code_in(said: &str) -> String {
    said.lines()
        .find_map(|line| line.strip_prefix("    "))
        .expect(said)
        .to_owned()
}

fn agencies(office: &TestOffice) -> usize {
    people::agencies(&office.site.db).unwrap().len()
}

#[actix_web::test]
async fn a_further_agency_is_added_at_the_console_and_its_first_administrator_signs_in() {
    if SERVER.is_some() {
        return;
    }
    let office = TestOffice::start().await;
    office.person("lan", &[quytrinh::kernel::AccessRole::Administrator]);
    // The codes of the console hold from the time of this machine on.
    office.site.clock.set(quytrinh::kernel::Clock::default().now());
    let data = office.database.folder.path();
    let (done, said) = told(data, &["agency", "add", "--code", "H38.12.6", "--name", "UBND xã Mới"]);
    assert!(done && said.contains("H38.12.6 was added"), "{said}");
    let (_, listed) = told(data, &["agency", "list"]);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert_eq!(listed.lines().last(), Some("H38.12.6"));
    let (agency, _) = people::agencies(&office.site.db).unwrap().pop().unwrap();
    let of = |column: &str, table: &str| {
        lines(
            &mut office.connect(),
            &format!("SELECT {column} AS value FROM {table} WHERE agency_id = '{agency}'"),
        )
    };
    assert!(
        of("day", "holidays").len() > 10,
        "the holidays of three years are there"
    );
    let mut acts = of("act", "ledger");
    acts.sort();
    let laid = "calendar.year_laid_down";
    assert_eq!(
        acts,
        ["agency.added", laid, laid, laid, "ledger.opened", "set_up.code_made"],
        "the agency, its holidays, the code and the beginning of its own book"
    );
    // Whoever sits at the console got a code and nothing else.
    assert_eq!(of("id", "persons"), Vec::<String>::new());

    let code = code_in(&said);
    let visitor = office.stranger();
    let filled = |username: &'static str, full_name: &'static str| {
        [
            ("code", code.clone()),
            ("username", username.to_owned()),
            ("full_name", full_name.to_owned()),
            ("password", NEW_PASSWORD.to_owned()),
            ("password_again", NEW_PASSWORD.to_owned()),
        ]
    };
    let post = |fields: [(&'static str, String); 5]| {
        let visitor = &visitor;
        async move {
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            visitor.post("/code", &fields).await
        }
    };
    // The first agency has its people: the code alone says that a name is still to be given.
    post(filled("quantri.moi", "")).await.is(422).says("people.full_name");
    // A user name is one person's in the whole deployment; the code stays good for another one.
    let same = post(filled("lan", "Trần Văn Mới")).await;
    same.is(422).says("people.username_taken");
    post(filled("quantri.moi", "Trần Văn Mới")).await.leads_to("/sign-in");
    try_to_sign_in(&visitor, "quantri.moi", NEW_PASSWORD).await.is(303);
    assert_eq!(of("username", "persons"), ["quantri.moi"]);
    let (done, said) = told(data, &["agency", "code", "--code", "H38.12.6"]);
    assert!(!done && said.contains("can sign in already"), "{said}");
}

#[actix_web::test]
async fn an_agency_is_refused_with_a_code_that_is_taken_or_without_a_name_and_a_code_is_made_anew() {
    if SERVER.is_some() {
        return;
    }
    let office = TestOffice::start().await;
    let data = office.database.folder.path();
    let before = agencies(&office);
    let added = |code: &str, name: &str| told(data, &["agency", "add", "--code", code, "--name", name]);
    for (code, name, why) in [
        ("H38.99.01", "Tên khác", "already"),
        ("h38.99.01", "Tên khác", "already"),
        (" H38.99.01 ", "Tên khác", "already"),
        ("H38. 99.02", "Tên khác", "cannot be the code"),
        ("../khoa", "Tên khác", "cannot be the code"),
        ("Deployment", "Tên khác", "cannot be the code"),
        ("personal", "Tên khác", "cannot be the code"),
        ("H38.12.7", "  ", "must not be empty"),
    ] {
        let (done, said) = added(code, name);
        assert!(!done && said.contains(why), "{code}: {said}");
    }
    assert_eq!(agencies(&office), before);
    // The control: a code and a name that nobody has are taken; the second code voids the first.
    let (done, said) = added("H38.12.7", "UBND xã Khác");
    assert!(done, "{said}");
    assert_eq!(agencies(&office), before + 1);
    let (done, again) = told(data, &["agency", "code", "--code", "H38.12.7"]);
    assert!(done && code_in(&again) != code_in(&said), "{again}");
    let open = lines(
        &mut office.connect(),
        "SELECT id AS value FROM one_time_codes WHERE used_at IS NULL",
    );
    assert_eq!(open.len(), 1);
}

#[actix_web::test]
async fn no_agency_is_added_where_there_is_none_nor_to_the_demo() {
    if SERVER.is_some() {
        return;
    }
    let empty = tempfile::tempdir().unwrap();
    let add = ["agency", "add", "--code", "H38.12.6", "--name", "UBND xã Mới"];
    let (done, said) = told(empty.path(), &add);
    assert!(!done && said.contains("--data"), "{said}");
    assert!(!empty.path().join("quytrinh.db").exists(), "a database was made");

    let office = TestOffice::start().await;
    let data = office.database.folder.path();
    let demo = people::NewAgency {
        code: "DEMO-BAOHA".to_owned(),
        name: "Mẫu".to_owned(),
        name_en: "Demo".to_owned(),
        case_prefix: "DEMO-BAOHA".to_owned(),
    };
    let before = agencies(&office);
    app::found_office(&office.site.db, office.site.clock.now(), demo).unwrap();
    let (done, said) = told(data, &add);
    assert!(!done && said.contains("demo office"), "{said}");
    assert_eq!(agencies(&office), before + 1);
}

#[actix_web::test]
async fn with_several_agencies_a_command_asks_which_one_and_names_their_codes() {
    if SERVER.is_some() {
        return;
    }
    let office = TestOffice::start().await;
    let data = office.database.folder.path();
    let out = data.join("ra.bin");
    let out = out.to_str().unwrap();
    let procedure = data.join("quy-trinh.md");
    std::fs::write(&procedure, crate::cases::PROCEDURE).unwrap();
    let procedure = procedure.to_str().unwrap();
    let secretary = office.person("thuky", &[quytrinh::kernel::AccessRole::Committee]);
    assert!(!secretary.as_str().is_empty());
    for command in [
        vec!["roles"],
        vec!["print", "--handbook", "--out", out],
        vec!["bundle", "--out", out],
        vec!["import", procedure, "--author", "thuky"],
    ] {
        let (done, said) = told(data, &command);
        assert!(
            !done && said.contains("--agency") && said.contains("H38.99.01"),
            "{command:?}: {said}"
        );
    }
    let (done, said) = told(data, &["roles", "--agency", "H38.99.01"]);
    assert!(done, "{said}");
    // An author is looked for in the agency that is named, and in no other.
    let other = people::agencies(&office.site.db).unwrap();
    let other = other.iter().find(|(id, _)| *id == office.foreign).unwrap().1.clone();
    let (done, said) = told(data, &["import", procedure, "--author", "thuky", "--agency", &other]);
    assert!(!done && said.contains("nobody active"), "{said}");
    let of_agencies = || {
        let sql = "SELECT agency_id AS value FROM documents";
        lines(&mut office.connect(), sql)
    };
    assert_eq!(of_agencies(), Vec::<String>::new());
}
