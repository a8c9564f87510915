//! While nothing may be written, every page says so and why, whatever the reason is; and a start that finds such a reason
//! serves for reading.

use crate::support::databases::{SERVER, empty, lines};
use crate::support::program::{Program, run};
use crate::support::{Reply, TestOffice, Visitor, pages};
use crate::walls::doors::path_of;
use actix_web::http::Method;
use diesel::connection::SimpleConnection;
use quytrinh::app;
use quytrinh::db::Halt;
use quytrinh::kernel::{AccessRole, Language};

fn why(language: Language, halt: Halt) -> String {
    let words = pages().words();
    let key = format!("failure.halted.{halt}");
    format!("{} {}", words.get(language, "layout.halted"), words.get(language, &key))
}

/// The banner of a page, if it has one.
fn banner(reply: &Reply) -> Option<String> {
    let page = String::from_utf8_lossy(&reply.bytes).into_owned();
    let (_, main) = page.split_once("<main")?;
    let (_, after) = main.split_once("<div class=\"notice bad\" role=\"alert\"><p><b>")?;
    Some(after.split_once("</p>")?.0.replace("</b>", ""))
}

fn is_page(reply: &Reply) -> bool {
    reply.header("content-type").starts_with("text/html")
}

/// Opens every page of the site; gives how many there were, and those that do not say this.
async fn silent(visitor: &Visitor, said: Option<&str>) -> (usize, Vec<String>) {
    let (mut count, mut wrong) = (0, Vec::new());
    for door in app::doors().list().iter().filter(|door| door.method == Method::GET) {
        let path = path_of(door);
        let page = visitor.get(&path).await;
        if !is_page(&page) || page.status() == 303 {
            continue;
        }
        count += 1;
        if banner(&page).as_deref() != said {
            wrong.push(format!("{path} {}", page.status()));
        }
    }
    (count, wrong)
}

#[actix_web::test]
async fn every_page_says_in_both_languages_that_nothing_is_written_and_why() {
    for halt in Halt::ALL {
        let office = TestOffice::start().await;
        office.person("quantri", &[AccessRole::Administrator]);
        office.person("motcua", &[AccessRole::Desk]);
        let (admin, desk) = (office.sign_in("quantri").await, office.sign_in("motcua").await);
        desk.post("/language", &[("language", "en")]).await.is(303);
        // The control: in order, no page has the banner.
        if *halt == Halt::Disk {
            assert_eq!(silent(&admin, None).await.1, Vec::<String>::new());
        }
        office.site.db.halt(*halt);
        let vi = why(Language::Vi, *halt);
        let en = why(Language::En, *halt);
        for (visitor, said) in [(&admin, &vi), (&desk, &en), (&office.stranger(), &vi)] {
            let (count, wrong) = silent(visitor, Some(said)).await;
            assert!(count > 10, "{count} pages only");
            assert_eq!(wrong, Vec::<String>::new(), "{halt}");
        }
        // What was refused, and what is not there, are pages, too.
        let refused = admin.post("/notices/read", &[]).await;
        assert!(!is_page(&refused) || banner(&refused) == Some(vi.clone()), "{halt}");
        assert_eq!(banner(&admin.get("/khong-co-trang-nay").await), Some(vi), "{halt}");
    }
}

/// The note of a failed disk is to be entered in the ledger, and another reason keeps everything from being written.
#[test]
fn a_start_that_cannot_enter_the_failed_disk_serves_for_reading_and_keeps_the_note() {
    if SERVER.is_some() {
        return;
    }
    let database = empty();
    let data = database.folder.path().to_path_buf();
    let lay_down = ["demo", "--no-serve", "--cases", "3", "--data", data.to_str().unwrap()];
    assert!(run(&lay_down).status.success());
    let note = data.join("disk-failed");
    std::fs::write(&note, "").unwrap();
    let entries = || {
        let told = "SELECT act AS value FROM ledger WHERE act = 'disk.failed'";
        lines(&mut database.connect(), told).len()
    };
    let get = |program: &Program, path: &str| {
        let mut visitor = crate::support::browser::Browser::new(program.address);
        let page = visitor.get(path).unwrap();
        (page.status, page.text)
    };
    database.connect().batch_execute("CREATE TABLE stranger (x)").unwrap();
    let program = Program::start("demo", &data, &[]);
    let (status, said) = get(&program, "/health");
    assert_eq!((status, said.trim()), (503, "halted: schema"));
    let (status, page) = get(&program, "/procedures");
    let reason = pages().words().get(Language::Vi, "failure.halted.schema");
    assert!(status == 200 && page.contains(reason), "{page}");
    assert!(
        note.exists() && program.said().contains("the note stays"),
        "{}",
        program.said()
    );
    drop(program);
    assert_eq!(entries(), 0);
    // The control: without the other reason the next start enters it, and takes the note away.
    database.connect().batch_execute("DROP TABLE stranger").unwrap();
    let program = Program::start("demo", &data, &[]);
    assert_eq!(get(&program, "/health").0, 200);
    assert!(!note.exists() && entries() == 1, "{}", program.said());
}
