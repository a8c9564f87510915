//! Random sequences of steps, loans, roles that come and go and accounts that turn out to be one person's, against a simple
//! model: nobody checks what he or she did, by no account and by no power that was lent (S7, S11; trust row A5).

use super::*;
use crate::planted::chance::Chance;
use crate::support::rounds::{figure, rounds};
use chrono::TimeDelta;
use quytrinh::people::{Basis, Capacity, NewLoan, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// The position whose power is lent: whoever holds it decides (B4).
const POSITION: &str = "QD";

/// No more accounts than this join a long play.
const MOST_PEOPLE: usize = 60;

/// A rule that the model can forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Whoever did a step does not do the one that checks it.
    S7,
    /// Who lent the power did not do it either.
    S11,
    /// Two accounts of one person are one person.
    OnePerson,
    /// A role that was taken away gives nothing, nor does power lent by or to somebody who lost it.
    Right,
}

const RULES: [Rule; 4] = [Rule::S7, Rule::S11, Rule::OnePerson, Rule::Right];

#[derive(Debug, Clone, Default)]
struct Account {
    number: Option<usize>,
    has_role: bool,
    /// Assigned in person to the step that is checked (B2) and to the one that checks it (B4).
    works: bool,
    decides: bool,
    holds: bool,
}

#[derive(Debug, Clone)]
struct Loan {
    by: usize,
    to: usize,
    is_live: bool,
    /// One side lost the role: it would be live, were that forgotten.
    was_lost: bool,
}

#[derive(Debug, Clone, Copy)]
enum Try {
    Step(usize),
    Lend(usize, usize),
    End(usize),
    Take(usize),
    Give(usize),
    Identify(usize, usize),
}

#[derive(Debug, Default)]
struct World {
    people: Vec<Account>,
    loans: Vec<Loan>,
    /// Who did the step of the present case that is checked.
    did: BTreeSet<usize>,
    is_checking: bool,
}

impl World {
    fn same(&self, one: usize, other: usize, off: Option<Rule>) -> bool {
        let (a, b) = (&self.people[one], &self.people[other]);
        one == other || off != Some(Rule::OnePerson) && a.number.is_some() && a.number == b.number
    }

    fn did(&self, who: usize, off: Option<Rule>) -> bool {
        self.did.iter().any(|one| self.same(*one, who, off))
    }

    fn serves(loan: &Loan, off: Option<Rule>) -> bool {
        loan.is_live || off == Some(Rule::Right) && loan.was_lost
    }

    fn allows(&self, wish: Try, off: Option<Rule>) -> bool {
        let may = |who: usize| self.people[who].has_role || off == Some(Rule::Right);
        match wish {
            Try::Step(who) if !self.is_checking => may(who) && self.people[who].works,
            Try::Step(who) => {
                let person = &self.people[who];
                let own = person.decides || person.holds;
                let lent = |loan: &Loan| {
                    let is_clean = off == Some(Rule::S11) || !self.did(loan.by, off);
                    loan.to == who && Self::serves(loan, off) && is_clean
                };
                let is_assigned = own || self.loans.iter().any(lent);
                may(who) && is_assigned && (off == Some(Rule::S7) || !self.did(who, off))
            }
            Try::Lend(by, to) => {
                let acts = |who: usize| {
                    let lent = self.loans.iter().any(|loan| loan.to == who && Self::serves(loan, off));
                    self.people[who].holds || lent
                };
                let is_busy = (0..self.people.len()).any(|other| self.same(to, other, off) && acts(other));
                may(by) && may(to) && self.people[by].holds && !self.same(by, to, off) && !is_busy
            }
            Try::End(place) => self.loans[place].is_live,
            Try::Take(who) => self.people[who].has_role,
            Try::Give(who) => !self.people[who].has_role,
            Try::Identify(who, _) => self.people[who].number.is_none(),
        }
    }

