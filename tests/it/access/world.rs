//! A model of access that is as simple as it can be: who is who, who has which role, who lent what to whom, who wrote and
//! signed. It says what must be allowed, and can forget one rule at a time.

use quytrinh::kernel::AccessRole::{self, Administrator, Auditor, Chair, Committee, DataOfficer, Inspector, Leader};
use std::collections::{BTreeMap, BTreeSet};

/// An account: its place in the list.
pub type Account = usize;

/// A rule that the model can forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Whoever wrote does not sign.
    S1,
    /// Whoever reviewed does not approve.
    S2,
    /// Roles that are not joined.
    S3,
    /// Nobody gives or confirms a role of his or her own.
    S4,
    /// A role of this kind takes two people.
    TwoPeople,
    /// Whoever is of the committee reviews and does not approve, whatever position he or she holds.
    Approval,
    /// Who lent power had no part either, and could do it.
    S11,
    /// Two accounts of one person are one person.
    OnePerson,
}

pub const RULES: [Rule; 8] = [
    Rule::S1,
    Rule::S2,
    Rule::Approval,
    Rule::S3,
    Rule::S4,
    Rule::TwoPeople,
    Rule::S11,
    Rule::OnePerson,
];

/// The two positions: the one that reviews, and the one that approves.
pub const POSITIONS: [&str; 2] = ["PTB", "TB"];

#[derive(Debug, Clone, Default)]
pub struct Person {
    pub number: Option<usize>,
    pub roles: BTreeSet<AccessRole>,
    pub is_active: bool,
    /// The position that the account holds itself.
    pub holds: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct Loan {
    pub position: usize,
    pub by: Account,
    pub to: Account,
    pub is_live: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Draft,
    Review,
    Approval,
    Done,
}

#[derive(Debug, Clone)]
pub struct Paper {
    pub at: At,
    pub writers: BTreeSet<Account>,
    /// Who signed at the other stage of this round.
    pub reviewed_by: Option<Account>,
}

/// What somebody tries.
#[derive(Debug, Clone)]
pub enum Try {
    Grant(Account, Account, AccessRole),
    Confirm(Account, usize),
    Revoke(Account, Account, AccessRole),
    Deactivate(Account, Account),
    Identify(Account, Account, usize),
    Lend(Account, usize, Account),
    EndLoan(Account, usize),
    Create(Account),
    Save(Account),
    Submit(Account),
    Sign(Account),
}

#[derive(Debug, Clone, Default)]
pub struct World {
    pub people: Vec<Person>,
    /// Account, role, proposer.
    pub proposals: Vec<(Account, AccessRole, Account)>,
    pub loans: Vec<Loan>,
    pub paper: Option<Paper>,
}

fn takes_two(role: AccessRole) -> bool {
    matches!(role, Chair | Committee | Auditor | Leader | DataOfficer | Inspector)
}

fn are_apart(one: AccessRole, other: AccessRole) -> bool {
    let pair = |a: AccessRole, b: AccessRole| {
        a == Administrator && matches!(b, Chair | Committee | Auditor | Leader)
            || a == Chair && b == Auditor
            || a == Inspector && b != Inspector
    };
    pair(one, other) || pair(other, one)
}

fn signs(roles: &BTreeSet<AccessRole>) -> bool {
    roles.iter().any(|role| matches!(role, Chair | Committee | Leader))
}

fn approves(roles: &BTreeSet<AccessRole>) -> bool {
    roles.iter().any(|role| matches!(role, Chair | Leader))
}

/// Whether roles let somebody sign for one of the two positions.
fn signs_for(position: usize, roles: &BTreeSet<AccessRole>, off: Option<Rule>) -> bool {
    if position == 1 && off != Some(Rule::Approval) {
        approves(roles)
    } else {
        signs(roles)
    }
}

fn works(roles: &BTreeSet<AccessRole>) -> bool {
    let does = |role: &AccessRole| matches!(role, Chair | Leader | AccessRole::Official | AccessRole::Desk);
    signs(roles) || roles.iter().any(does)
}

impl World {
    fn has(&self, account: Account, role: AccessRole) -> bool {
        self.people[account].roles.contains(&role)
    }

    /// Whether two accounts are one person's.
    fn same(&self, one: Account, other: Account, off: Option<Rule>) -> bool {
        let (a, b) = (&self.people[one], &self.people[other]);
        one == other || off != Some(Rule::OnePerson) && a.number.is_some() && a.number == b.number
    }

