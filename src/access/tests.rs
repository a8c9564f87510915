//! The matrix held against the function: every role and pair of roles, every permission, every state; and what must hold
//! for any question at all.

use super::matrix::{MATRIX, read, rules};
use super::*;
use proptest::prelude::*;

const NOW: (i32, u32, u32) = (2026, 11, 23);

fn day(offset: i64) -> NaiveDate {
    let (year, month, day) = NOW;
    NaiveDate::from_ymd_opt(year, month, day).unwrap() + chrono::TimeDelta::days(offset)
}

fn now() -> NaiveDateTime {
    crate::kernel::to_utc(day(0).and_hms_opt(9, 0, 0).unwrap())
}

fn ours() -> AgencyId {
    AgencyId::of("ours")
}

/// Who lends: accounts, roles, whether the position is held, first and last day from today.
type Lending = (Vec<PersonId>, Vec<AccessRole>, bool, (i64, i64));

/// A question as the tests put it, whose parts they may change.
#[derive(Debug, Clone)]
struct Question {
    accounts: Vec<PersonId>,
    roles: Vec<AccessRole>,
    mandate: Option<Mandate>,
    permission: Permission,
    reach: Reach,
    has_reason: bool,
    facts: Vec<Fact>,
    lender: Option<Lending>,
    is_foreign: bool,
}

impl Question {
    fn plain(roles: &[AccessRole], permission: Permission) -> Self {
        Self {
            accounts: vec![PersonId::of("me")],
            roles: roles.to_vec(),
            mandate: None,
            permission,
            reach: Reach::Door,
            has_reason: false,
            facts: Vec::new(),
            lender: None,
            is_foreign: false,
        }
    }

    fn ask(&self) -> Decision {
        let (ours, theirs) = (ours(), AgencyId::of("theirs"));
        let someone = Someone {
            accounts: &self.accounts,
            roles: &self.roles,
            mandate: self.mandate,
        };
        let lent = self.lender.as_ref().map(|(accounts, roles, is_held, days)| Lent {
            by: Someone {
                accounts,
                roles,
                mandate: None,
            },
            days: (day(days.0), day(days.1)),
            is_held: *is_held,
        });
        let subject = Subject {
            agency: &ours,
            who: Who::Person(someone),
        };
        let object = Object {
            agency: if self.is_foreign { &theirs } else { &ours },
            reach: self.reach,
            has_reason: self.has_reason,
            facts: &self.facts,
            lent,
        };
        may(&subject, self.permission, &object, now())
    }
}

/// Every role alone, and every two.
fn roles_and_pairs() -> Vec<Vec<AccessRole>> {
    let all = AccessRole::ALL;
    let mut sets: Vec<Vec<AccessRole>> = all.iter().map(|role| vec![*role]).collect();
    for (place, one) in all.iter().enumerate() {
        sets.extend(all.iter().skip(place + 1).map(|other| vec![*one, *other]));
    }
    sets
}

/// The states a thing may be in for a subject: what he or she has to do with it, a reason, a mandate.
fn states() -> Vec<(Reach, bool, Option<Mandate>)> {
    let mandate = |from, to| {
        Some(Mandate {
            from: day(from),
            to: day(to),
        })
    };
    let mandates = [None, mandate(-5, 5), mandate(0, 0), mandate(-9, -1), mandate(1, 9)];
    let mut states = Vec::new();
    for reach in [Reach::Door, Reach::Own, Reach::Others] {
        for has_reason in [false, true] {
            states.extend(mandates.map(|mandate| (reach, has_reason, mandate)));
        }
    }
    states
}

/// What the file says, worked out in another way than the function does.
fn by_file(roles: &[AccessRole], permission: Permission, state: (Reach, bool, Option<Mandate>)) -> bool {
    let (reach, has_reason, mandate) = state;
    let row = include_str!("matrix.toml")
        .lines()
        .find(|line| line.split_whitespace().next() == Some(permission.as_str()))
        .expect("each permission has a row");
    let cells: Vec<&str> = row.split('"').nth(1).unwrap().split_whitespace().collect();
    roles.iter().any(|role| {
        let place = AccessRole::ALL.iter().position(|one| one == role).unwrap();
        match cells[place] {
            "all" => true,
            "own" => reach != Reach::Others,
            "reason" => reach == Reach::Door || has_reason,
            "mandate" => mandate.is_some_and(|one| one.from <= day(0) && day(0) <= one.to),
            "-" => false,
            other => panic!("{other}"),
        }
    })
}

#[test]
fn the_file_is_read_and_names_every_role_permission_and_rule() {
    assert!(read(include_str!("matrix.toml")).is_ok());
    for role in AccessRole::ALL {
        assert!(
            Permission::ALL.iter().any(|one| cell(*role, *one) != Cell::Never),
            "{role}"
        );
    }
    let mut named: Vec<RuleName> = rules().iter().map(|rule| rule.rule).collect();
    named.extend(MATRIX.absent.iter().map(|absent| absent.rule));
    named.push(RuleName::S3);
    named.sort_unstable();
    named.dedup();
    assert_eq!(named, RuleName::ALL);
    // A file that lacks a cell, or has a word that is none, is not read at all; and what is not read allows nothing.
    let text = include_str!("matrix.toml");
    assert!(read(&text.replacen("all   all", "all", 1)).is_err());
    assert!(read(&text.replacen("mandate\"", "always\"", 1)).is_err());
    assert!(read("").is_err());
}

