//! Notices: what is somebody's turn is told once, in letters by choice, and in a calendar.

mod calendar;
mod guards;
mod letters;
mod turns;

use crate::support::smtp::MailServer;
use crate::support::{TestOffice, pages};
use quytrinh::kernel::PersonId;
use quytrinh::notices::{self, Mail, Notice, Post, PostSettings, Security};
use quytrinh::people;

/// One round without a mail server.
pub fn round(office: &TestOffice) {
    notices::round(&office.site.db, &office.site.clock, pages(), None).unwrap();
}

/// One round with one.
fn round_with(office: &TestOffice, server: &MailServer) {
    let post = Post::new(&PostSettings {
        host: "127.0.0.1".to_owned(),
        port: server.address.port(),
        security: Security::None,
        login: None,
        from: "Hệ thống ISO <iso@baoha.example.vn>".to_owned(),
        authority: None,
    });
    let mail = Mail {
        post: post.unwrap(),
        address: "https://iso.example.vn".to_owned(),
    };
    notices::round(&office.site.db, &office.site.clock, pages(), Some(&mail)).unwrap();
}

#[track_caller]
fn person(office: &TestOffice, username: &str) -> PersonId {
    office.read(|work| people::person_named(work, username)).unwrap()
}

/// What is a person's turn as he or she was told, as «kind code», in order.
#[track_caller]
fn told(office: &TestOffice, username: &str) -> Vec<String> {
    let mut own: Vec<String> = current(office, username)
        .iter()
        .map(|one| format!("{} {}{}", one.kind, one.code, if one.is_late { " late" } else { "" }))
        .collect();
    own.sort();
    own
}

#[track_caller]
fn current(office: &TestOffice, username: &str) -> Vec<Notice> {
    let person = person(office, username);
    office.read(|work| notices::list(work, &person, false, None)).unwrap()
}