    /// Roles of all active accounts of a person.
    fn roles_of_person(&self, account: Account, off: Option<Rule>) -> BTreeSet<AccessRole> {
        let own = (0..self.people.len()).filter(|other| self.same(account, *other, off));
        own.filter(|other| self.people[*other].is_active)
            .flat_map(|other| self.people[other].roles.clone())
            .collect()
    }

    fn joinable(&self, account: Account, role: AccessRole, off: Option<Rule>) -> bool {
        let roles = self.roles_of_person(account, off);
        off == Some(Rule::S3) || !roles.iter().any(|own| are_apart(*own, role))
    }

    /// Whether it must be allowed; `off` is a rule that is forgotten.
    pub fn allows(&self, wish: &Try, off: Option<Rule>) -> bool {
        let is_own = |a: Account, b: Account| off != Some(Rule::S4) && self.same(a, b, off);
        match wish {
            Try::Grant(by, to, role) => {
                self.has(*by, Administrator)
                    && !is_own(*by, *to)
                    && self.people[*to].is_active
                    && !self.has(*to, *role)
                    && self.joinable(*to, *role, off)
                    && (!takes_two(*role)
                        || self.people[*to].number.is_some()
                            && !self.proposals.iter().any(|one| (one.0, one.1) == (*to, *role)))
            }
            Try::Confirm(by, place) => {
                let (to, role, proposer) = self.proposals[*place];
                self.has(*by, Chair)
                    && !is_own(*by, to)
                    && !is_own(*by, proposer)
                    && !is_own(to, proposer)
                    && self.has(proposer, Administrator)
                    && self.people[proposer].is_active
                    && self.people[to].is_active
                    && !self.has(to, role)
                    && self.joinable(to, role, off)
            }
            Try::Revoke(by, to, role) => self.has(*by, Administrator) && !is_own(*by, *to) && self.has(*to, *role),
            Try::Deactivate(by, to) => self.has(*by, Administrator) && !is_own(*by, *to) && self.people[*to].is_active,
            Try::Identify(by, to, number) => self.may_identify(*by, *to, *number, off),
            Try::Lend(by, position, to) => self.may_lend(*by, *position, *to, off),
            Try::EndLoan(by, place) => {
                let loan = &self.loans[*place];
                loan.is_live && (loan.by == *by || loan.to == *by || self.has(*by, Administrator))
            }
            Try::Create(by) => self.has(*by, Committee),
            Try::Save(by) => self.has(*by, Committee) && self.is_draft(),
            Try::Submit(by) => {
                let can_go_on = !(0..POSITIONS.len()).any(|position| self.is_stuck(position, off));
                self.has(*by, Committee) && self.is_draft() && can_go_on
            }
            Try::Sign(by) => self.may_sign(*by, off),
        }
    }

    fn is_draft(&self) -> bool {
        self.paper.as_ref().is_some_and(|paper| paper.at == At::Draft)
    }

    /// Whether somebody acts for a position, but nobody who could sign for it.
    fn is_stuck(&self, position: usize, off: Option<Rule>) -> bool {
        let could = |account: Account| {
            let person = &self.people[account];
            person.is_active && signs_for(position, &person.roles, off)
        };
        let own = (0..self.people.len()).filter(|one| self.people[*one].holds == Some(position));
        let lent = self.loans.iter().filter(|one| one.is_live && one.position == position);
        let mut acting = own
            .map(could)
            .chain(lent.map(|one| could(one.to) && could(one.by)))
            .peekable();
        acting.peek().is_some() && !acting.any(|can| can)
    }

    fn may_identify(&self, by: Account, to: Account, number: usize, off: Option<Rule>) -> bool {
        let person = &self.people[to];
        let others = self
            .people
            .iter()
            .filter(|one| one.is_active && one.number == Some(number));
        let mut roles = person.roles.clone();
        if off != Some(Rule::OnePerson) {
            roles.extend(others.flat_map(|one| one.roles.clone()));
        }
        let are_joinable = !roles.iter().any(|a| roles.iter().any(|b| are_apart(*a, *b)));
        self.has(by, Administrator)
            && person.is_active
            && person.number.is_none()
            && (off == Some(Rule::S3) || are_joinable)
    }