#[test]
fn every_role_and_pair_on_every_permission_in_every_state_is_as_the_file_says() {
    let mut asked = 0;
    for roles in roles_and_pairs() {
        for permission in Permission::ALL {
            for state in states() {
                let (reach, has_reason, mandate) = state;
                let question = Question {
                    reach,
                    has_reason,
                    mandate,
                    ..Question::plain(&roles, *permission)
                };
                let decision = question.ask();
                assert_eq!(decision.allow, by_file(&roles, *permission, state), "{question:?}");
                let foreign = Question {
                    is_foreign: true,
                    ..question
                };
                assert_eq!(foreign.ask(), Decision::no(Reason::Foreign), "{foreign:?}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 45 * Permission::ALL.len() * 30);
}

#[test]
fn each_rule_about_duties_keeps_each_role_from_its_thing_by_any_account_and_for_anybody() {
    for rule in rules() {
        let able: Vec<AccessRole> = AccessRole::ALL
            .iter()
            .copied()
            .filter(|role| !matches!(cell(*role, rule.permission), Cell::Never | Cell::Mandate))
            .collect();
        assert!(!able.is_empty(), "{rule:?}");
        for role in able {
            let mut question = Question::plain(&[role], rule.permission);
            question.accounts.push(PersonId::of("my second account"));
            assert!(question.ask().allow);
            let done_by = |who: &str| Fact {
                part: rule.part,
                by: PersonId::of(who),
            };
            question.facts = vec![done_by("somebody else")];
            assert!(question.ask().allow, "{question:?}");
            for account in ["me", "my second account"] {
                question.facts = vec![done_by("somebody else"), done_by(account)];
                assert_eq!(question.ask(), Decision::no(Reason::Duty(rule)), "{question:?}");
            }
            // S11: whoever lent the power has no part in it either.
            question.facts = vec![done_by("the lender")];
            question.lender = Some((vec![PersonId::of("the lender")], vec![role], true, (0, 5)));
            assert_eq!(question.ask(), Decision::no(Reason::Duty(rule)), "{question:?}");
            question.facts.clear();
            assert!(question.ask().allow, "{question:?}");
        }
    }
}

#[test]
fn lent_power_serves_in_its_period_and_while_both_sides_could_do_it() {
    let lender =
        |days, roles: &[AccessRole], is_held| Some((vec![PersonId::of("them")], roles.to_vec(), is_held, days));
    let chair = [AccessRole::Chair];
    let ask = |roles: &[AccessRole], lender| {
        let question = Question {
            lender,
            ..Question::plain(roles, Permission::ApproveVersions)
        };
        question.ask().reason
    };
    let leader = [AccessRole::Leader];
    assert_eq!(ask(&leader, lender((0, 89), &chair, true)), Reason::Listed);
    assert_eq!(ask(&leader, lender((0, 0), &chair, true)), Reason::Listed);
    assert_eq!(ask(&leader, lender((0, 90), &chair, true)), Reason::LentOutside);
    assert_eq!(ask(&leader, lender((1, 9), &chair, true)), Reason::LentOutside);
    assert_eq!(ask(&leader, lender((-9, -1), &chair, true)), Reason::LentOutside);
    assert_eq!(ask(&leader, lender((0, 9), &[], true)), Reason::LenderLost);
    assert_eq!(ask(&leader, lender((0, 9), &chair, false)), Reason::LenderLost);
    // It gives nothing to somebody who could not do it: an official does not sign.
    assert_eq!(
        ask(&[AccessRole::Official], lender((0, 9), &chair, true)),
        Reason::NotListed
    );
}

#[test]
fn strangers_may_nothing_and_the_house_everything_of_its_own_agency() {
    let (ours, theirs) = (ours(), AgencyId::of("theirs"));
    for permission in Permission::ALL {
        for (who, allowed) in [(Who::Stranger, false), (Who::House, true)] {
            let subject = Subject { agency: &ours, who };
            assert_eq!(may(&subject, *permission, &Object::any(&ours), now()).allow, allowed);
            assert!(!may(&subject, *permission, &Object::any(&theirs), now()).allow);
        }
    }
}

#[test]
fn an_inspector_only_reads_and_only_while_the_mandate_lasts() {
    // Taking out what one reads changes nothing either.
    let reads =
        |permission: &Permission| permission.as_str().starts_with("read_") || *permission == Permission::ExportLedger;
    for permission in Permission::ALL {
        let held = cell(AccessRole::Inspector, *permission);
        assert!(matches!(held, Cell::Mandate | Cell::Never), "{permission}");
        assert!(held == Cell::Never || reads(permission), "{permission}");
    }
    for denied in [
        Permission::ReadDrafts,
        Permission::ReadApplicants,
        Permission::OpenApplicants,
        Permission::ReadRecords,
    ] {
        assert_eq!(cell(AccessRole::Inspector, denied), Cell::Never);
    }
}

#[test]
fn the_guards_of_both_databases_hold_apart_what_the_matrix_does() {
    for guards in [
        include_str!("../people/guards/sqlite.sql"),
        include_str!("../people/guards/postgres.sql"),
    ] {
        for one in AccessRole::ALL {
            let list = "('chair', 'committee', 'auditor', 'leader', 'data_officer', 'inspector')";
            assert!(guards.contains(list));
            let is_listed = list.contains(&format!("'{one}'"));
            assert_eq!(is_confirmed(*one), is_listed, "{one}");
            for other in AccessRole::ALL {
                let pair = format!("'{one} {other}'");
                assert_eq!(guards.contains(&pair), apart(&[*one, *other]).is_some(), "{pair}");
            }
        }
        assert!(guards.contains("> 89") && longest_loan() == 90);
    }
}

fn any_role() -> impl Strategy<Value = AccessRole> {
    proptest::sample::select(AccessRole::ALL)
}

fn any_person() -> impl Strategy<Value = PersonId> {
    (0..4_u8).prop_map(|number| PersonId::of(format!("p{number}")))
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let part = proptest::sample::select(Part::ALL);
    (part, any_person()).prop_map(|(part, by)| Fact { part, by })
}

fn any_lender() -> impl Strategy<Value = Option<Lending>> {
    let roles = proptest::collection::vec(any_role(), 0..4);
    proptest::option::of((
        proptest::collection::vec(any_person(), 1..3),
        roles,
        any::<bool>(),
        (-3..3_i64, -3..95_i64),
    ))
}

prop_compose! {
    fn any_question()(
        accounts in proptest::collection::vec(any_person(), 1..3),
        roles in proptest::collection::vec(any_role(), 0..5),
        mandate in proptest::option::of((-5..5_i64, 0..9_i64)),
        permission in proptest::sample::select(Permission::ALL),
        reach in proptest::sample::select(vec![Reach::Door, Reach::Own, Reach::Others]),
        has_reason in any::<bool>(),
        facts in proptest::collection::vec(any_fact(), 0..4),
        lender in any_lender(),
        is_foreign in proptest::bool::weighted(0.2),
    ) -> Question {
        let mandate = mandate.map(|(from, days)| Mandate { from: day(from), to: day(from + days) });
        Question { accounts, roles, mandate, permission, reach, has_reason, facts, lender, is_foreign }
    }
}

proptest! {
    #[test]
    fn a_restriction_more_never_widens(question in any_question(), fact in any_fact(), lender in any_lender()) {
        let before = question.ask().allow;
        let mut bound = question.clone();
        bound.facts.push(fact);
        prop_assert!(before || !bound.ask().allow);
        // Acting for another is narrower than acting for oneself.
        if question.lender.is_none() {
            let lent = Question { lender, ..question.clone() };
            prop_assert!(before || !lent.ask().allow);
        }
        let distant = Question { reach: Reach::Others, has_reason: false, mandate: None, ..question.clone() };
        prop_assert!(before || !distant.ask().allow);
        let many = Question { accounts: [question.accounts.clone(), vec![PersonId::of("p3")]].concat(), ..question };
        prop_assert!(before || !many.ask().allow);
    }

    #[test]
    fn a_role_less_never_adds_a_right(question in any_question(), place in any::<proptest::sample::Index>()) {
        let mut less = question.clone();
        if !less.roles.is_empty() {
            less.roles.remove(place.index(less.roles.len()));
        }
        prop_assert!(question.ask().allow || !less.ask().allow);
        let mut lender_less = question.clone();
        if let Some((_, roles, _, _)) = &mut lender_less.lender {
            roles.pop();
        }
        prop_assert!(question.ask().allow || !lender_less.ask().allow);
    }

    #[test]
    fn what_is_another_agencys_is_always_denied(question in any_question()) {
        let foreign = Question { is_foreign: true, ..question };
        prop_assert_eq!(foreign.ask(), Decision::no(Reason::Foreign));
    }
}

/// Spec 5.3: whoever administers may verify the ledger and takes nothing out; nobody opens personal data for a reason that is
/// not of the own duty.
#[test]
fn the_ledger_leaves_by_the_hands_of_those_who_judge_it_and_reasons_belong_to_duties() {
    use crate::access::reasons;
    for role in AccessRole::ALL {
        let exports = cell(*role, Permission::ExportLedger) != Cell::Never;
        let judges = matches!(role, AccessRole::Chair | AccessRole::Auditor | AccessRole::Inspector);
        assert_eq!(exports, judges, "{role}");
        let asks = cell(*role, Permission::OpenApplicants) == Cell::Reason;
        assert_eq!(!reasons(*role).is_empty(), asks, "{role}");
    }
    let (audit, data) = (reasons(AccessRole::Auditor), reasons(AccessRole::DataOfficer));
    assert!(
        audit.iter().all(|one| !data.contains(one)),
        "each reason is of one duty"
    );
}
