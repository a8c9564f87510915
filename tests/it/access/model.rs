//! Random sequences of grants, confirmations, revocations, second accounts, loans and signatures, against the program with
//! its real database and against a simple model: each answer is the model's (trust row A5; ASVS line 32).

use super::by_decision;
use super::world::{At, POSITIONS, Person, RULES, Rule, Try, World};
use crate::planted::chance::Chance;
use crate::support::TestOffice;
use crate::support::rounds::{figure, rounds};
use chrono::TimeDelta;
use quytrinh::documents::{self, Meaning, Needs, NewStage};
use quytrinh::kernel::AccessRole::{self, Administrator, Chair, Committee, Leader, Official};
use quytrinh::kernel::{PersonId, VersionId};
use quytrinh::people::{self, Capacity, FreshAuth, NewLoan, Scope};
use quytrinh::procedures::Kind;
use quytrinh::web::Failure;
use std::collections::{BTreeMap, BTreeSet};

/// The program, and what it must be told besides the wish.
struct Play {
    office: TestOffice,
    world: World,
    names: Vec<String>,
    ids: Vec<PersonId>,
    fresh: BTreeMap<usize, FreshAuth>,
    version: Option<VersionId>,
    papers: usize,
    loans: Vec<String>,
}

impl Play {
    /// Two administrators, three chairs, the holders of both positions, and others, of whom some are one person.
    async fn begin() -> Self {
        let office = TestOffice::start().await;
        for code in POSITIONS {
            office.position(code, code);
        }
        let mut play = Self {
            office,
            world: World::default(),
            names: Vec::new(),
            ids: Vec::new(),
            fresh: BTreeMap::new(),
            version: None,
            papers: 0,
            loans: Vec::new(),
        };
        for roles in [
            &[Administrator][..],
            &[Administrator],
            &[Chair, Official],
            &[Leader],
            &[Committee],
            &[Committee],
            &[Chair],
            &[],
            &[],
            &[],
        ] {
            play.join(roles);
        }
        for (account, position) in [(2, 1), (3, 0), (4, 0), (5, 1), (6, 1), (7, 0)] {
            play.office.holds(&play.names[account].clone(), POSITIONS[position]);
            play.world.people[account].holds = Some(position);
        }
        play.set_route();
        play
    }

    /// A new account, made by the operator.
    fn join(&mut self, roles: &[AccessRole]) {
        let name = format!("nguoi{}", self.names.len());
        self.ids.push(self.office.person(&name, roles));
        self.names.push(name);
        self.world.people.push(Person {
            roles: roles.iter().copied().collect(),
            is_active: true,
            ..Person::default()
        });
    }

    fn set_route(&self) {
        let stage = |meaning, code: &str| NewStage {
            meaning,
            needs: Needs::Any,
            positions: vec![
                self.office
                    .read(|work| people::position_by_code(work, code))
                    .unwrap()
                    .id,
            ],
            days: None,
        };
        let stages = vec![stage(Meaning::Review, "PTB"), stage(Meaning::Approve, "TB")];
        self.office
            .act(move |work| documents::set_route(work, Kind::QualityPolicy, &stages))
            .unwrap();
    }

    /// The password given just now, once for each account: the clock of this play moves on rarely.
    fn fresh(&mut self, account: usize) -> FreshAuth {
        let (office, name) = (&self.office, &self.names[account]);
        self.fresh
            .entry(account)
            .or_insert_with(|| office.confirmed(name))
            .clone()
    }

    /// Tries it on the program; whether it was done.
    fn try_it(&mut self, wish: &Try) -> bool {
        let done = match wish.clone() {
            Try::Grant(by, to, role) => {
                let (person, basis, fresh) = (self.ids[to].clone(), by_decision(&self.office, role), self.fresh(by));
                self.act(by, move |work| {
                    people::grant(work, Some(&fresh), (&person, role), &basis).map(drop)
                })
            }
            Try::Confirm(by, place) => {
                let (to, role, _) = self.world.proposals[place];
                let (person, fresh) = (self.ids[to].clone(), self.fresh(by));
                let open = self.office.read(people::open_proposals).unwrap();
                let found = open
                    .into_iter()
                    .find(|one| (&one.person_id, one.role) == (&person, role))
                    .expect("the model knows what waits");
                self.act(by, move |work| people::confirm_role(work, Some(&fresh), &found.id))
            }
            Try::Revoke(by, to, role) => {
                let person = self.ids[to].clone();
                self.act(by, move |work| people::revoke(work, &person, role))
            }
            Try::Deactivate(by, to) => {
                let person = self.ids[to].clone();
                self.act(by, move |work| people::deactivate(work, &person))
            }
            Try::Identify(by, to, number) => {
                let person = self.ids[to].clone();
                self.act(by, move |work| {
                    people::set_employee_no(work, &person, &format!("CB-{number}"))
                })
            }
            Try::Lend(by, position, to) => self.try_to_lend(by, position, to),
            Try::EndLoan(by, place) => {
                let entry = self.loans[place].clone();
                self.act(by, move |work| people::end_loan(work, &entry))
            }
            Try::Create(_) | Try::Save(_) | Try::Submit(_) | Try::Sign(_) => self.try_on_paper(wish),
        };
        done.is_ok()
    }