    fn may_lend(&self, by: Account, position: usize, to: Account, off: Option<Rule>) -> bool {
        let acts = |account: Account| {
            let lent = self
                .loans
                .iter()
                .any(|one| one.is_live && one.position == position && one.to == account);
            self.people[account].holds == Some(position) || lent
        };
        let is_busy = (0..self.people.len()).any(|other| self.same(to, other, off) && acts(other));
        works(&self.people[by].roles)
            && self.people[by].holds == Some(position)
            && !self.same(by, to, off)
            && !is_busy
            && self.people[to].is_active
            && works(&self.people[to].roles)
    }

    /// Whether a person has a part in the paper that keeps him or her from signing it now.
    fn is_barred(&self, paper: &Paper, account: Account, off: Option<Rule>) -> bool {
        let wrote = paper.writers.iter().any(|writer| self.same(*writer, account, off));
        let reviewed = paper.at == At::Approval && paper.reviewed_by.is_some_and(|by| self.same(by, account, off));
        off != Some(Rule::S1) && wrote || off != Some(Rule::S2) && reviewed
    }

    fn may_sign(&self, by: Account, off: Option<Rule>) -> bool {
        let Some(paper) = &self.paper else { return false };
        let position = match paper.at {
            At::Draft | At::Done => return false,
            At::Review => 0,
            At::Approval => 1,
        };
        let can_lend = |loan: &&Loan| {
            let lender = &self.people[loan.by];
            let could =
                lender.is_active && signs_for(position, &lender.roles, off) && !self.is_barred(paper, loan.by, off);
            off == Some(Rule::S11) || could
        };
        let mut loans = self.loans.iter();
        let by_loan = loans.any(|loan| loan.is_live && loan.position == position && loan.to == by && can_lend(&loan));
        signs_for(position, &self.people[by].roles, off)
            && !self.is_barred(paper, by, off)
            && (self.people[by].holds == Some(position) || by_loan)
    }

    /// Makes what was done so in the model.
    pub fn apply(&mut self, wish: &Try) {
        match wish {
            Try::Grant(by, to, role) if takes_two(*role) => self.proposals.push((*to, *role, *by)),
            Try::Grant(_, to, role) => {
                self.people[*to].roles.insert(*role);
            }
            Try::Confirm(_, place) => {
                let (to, role, _) = self.proposals.remove(*place);
                self.people[to].roles.insert(role);
            }
            Try::Revoke(_, to, role) => {
                self.people[*to].roles.remove(role);
                self.end_lost(*to);
            }
            Try::Deactivate(_, to) => {
                self.people[*to].is_active = false;
                self.proposals.retain(|one| one.0 != *to);
                self.end_lost(*to);
            }
            Try::Identify(_, to, number) => self.people[*to].number = Some(*number),
            Try::Lend(by, position, to) => self.loans.push(Loan {
                position: *position,
                by: *by,
                to: *to,
                is_live: true,
            }),
            Try::EndLoan(_, place) => self.loans[*place].is_live = false,
            Try::Create(by) => {
                self.paper = Some(Paper {
                    at: At::Draft,
                    writers: [*by].into(),
                    reviewed_by: None,
                });
            }
            Try::Save(_) | Try::Submit(_) | Try::Sign(_) => self.apply_to_paper(wish),
        }
    }

    fn apply_to_paper(&mut self, wish: &Try) {
        let Some(paper) = &mut self.paper else { return };
        if let Try::Save(by) = wish {
            paper.writers.insert(*by);
        } else if let Try::Submit(_) = wish {
            paper.at = At::Review;
        } else if let Try::Sign(by) = wish {
            if paper.at == At::Review {
                paper.reviewed_by = Some(*by);
            }
            paper.at = if paper.at == At::Review { At::Approval } else { At::Done };
        }
    }

    /// Ends the loans that the roles of one side do not carry any more.
    fn end_lost(&mut self, account: Account) {
        let can = self.people[account].is_active && works(&self.people[account].roles);
        for loan in &mut self.loans {
            if !can && (loan.by == account || loan.to == account) {
                loan.is_live = false;
            }
        }
    }

    /// People who hold roles that must stay apart, or signed both times: nobody ever.
    pub fn joined(&self) -> Vec<Account> {
        let mut found: BTreeMap<Account, ()> = BTreeMap::new();
        for account in (0..self.people.len()).filter(|one| self.people[*one].is_active) {
            let roles = self.roles_of_person(account, None);
            if roles.iter().any(|a| roles.iter().any(|b| are_apart(*a, *b))) {
                found.insert(account, ());
            }
        }
        found.into_keys().collect()
    }
}