    /// Makes what was done so in the model, but for the steps of the case.
    fn apply(&mut self, wish: Try) {
        match wish {
            Try::Step(_) => {}
            Try::Lend(by, to) => self.loans.push(Loan {
                by,
                to,
                is_live: true,
                was_lost: false,
            }),
            Try::End(place) => self.loans[place].is_live = false,
            Try::Take(who) => {
                self.people[who].has_role = false;
                for loan in self.loans.iter_mut().filter(|loan| loan.by == who || loan.to == who) {
                    loan.was_lost |= loan.is_live;
                    loan.is_live = false;
                }
            }
            Try::Give(who) => self.people[who].has_role = true,
            Try::Identify(who, number) => self.people[who].number = Some(number),
        }
    }
}

struct Play {
    office: TestOffice,
    world: World,
    names: Vec<String>,
    loans: Vec<String>,
    case: CaseId,
    cases: usize,
}

impl Play {
    async fn begin() -> Self {
        let office = office().await;
        office.position(POSITION, "Người quyết định");
        let position = office.read(|work| people::position_by_code(work, POSITION)).unwrap().id;
        assign(&office, "lanhdao", Assignee::Position(position));
        let case = received(&office).id;
        let mut play = Self {
            office,
            world: World::default(),
            names: Vec::new(),
            loans: Vec::new(),
            case,
            cases: 1,
        };
        for (works, decides, holds) in [
            (true, false, true),
            (true, false, false),
            (true, true, false),
            (false, true, false),
            (false, false, true),
            (false, false, false),
        ] {
            play.join(works, decides, holds);
        }
        play
    }

    fn join(&mut self, works: bool, decides: bool, holds: bool) {
        let name = format!("nguoi{}", self.names.len());
        self.office.person(&name, &[AccessRole::Official]);
        let own = person(&self.office, &name);
        for (role, is_assigned) in [("thuly", works), ("lanhdao", decides)] {
            if is_assigned {
                assign(&self.office, role, Assignee::Person(own.clone()));
            }
        }
        if holds {
            self.office.holds(&name, POSITION);
        }
        self.names.push(name);
        self.world.people.push(Account {
            number: None,
            has_role: true,
            works,
            decides,
            holds,
        });
    }

    fn id(&self, who: usize) -> PersonId {
        person(&self.office, &self.names[who])
    }

    /// Tries it on the program.
    fn try_it(&mut self, wish: Try, outcome: &str) -> Result<(), Failure> {
        match wish {
            Try::Step(who) => {
                let code = if self.world.is_checking { "B4" } else { "B2" };
                perform(&self.office, &self.names[who], &self.case, code, outcome)
            }
            Try::Lend(by, to) => {
                let (today, fresh) = (self.office.site.clock.today(), self.office.confirmed(&self.names[by]));
                let new = NewLoan {
                    position_id: self
                        .office
                        .read(|work| people::position_by_code(work, POSITION))
                        .unwrap()
                        .id,
                    person_id: self.id(to),
                    capacity: Capacity::Tuq,
                    scope: Scope::Cases,
                    days: (today, today + TimeDelta::days(9)),
                    reason: "Đi công tác".to_owned(),
                    decision_no: "21/QĐ-UBND".to_owned(),
                };
                let lent = self
                    .office
                    .act_as(&self.names[by], move |work| people::lend(work, &fresh, &new));
                lent.map(|loan| self.loans.push(loan))
            }
            Try::End(place) => {
                let (by, entry) = (self.world.loans[place].by, self.loans[place].clone());
                self.office
                    .act_as(&self.names[by], move |work| people::end_loan(work, &entry))
            }
            Try::Take(who) => {
                let own = self.id(who);
                self.office
                    .act(move |work| people::revoke(work, &own, AccessRole::Official))
            }
            Try::Give(who) => {
                let own = self.id(who);
                self.office.act(move |work| {
                    people::grant(work, None, (&own, AccessRole::Official), &Basis::default()).map(drop)
                })
            }
            Try::Identify(who, number) => {
                let own = self.id(who);
                self.office
                    .act(move |work| people::set_employee_no(work, &own, &format!("CB-{number}")))
            }
        }
    }

