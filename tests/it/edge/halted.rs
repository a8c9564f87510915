//! While nothing may be written, every page says so and why, whatever the reason is.

use crate::support::{Reply, TestOffice, Visitor, pages};
use crate::walls::doors::path_of;
use actix_web::http::Method;
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
        office.person("quantri", &[AccessRole::Administrator, AccessRole::Committee]);
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
