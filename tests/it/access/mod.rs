//! Access: roles that take two people, power that is lent, rights that are lost, and duties that nobody joins whatever he
//! tries (trust rows A3 and A5).

mod flows;
mod lending;
mod model;
mod proven;
mod roles;
mod signed;
mod world;

use crate::support::TestOffice;
use quytrinh::kernel::{AccessRole, PersonId};
use quytrinh::people::{self, Basis, Granted};
use quytrinh::web::Failure;

/// The account of somebody.
#[track_caller]
fn id(office: &TestOffice, username: &str) -> PersonId {
    office.read(|work| people::person_named(work, username)).unwrap()
}

/// What a proposal rests on.
fn by_decision(office: &TestOffice, role: AccessRole) -> Basis {
    Basis {
        decision_no: "12/QĐ-UBND".to_owned(),
        mandate: (role == AccessRole::Inspector).then(|| office.mandate()),
    }
}

fn grant(office: &TestOffice, by: &str, (to, role): (&str, AccessRole)) -> Result<Granted, Failure> {
    let (person, basis, fresh) = (id(office, to), by_decision(office, role), office.confirmed(by));
    office.act_as(by, move |work| {
        people::grant(work, Some(&fresh), (&person, role), &basis)
    })
}

fn identify(office: &TestOffice, by: &str, (account, number): (&str, &str)) -> Result<(), Failure> {
    let (person, number) = (id(office, account), number.to_owned());
    office.act_as(by, move |work| people::set_employee_no(work, &person, &number))
}

/// Confirms the only proposal that waits for somebody.
fn confirm(office: &TestOffice, by: &str, of: &str) -> Result<(), Failure> {
    let person = id(office, of);
    let open = office.read(people::open_proposals).unwrap();
    let found = open
        .into_iter()
        .find(|one| one.person_id == person)
        .expect("a proposal waits");
    let fresh = office.confirmed(by);
    office.act_as(by, move |work| people::confirm_role(work, Some(&fresh), &found.id))
}

fn roles_of(office: &TestOffice, username: &str) -> Vec<AccessRole> {
    office.actor(username).person.unwrap().access
}

/// The status and the key of a refusal.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Failure>, status: u16, key: &str) {
    use actix_web::ResponseError;
    let failure = result.expect_err("this is refused");
    assert_eq!(
        (failure.status_code().as_u16(), failure.to_string().as_str()),
        (status, key)
    );
}