    fn wish(&self, chance: &mut Chance) -> Try {
        let mut anybody = || chance.below(self.names.len());
        let (one, other) = (anybody(), anybody());
        match chance.below(20) {
            0..=2 => {
                let holders: Vec<usize> = (0..self.names.len())
                    .filter(|one| self.world.people[*one].holds)
                    .collect();
                let by = chance.pick(&holders).copied().filter(|_| chance.percent(90));
                Try::Lend(by.unwrap_or(one), other)
            }
            3 if !self.loans.is_empty() => Try::End(chance.below(self.loans.len())),
            4 => Try::Take(one),
            5..=6 => Try::Give(one),
            7 if chance.percent(50) => Try::Identify(one, chance.below(3)),
            _ => Try::Step(self.second_account(chance).unwrap_or(one)),
        }
    }

    /// At times another account of somebody who did what is to be checked.
    fn second_account(&self, chance: &mut Chance) -> Option<usize> {
        let is_second = |who: &usize| !self.world.did.contains(who) && self.world.did(*who, None);
        let found: Vec<usize> = (0..self.names.len()).filter(is_second).collect();
        chance.pick(&found).copied().filter(|_| chance.percent(30))
    }

    /// Goes on in the case after a step that was done.
    fn go_on(&mut self, who: usize, outcome: &str) {
        if !self.world.is_checking {
            self.world.did.insert(who);
            self.world.is_checking = true;
        } else {
            self.world.is_checking = false;
            if outcome == "Đồng ý" {
                self.world.did.clear();
                self.case = received(&self.office).id;
                self.cases += 1;
            }
        }
    }
}

fn assign(office: &TestOffice, role: &str, assignee: Assignee) {
    let new = NewAssignment {
        role: RoleCode::new(role),
        document: None,
        assignee,
        valid_from: day(9),
        valid_to: None,
        decision_no: "03/QĐ-UBND".to_owned(),
    };
    office
        .act_as("thuky", move |work| assignments::assign(work, &new))
        .unwrap();
}

#[actix_web::test]
async fn a5_no_sequence_of_steps_loans_roles_and_accounts_lets_somebody_check_the_own_work() {
    let steps = rounds("A5", 900);
    let mut chance = Chance::new(20_261_124);
    let mut play = Play::begin().await;
    let (mut done, mut refused) = (0, 0);
    // The control: a model that forgets one rule is found out by the same sequence.
    let mut caught: BTreeMap<Rule, usize> = BTreeMap::new();
    for step in 0..steps {
        if step % 60 == 59 && play.names.len() < MOST_PEOPLE {
            let (works, decides) = (chance.percent(70), chance.percent(30));
            play.join(works, decides, chance.percent(30));
        }
        let wish = play.wish(&mut chance);
        let outcome = match play.world.is_checking {
            false => "Đạt",
            true if chance.percent(50) => "Trả lại",
            true => "Đồng ý",
        };
        let expected = play.world.allows(wish, None);
        let answer = play.try_it(wish, outcome);
        assert_eq!(
            answer.is_ok(),
            expected,
            "step {step}: {wish:?}, {answer:?} in {:#?}",
            play.world
        );
        for rule in RULES {
            if play.world.allows(wish, Some(rule)) != expected {
                *caught.entry(rule).or_default() += 1;
            }
        }
        if expected {
            play.world.apply(wish);
            if let Try::Step(who) = wish {
                play.go_on(who, outcome);
            }
        }
        done += usize::from(expected);
        refused += usize::from(!expected);
    }
    for rule in RULES {
        assert!(
            caught.contains_key(&rule),
            "nothing in {steps} steps depends on {rule:?}: {caught:?}"
        );
    }
    assert!(
        done > steps / 12 && refused > steps / 12,
        "{done} done, {refused} refused"
    );
    let told: Vec<String> = caught.iter().map(|(rule, count)| format!("{rule:?} {count}")).collect();
    figure(
        "A5",
        &format!(
            "{steps} random acts on steps of cases ({done} done, {refused} refused, {} cases), each answered as the model; a \
             rule forgotten would have been seen so often: {}",
            play.cases,
            told.join(", ")
        ),
    );
}