    fn act<T: Send + 'static>(
        &self,
        by: usize,
        deed: impl FnOnce(&mut quytrinh::ledger::Work<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.office.act_as(&self.names[by], deed)
    }

    fn try_to_lend(&mut self, by: usize, position: usize, to: usize) -> Result<(), Failure> {
        let (today, fresh) = (self.office.site.clock.today(), self.fresh(by));
        let new = NewLoan {
            position_id: self
                .office
                .read(|work| people::position_by_code(work, POSITIONS[position]))
                .unwrap()
                .id,
            person_id: self.ids[to].clone(),
            capacity: Capacity::Kt,
            scope: Scope::All,
            days: (today, today + TimeDelta::days(30)),
            reason: "Đi học".to_owned(),
            decision_no: "21/QĐ-UBND".to_owned(),
        };
        let lent = self.act(by, move |work| people::lend(work, &fresh, &new));
        lent.map(|loan| self.loans.push(loan))
    }

    fn try_on_paper(&mut self, wish: &Try) -> Result<(), Failure> {
        let text = |code: usize, more: &str| {
            format!(
                "+++\ncode = \"CS.{code:04}\"\nkind = \"quality_policy\"\ntitle = \"Chính sách\"\n+++\n# Chính sách\n\n{more}\n"
            )
        };
        let head = |play: &Self| {
            let version = play.version.clone()?;
            Some(play.office.read(|work| documents::head(work, &version)).unwrap())
        };
        if let Try::Create(by) = wish {
            let whole = text(self.papers + 1, "Một");
            let made = self.act(*by, move |work| documents::create(work, &whole))?;
            self.papers += 1;
            self.version = Some(made);
            return Ok(());
        }
        let head = head(self).ok_or(Failure::NotFound)?;
        if let Try::Save(by) = wish {
            let whole = text(self.papers, &format!("Bản {}", head.row_version));
            return self.act(*by, move |work| {
                documents::save(work, &head.id, head.row_version, &whole).map(drop)
            });
        }
        if let Try::Submit(by) = wish {
            let day = self.office.site.clock.today();
            return self.act(*by, move |work| {
                documents::submit(work, &head.id, head.row_version, day)
            });
        }
        let Try::Sign(by) = wish else {
            return Err(Failure::NotFound);
        };
        let fresh = self.fresh(*by);
        self.act(*by, move |work| {
            documents::sign(work, &fresh, &head.id, &head.content_sha256).map(drop)
        })
    }

    /// Somebody active, most times one who has the role.
    fn somebody(&self, chance: &mut Chance, wanted: Option<AccessRole>) -> usize {
        let active: Vec<usize> = (0..self.ids.len())
            .filter(|one| self.world.people[*one].is_active)
            .collect();
        let able = |one: &usize| wanted.is_some_and(|role| self.world.people[*one].roles.contains(&role));
        let fit: Vec<usize> = active.iter().copied().filter(able).collect();
        let of = if fit.is_empty() || chance.percent(15) {
            &active
        } else {
            &fit
        };
        *chance.pick(of).expect("somebody is active")
    }

    fn wish(&self, chance: &mut Chance) -> Option<Try> {
        let anybody = |chance: &mut Chance| self.somebody(chance, None);
        let role = |chance: &mut Chance| *chance.pick(AccessRole::ALL).expect("a role");
        Some(match chance.below(20) {
            0..=2 => Try::Grant(
                self.somebody(chance, Some(Administrator)),
                anybody(chance),
                role(chance),
            ),
            3..=4 if !self.world.proposals.is_empty() => Try::Confirm(
                self.somebody(chance, Some(Chair)),
                chance.below(self.world.proposals.len()),
            ),
            5 => Try::Revoke(
                self.somebody(chance, Some(Administrator)),
                anybody(chance),
                role(chance),
            ),
            6 if chance.percent(20) => Try::Deactivate(self.somebody(chance, Some(Administrator)), anybody(chance)),
            7 => Try::Identify(
                self.somebody(chance, Some(Administrator)),
                anybody(chance),
                chance.below(6),
            ),
            8..=9 => {
                let holders: Vec<usize> = (0..self.ids.len())
                    .filter(|one| self.world.people[*one].is_active && self.world.people[*one].holds.is_some())
                    .collect();
                let by = chance.pick(&holders).copied()?;
                let position = if chance.percent(85) {
                    self.world.people[by].holds?
                } else {
                    chance.below(2)
                };
                Try::Lend(by, position, self.borrower(chance))
            }
            10 if !self.loans.is_empty() => Try::EndLoan(anybody(chance), chance.below(self.loans.len())),
            11..=12 => self.wish_on_text(chance),
            _ => Try::Sign(self.signer(chance)),
        })
    }

