//! Every page that people come to, for each kind of person, tried on a desk and a phone.

use crate::driver::Driver;
use crate::office::Office;
use crate::tour::Tour;

/// Who opens which pages. A page that only an act leads to is on the journey.
const PAGES: [(&str, &[&str]); 7] = [
    (
        "",
        &[
            "/",
            "/sign-in",
            "/code",
            "/procedures",
            "/procedures?q=khai+sinh",
            "/procedures/QT.HT.01",
            "/procedures/QT.CT.01",
            "/track",
            "/track?code=khong-co",
            "/c/khong-co",
            "/khong-co",
        ],
    ),
    (
        "thuky",
        &[
            "/",
            "/documents",
            "/documents/QT.HT.01",
            "/documents/QT.HT.01?version=1",
            "/documents/QT.HT.01/difference?from=1&to=2",
            "/documents/MTCL",
            "/documents/QT.HT.01/copies",
            "/copies",
            "/forms",
            "/forms/BM.QT.04.01",
            "/records",
            "/records/BM.QT.04.01-2026-0001",
            "/handbook",
            "/editions",
            "/editions/new",
            "/editions/1",
            "/editions/2",
            "/routes?kind=work_procedure",
            "/documents/new",
            "/assignments",
            "/assignments?only=gap",
            "/reviews",
            "/reviews/MTCL",
            "/reading",
            "/reading/open",
            "/law",
            "/law/1",
            "/law/1/edit",
            "/law/1/change",
            "/law/new",
            "/law/changes",
            "/law/changes/2",
            "/law/citations",
            "/law/documents/QT.HT.01",
            "/tthc",
            "/tthc?state=uncovered",
            "/tthc/new",
            "/tthc/import",
            "/tthc/entries/1.001193",
            "/notices",
            "/notices?show=over",
            "/notices/settings",
            "/assignments/roles",
            "/assignments/roles/tphth",
            "/cases",
        ],
    ),
    (
        "chutich",
        &[
            "/",
            "/editions/2/decide",
            "/overview",
            "/my-work",
            "/conformance",
            "/conformance/cases",
            "/cases?state=late",
        ],
    ),
    (
        "motcua1",
        &["/", "/my-work", "/cases", "/cases/new", "/cases/new?procedure=QT.HT.01"],
    ),
    (
        "tuphap1",
        &[
            "/",
            "/my-work",
            "/my-work?q=khai+sinh",
            "/my-handbook",
            "/reading",
            "/reading/documents/QT.HT.01",
        ],
    ),
    (
        "danhgia",
        &[
            "/",
            "/conformance",
            "/conformance/cases",
            "/conformance/procedures/QT.HT.01",
            "/conformance/procedures/QT.HT.01?show=waiting",
            "/conformance/procedures/QT.HT.01?show=late",
            "/conformance/procedures/QT.HT.01?show=deviations",
            "/conformance/procedures/QT.HT.01/variants",
            "/conformance/timeline",
            "/conformance/timeline?procedure=QT.HT.01&order=duration&by=step",
            "/documents/QT.03",
        ],
    ),
    (
        "quantri",
        &["/", "/people", "/calendar", "/routes", "/mail", "/notices/settings"],
    ),
];

#[actix_web::test]
async fn every_page_can_be_used_by_everybody() {
    let (office, driver) = (Office::open(), Driver::start());
    let mut tour = Tour::begin("pages", &office, &driver).await;
    for (username, pages) in PAGES {
        if username.is_empty() {
            tour.sign_out().await;
        } else {
            tour.sign_in(username).await;
        }
        for path in pages {
            tour.look_at(path).await;
        }
        let others: &[&str] = match username {
            "motcua1" => &["main a[href^='/cases/H']"],
            "danhgia" => &["main a[href^='/conformance/cases/']"],
            _ => &[],
        };
        for link in others {
            tour.go(pages[2]).await;
            let path = tour.element(link).await.attr("href").await.unwrap().unwrap();
            tour.look_at(&path).await;
        }
    }
    tour.end().await;
}

#[actix_web::test]
async fn pages_can_be_used_in_english() {
    let (office, driver) = (Office::open(), Driver::start());
    let mut tour = Tour::begin("english", &office, &driver).await;
    tour.go("/sign-in").await;
    tour.press("form[action='/language'] button").await;
    tour.says("Sign in").await;
    tour.sign_in("chutich").await;
    for path in [
        "/",
        "/overview",
        "/documents",
        "/documents/QT.HT.01",
        "/cases",
        "/conformance",
        "/conformance/procedures/QT.HT.01",
        "/conformance/procedures/QT.HT.01/variants",
        "/conformance/timeline",
        "/assignments",
    ] {
        tour.look_at(path).await;
    }
    tour.end().await;
}
