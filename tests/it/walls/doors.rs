//! Every door of the site, knocked on by a stranger, by each access role, and by a form without its token.

use crate::support::changes::Changes;
use crate::support::rounds::figure;
use crate::support::{TestOffice, Visitor};
use actix_web::http::Method;
use quytrinh::access::{Cell, cell};
use quytrinh::app;
use quytrinh::kernel::{AccessRole, Permission};
use quytrinh::web::{Access, Door};

/// What is filled into the holes of a path: nothing that exists, so that no door leads to a thing.
pub(crate) fn path_of(door: &Door) -> String {
    let mut path = String::new();
    let mut rest = door.path;
    while let Some((before, after)) = rest.split_once('{') {
        let (hole, after) = after.split_once('}').unwrap();
        path.push_str(before);
        path.push_str(if hole == "number" || hole == "seq" {
            "1"
        } else {
            "khong-co"
        });
        rest = after;
    }
    path + rest
}

/// Whether the matrix lets the role do anything of the kind; the people of these tests are within their mandates.
fn may(role: AccessRole, permission: Permission) -> bool {
    cell(role, permission) != Cell::Never
}

pub(crate) fn opens_for(access: Access, role: AccessRole) -> bool {
    match access {
        Access::Anyone | Access::SignedIn => true,
        Access::May(permission) => may(role, permission),
        Access::MayAny(any) => any.iter().any(|permission| may(role, *permission)),
    }
}

async fn knock(visitor: &Visitor, door: &Door) -> crate::support::Reply {
    let path = path_of(door);
    if door.method == Method::GET {
        visitor.get(&path).await
    } else {
        visitor.post(&path, &[]).await
    }
}

fn is_sent_to_sign_in(reply: &crate::support::Reply) -> bool {
    reply.status() == 303 && reply.location().starts_with("/sign-in")
}

#[test]
fn every_path_is_written_once_for_each_method() {
    let doors = app::doors();
    for (place, door) in doors.list().iter().enumerate() {
        let again = doors
            .list()
            .iter()
            .skip(place + 1)
            .any(|other| other.method == door.method && other.path == door.path);
        assert!(!again, "{} {}", door.method, door.path);
    }
}

#[actix_web::test]
async fn a_stranger_comes_through_open_doors_only() {
    let office = TestOffice::start().await;
    let before = office.digest();
    // A try to sign in is noted, whoever tries.
    for door in app::doors()
        .list()
        .iter()
        .filter(|door| (&door.method, door.path) != (&Method::POST, "/sign-in"))
    {
        let reply = knock(&office.stranger(), door).await;
        let named = format!("{} {} gave a stranger {}", door.method, door.path, reply.status());
        assert_ne!(reply.status(), 500, "{named}");
        if door.access == Access::Anyone {
            assert_ne!(reply.status(), 403, "{named}");
        } else {
            assert!(is_sent_to_sign_in(&reply), "{named}");
        }
    }
    assert_eq!(office.digest(), before, "a stranger changed something");
}

#[actix_web::test]
async fn doors_open_for_each_access_role_as_the_policy_says() {
    let office = TestOffice::start().await;
    let (changes, mut refused) = (Changes::watch(&office), 0);
    for role in AccessRole::ALL {
        office.person(role.as_str(), &[*role]);
        let visitor = office.sign_in(role.as_str()).await;
        // Whatever is written is counted row by row; the digest of the whole tells whether the counter forgot something.
        let (mut before, mut digest) = (changes.rows(), office.digest());
        for door in app::doors()
            .list()
            .iter()
            .filter(|door| door.path != "/sign-out" && door.path != "/sign-in")
        {
            let reply = knock(&visitor, door).await;
            let named = format!("{} {} gave {role} {}", door.method, door.path, reply.status());
            assert!(!is_sent_to_sign_in(&reply), "{named}");
            assert_ne!(reply.status(), 500, "{named}");
            if opens_for(door.access, *role) {
                // An act on nothing, with an empty form, is refused for other reasons than the permission.
                assert_ne!(reply.status(), 403, "{named}");
            } else {
                reply.is(403);
            }
            let after = changes.rows();
            let may_change = door.method == Method::POST && reply.status() < 400;
            assert!(may_change || after == before, "{named}, and changed something");
            refused += usize::from(reply.status() >= 400);
            if after != before {
                digest = office.digest();
            }
            before = after;
        }
        assert_eq!(
            office.digest(),
            digest,
            "{role} changed what the counter does not count"
        );
    }
    changes.must_see_a_write(&office);
    figure(
        "A4",
        &format!(
            "{refused} refused requests of all roles at all doors: nothing written to {} tables",
            changes.tables
        ),
    );
}

#[actix_web::test]
async fn no_act_is_done_for_a_form_without_its_token() {
    let office = TestOffice::start().await;
    for role in AccessRole::ALL {
        office.person(role.as_str(), &[*role]);
        let visitor = office.sign_in(role.as_str()).await;
        visitor.forget_token();
        let before = office.digest();
        for door in app::doors().list().iter().filter(|door| door.method == Method::POST) {
            if opens_for(door.access, *role) {
                let path = path_of(door);
                let plain = visitor.post(&path, &[]).await;
                let with_files = visitor.post_files(&path, &[], &[]).await;
                let statuses = [plain.status(), with_files.status()];
                assert!(
                    statuses.contains(&403) && statuses.iter().all(|status| [403, 422].contains(status)),
                    "{path}: {statuses:?}"
                );
            }
        }
        assert_eq!(office.digest(), before, "{role} changed something without a token");
    }
}

#[actix_web::test]
async fn every_page_without_a_hole_opens_in_both_languages() {
    let office = TestOffice::start().await;
    for role in AccessRole::ALL {
        office.person(role.as_str(), &[*role]);
        let visitor = office.sign_in(role.as_str()).await;
        for language in ["vi", "en"] {
            visitor.post("/language", &[("language", language)]).await.is(303);
            for door in app::doors().list() {
                let is_page = door.method == Method::GET && !door.path.contains('{') && opens_for(door.access, *role);
                if is_page {
                    let reply = visitor.get(door.path).await;
                    reply.is(200);
                    if reply.header("content-type").starts_with("text/html") {
                        reply.says(&format!("<html lang=\"{language}\">"));
                        assert_eq!(
                            reply.text().matches("<h1").count(),
                            1,
                            "{} has one heading of the first rank",
                            door.path
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_menu_leads_to_doors_that_open() {
    let doors = app::doors();
    for entry in app::NAV.iter().flat_map(|group| group.entries) {
        let door = doors
            .list()
            .iter()
            .find(|door| door.method == Method::GET && door.path == entry.path);
        let door = door.unwrap_or_else(|| panic!("the menu names {}, which has no door", entry.path));
        for role in AccessRole::ALL {
            assert!(
                !opens_for(entry.access, *role) || opens_for(door.access, *role),
                "{} for {role}",
                entry.path
            );
        }
    }
}

#[test]
fn each_access_role_may_do_something_and_nobody_everything() {
    for role in AccessRole::ALL {
        let some = Permission::ALL.iter().filter(|one| may(*role, **one)).count();
        assert!(some > 0 && some < Permission::ALL.len(), "{role}");
    }
}