    /// Somebody who is lent to: half the time one who holds a position too, and may have reviewed.
    fn borrower(&self, chance: &mut Chance) -> usize {
        let holds = |one: &usize| self.world.people[*one].is_active && self.world.people[*one].holds.is_some();
        let holders: Vec<usize> = (0..self.ids.len()).filter(holds).collect();
        let holder = chance.percent(50).then(|| chance.pick(&holders).copied()).flatten();
        holder.unwrap_or_else(|| self.somebody(chance, None))
    }

    /// Somebody who tries to sign: at times whoever reviewed the paper.
    fn signer(&self, chance: &mut Chance) -> usize {
        let reviewer = self.world.paper.as_ref().and_then(|paper| paper.reviewed_by);
        let reviewer = reviewer.filter(|one| self.world.people[*one].is_active && chance.percent(30));
        reviewer.unwrap_or_else(|| self.somebody(chance, None))
    }

    /// What brings the paper on, or begins another one.
    fn wish_on_text(&self, chance: &mut Chance) -> Try {
        let by = self.somebody(chance, Some(Committee));
        match self.world.paper.as_ref().map(|paper| paper.at) {
            None | Some(At::Done) => Try::Create(by),
            Some(At::Draft) if chance.percent(40) => Try::Save(by),
            Some(At::Draft) => Try::Submit(by),
            // Nobody who may sign it is left: it stays, and another one begins.
            Some(At::Review | At::Approval) if chance.percent(25) => Try::Create(by),
            Some(At::Review | At::Approval) => Try::Save(by),
        }
    }

    /// The operator lets new people in when hardly any is left who could do something.
    fn refill(&mut self) {
        for needed in [Administrator, Chair, Committee, Leader] {
            let has = |person: &Person| person.is_active && person.roles.contains(&needed);
            if self.world.people.iter().filter(|person| has(person)).count() < 2 {
                let account = self.names.len();
                self.join(&[needed]);
                if needed != Administrator {
                    let position = account % 2;
                    self.office.holds(&self.names[account].clone(), POSITIONS[position]);
                    self.world.people[account].holds = Some(position);
                }
            }
        }
    }

    /// What the program knows, against the model.
    fn compare_roles(&self) {
        let known = self.office.read(people::persons).unwrap();
        for (account, model) in self.world.people.iter().enumerate() {
            let real = known.iter().find(|one| one.id == self.ids[account]).unwrap();
            let roles: BTreeSet<AccessRole> = real.access.iter().copied().collect();
            assert_eq!(
                (&roles, real.active),
                (&model.roles, model.is_active),
                "{}",
                self.names[account]
            );
        }
    }
}

#[actix_web::test]
async fn a5_no_sequence_of_roles_accounts_loans_and_signatures_gets_around_a_rule() {
    let steps = rounds("A5", 1500);
    let mut chance = Chance::new(20_261_123);
    let mut play = Play::begin().await;
    let (mut done, mut refused) = (0, 0);
    // The control: a model that forgets one rule is found out by the same sequence.
    let mut caught: BTreeMap<Rule, usize> = BTreeMap::new();
    for step in 0..steps {
        if step % 10 == 0 {
            play.refill();
        }
        let Some(wish) = play.wish(&mut chance) else { continue };
        let expected = play.world.allows(&wish, None);
        let forgetful: Vec<Rule> = RULES
            .into_iter()
            .filter(|rule| *rule != Rule::TwoPeople && play.world.allows(&wish, Some(*rule)) != expected)
            .collect();
        assert_eq!(
            play.try_it(&wish),
            expected,
            "step {step}: {wish:?} in {:#?}",
            play.world
        );
        for rule in forgetful {
            *caught.entry(rule).or_default() += 1;
        }
        if expected {
            play.world.apply(&wish);
        }
        done += usize::from(expected);
        refused += usize::from(!expected);
        if let Try::Grant(_, to, role) = wish
            && expected
            && !play.world.people[to].roles.contains(&role)
        {
            // It was proposed only: a model in which one person is enough would have given it.
            assert!(!super::roles_of(&play.office, &play.names[to]).contains(&role));
            *caught.entry(Rule::TwoPeople).or_default() += 1;
        }
        assert_eq!(play.world.joined(), Vec::<usize>::new(), "step {step}: {wish:?}");
        if step % 50 == 0 {
            play.compare_roles();
        }
    }
    play.compare_roles();
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
            "{steps} random acts ({done} done, {refused} refused, {} papers), each answered as the model; a rule forgotten \
             would have been seen so often: {}",
            play.papers,
            told.join(", ")
        ),
    );
}
