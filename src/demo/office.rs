//! The office itself: agency, accounts, positions, calendar, routes, roles and assignments.

use super::people::{POSITIONS, accounts};
use super::{CODE, DemoAccount, PASSWORD};
use crate::assignments::{Assignee, NewAssignment, assign, end};
use crate::calendar::lay_down_year;
use crate::db::Db;
use crate::documents::{Meaning, Needs, NewStage, add_roles, set_route};
use crate::kernel::{Actor, AgencyId, Language, Permission, Person, local};
use crate::ledger::{self, Work};
use crate::people::{
    self, Basis, Capacity, FactorRule, FreshAuth, NewAccount, NewAgency, NewHolder, NewLoan, NewPosition, Rule, Scope,
    UseCode,
};
use crate::procedures::{Kind, parse_roles};
use crate::web::Failure;
use crate::workflow::RoleCode;
use anyhow::Context;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// The demo office as its scripts play in it.
pub(super) struct Stage {
    pub(super) db: Db,
    pub(super) agency: AgencyId,
    pub(super) cast: BTreeMap<&'static str, Person>,
}

/// Which position is responsible for which role. `thanhvien_iso` has nobody: the matrix shows the gap.
const RESPONSIBLE: [(&str, &str); 43] = [
    ("motcua", "MC"),
    ("vanthu", "VT"),
    ("vp", "CVVP"),
    ("tphth", "TPHT"),
    ("ldvp", "CVP"),
    ("cvvhxh", "CVVHXH"),
    ("ldvhxh", "TPVHXH"),
    ("cvkt", "CVKT"),
    ("cvkt", "CVKT2"),
    ("ldkt", "TPKT"),
    ("ketoan", "KTOAN"),
    ("ldubnd", "CT"),
    ("ldubnd", "PCT"),
    ("ctubnd", "CT"),
    ("bchqs", "CHQS"),
    ("bchqs", "TLQS"),
    ("truongban_iso", "CT"),
    ("pho_truongban_iso", "PCT"),
    ("thuky_iso", "TKISO"),
    ("truongdoan_dg", "DGNB"),
    ("danhgia", "DGNB"),
    ("lddonvi", "CVP"),
    ("lddonvi", "TPKT"),
    ("lddonvi", "TPVHXH"),
    ("canbo", "CVVP"),
    ("congdan", "MC"),
    ("thon", "CVKT"),
    ("noitiepnhan", "CVVHXH"),
    ("xacminh", "CVVHXH"),
    ("congan", "MC"),
    ("bhxh", "MC"),
    ("vpdk", "CVKT"),
    ("pgd", "CVVHXH"),
    ("pldtbxh", "CVVHXH"),
    ("cthuyen", "TPVHXH"),
    ("so_ld", "TPVHXH"),
    ("so_cv", "CVVHXH"),
    ("so_gd", "TPVHXH"),
    ("so_vt", "CVVHXH"),
    ("cs_vc", "CVVHXH"),
    ("cs_ld", "TPVHXH"),
    ("hoidong_kt", "TPVHXH"),
    ("hoidong_hg", "CVKT"),
];

/// The part-time justice official was released from the role this many days ago.
pub(super) const RELEASED_DAYS_AGO: u64 = 60;

impl Stage {
    /// Somebody of the cast as an actor at a moment (UTC).
    pub(super) fn actor(&self, username: &str, at: NaiveDateTime) -> anyhow::Result<Actor> {
        let person = self
            .cast
            .get(username)
            .with_context(|| format!("{username} is not in the cast"))?;
        Ok(self.as_person(person, at))
    }

    pub(super) fn as_person(&self, person: &Person, at: NaiveDateTime) -> Actor {
        Actor {
            agency: self.agency.clone(),
            person: Some(person.clone()),
            is_house: false,
            at,
            language: Language::Vi,
            via: crate::kernel::Via::default(),
        }
    }

    /// Lets somebody act at a moment.
    pub(super) fn act<T: Send + 'static>(
        &self,
        username: &str,
        at: NaiveDateTime,
        deed: impl FnOnce(&mut Work<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> anyhow::Result<T> {
        let actor = self.actor(username, at)?;
        Ok(ledger::change(&self.db, actor, deed)?)
    }
}

/// The demo's accounts work with the password that it prints; a real office demands a second factor of some.
fn relax_second_factors(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    let decided = FactorRule {
        rule: Rule::Nobody,
        reason: "Cơ quan mẫu để dùng thử: tài khoản nào cũng vào được bằng mật khẩu in ra khi khởi động".to_owned(),
    };
    let house = Actor::house(stage.agency.clone(), at);
    Ok(ledger::change(&stage.db, house, move |work| {
        people::set_factor_rule(work, None, &decided)
    })?)
}

/// Makes the agency and everything in it but documents and cases.
pub(super) fn found(db: &Db, at: NaiveDateTime, now: NaiveDateTime) -> anyhow::Result<Stage> {
    let new = NewAgency {
        code: CODE.to_owned(),
        name: "UBND xã Bảo Hà (mẫu)".to_owned(),
        name_en: "Bảo Hà Commune People's Committee (sample)".to_owned(),
        case_prefix: "H38.99.01".to_owned(),
    };
    let agency = people::add_agency(db, at, new)?;
    let mut stage = Stage {
        db: db.clone(),
        agency,
        cast: BTreeMap::new(),
    };
    relax_second_factors(&stage, at)?;
    let today = local(now).date();
    add_people(&mut stage, at, today)?;
    ledger::change(db, Actor::house(stage.agency.clone(), at), move |work| {
        for year in [today.year() - 1, today.year(), today.year() + 1] {
            lay_down_year(work, year, false)?;
        }
        Ok::<_, Failure>(())
    })?;
    hold_positions(&stage, at)?;
    set_routes(&stage, at)?;
    assign_all(&stage, at, today)?;
    Ok(stage)
}

fn choose_password(stage: &Stage, at: NaiveDateTime, account: &DemoAccount, code: String) -> anyhow::Result<()> {
    let filled = UseCode {
        code,
        username: account.username.to_owned(),
        full_name: account.full_name.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let stranger = Actor::stranger(stage.agency.clone(), at, Language::Vi);
    Ok(people::use_code(&stage.db, &stranger, filled)?)
}

/// The administrator makes the accounts; what takes two people the chairman confirms, and his own the operator.
fn add_people(stage: &mut Stage, at: NaiveDateTime, today: NaiveDate) -> anyhow::Result<()> {
    let (administrators, others): (Vec<&DemoAccount>, Vec<&DemoAccount>) =
        accounts().iter().partition(|account| account.username == "quantri");
    for account in administrators {
        let code = people::make_set_up_code(&stage.db, &stage.agency, at)?;
        choose_password(stage, at, account, code)?;
        learn(stage, account, at, today)?;
    }
    // One confirmation of the password covers what is done at the same moment; the chairman's comes with his account.
    let administrator = people::confirm(&stage.db, &stage.actor("quantri", at)?, PASSWORD)?;
    let mut chair = None;
    for (place, account) in others.into_iter().enumerate() {
        let new = NewAccount {
            username: account.username.to_owned(),
            full_name: account.full_name.to_owned(),
            employee_no: format!("BH-{:03}", place.saturating_add(1)),
            access: account.access.to_vec(),
            basis: Basis {
                decision_no: "12/QĐ-UBND".to_owned(),
                mandate: account.mandate(today),
            },
        };
        let fresh = administrator.clone();
        let code = stage.act("quantri", at, move |work| {
            let id = people::add_account(work, Some(&fresh), &new)?;
            people::give_code(work, Some(&fresh), &id)
        })?;
        confirm_roles(stage, at, chair.clone())?;
        choose_password(stage, at, account, code)?;
        learn(stage, account, at, today)?;
        if account.username == "chutich" {
            chair = Some(people::confirm(&stage.db, &stage.actor("chutich", at)?, PASSWORD)?);
        }
    }
    Ok(())
}

/// What waits is confirmed by the chairman, once he is there; by the operator before.
fn confirm_roles(stage: &Stage, at: NaiveDateTime, chair: Option<FreshAuth>) -> anyhow::Result<()> {
    let is_own = chair.is_none();
    let confirm = move |work: &mut Work<'_>| {
        let open = people::open_proposals(work)?;
        open.iter()
            .try_for_each(|one| people::confirm_role(work, chair.as_ref(), &one.id))
    };
    let house = Actor::house(stage.agency.clone(), at);
    let waits = ledger::read(&stage.db, &house, |work| {
        Ok::<_, Failure>(!people::open_proposals(work)?.is_empty())
    })?;
    match (waits, is_own) {
        (false, _) => Ok(()),
        (true, true) => Ok(ledger::change(&stage.db, house, confirm)?),
        (true, false) => stage.act("chutich", at, confirm),
    }
}

fn learn(stage: &mut Stage, account: &DemoAccount, at: NaiveDateTime, today: NaiveDate) -> anyhow::Result<()> {
    let house = Actor::house(stage.agency.clone(), at);
    let id = ledger::read(&stage.db, &house, |work| {
        Ok::<_, Failure>(people::person_named(work, account.username)?)
    })?;
    let person = Person {
        id,
        full_name: account.full_name.to_owned(),
        access: account.access.to_vec(),
        mandate: account.mandate(today),
    };
    let signs = [
        Permission::ReviewVersions,
        Permission::ApproveVersions,
        Permission::ReviewDocuments,
        Permission::WithdrawVersions,
    ];
    let does_sign = signs
        .iter()
        .any(|one| people::permissions_of(&person.access).contains(one));
    stage.cast.insert(account.username, person);
    if does_sign {
        // Whoever signs gets the own key on the first day: what is told later happened before, or after.
        people::confirm(&stage.db, &stage.actor(account.username, at)?, PASSWORD)?;
    }
    Ok(())
}

fn hold_positions(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    let from = local(at).date();
    let cast = stage.cast.clone();
    stage.act("quantri", at, move |work| {
        let mut ids = BTreeMap::new();
        for (code, name, name_en, unit) in POSITIONS {
            let [code, name, name_en, unit] = [code, name, name_en, unit].map(str::to_owned);
            let new = NewPosition {
                code: code.clone(),
                name,
                name_en,
                unit,
            };
            ids.insert(code, people::add_position(work, &new)?);
        }
        for account in accounts() {
            let Some(person) = cast.get(account.username) else {
                continue;
            };
            for code in account.positions {
                let Some(position) = ids.get(*code) else { continue };
                let new = NewHolder {
                    position_id: position.clone(),
                    person_id: person.id.clone(),
                    valid_from: from,
                    valid_to: None,
                    decision_no: "15/QĐ-UBND".to_owned(),
                };
                people::add_holder(work, &new)?;
            }
        }
        Ok(())
    })?;
    lend_power(stage, at)
}

/// While the chairman was at a course, his deputy signed for him.
fn lend_power(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    let from = local(at).date();
    let deputy = stage
        .actor("phochutich", at)?
        .person
        .context("the deputy is in the cast")?;
    let fresh = super::library::fresh(stage, "chutich", at)?;
    stage.act("chutich", at, move |work| {
        let new = NewLoan {
            position_id: people::position_by_code(work, "CT")?.id,
            person_id: deputy.id,
            capacity: Capacity::Kt,
            scope: Scope::All,
            days: (from + Days::new(30), from + Days::new(43)),
            reason: "Chủ tịch đi học tập trung".to_owned(),
            decision_no: "21/QĐ-UBND".to_owned(),
        };
        people::lend(work, &fresh, &new).map(drop)
    })
}

fn set_routes(stage: &Stage, at: NaiveDateTime) -> anyhow::Result<()> {
    stage.act("quantri", at, |work| {
        let reviewers = ["CVP", "PCT"].map(|code| people::position_by_code(work, code));
        let [office, deputy] = reviewers;
        let reviewers = vec![office?.id, deputy?.id];
        let chairman = people::position_by_code(work, "CT")?.id;
        for kind in Kind::ALL {
            let stages = [
                NewStage {
                    meaning: Meaning::Review,
                    needs: Needs::Any,
                    positions: reviewers.clone(),
                    days: Some(3),
                },
                NewStage {
                    meaning: Meaning::Approve,
                    needs: Needs::All,
                    positions: vec![chairman.clone()],
                    days: Some(3),
                },
            ];
            set_route(work, *kind, &stages)?;
        }
        Ok(())
    })
}

fn assign_all(stage: &Stage, at: NaiveDateTime, today: NaiveDate) -> anyhow::Result<()> {
    let from = local(at).date();
    let text = super::library::roles_text()?;
    let (roles, faults) = parse_roles(&text);
    anyhow::ensure!(faults.is_empty(), "the catalogue of roles has faults: {faults:?}");
    stage.act("thuky", at, move |work| {
        add_roles(work, &roles)?;
        let new = |work: &mut Work<'_>, role: &str, position: &str| -> Result<String, Failure> {
            let position = people::position_by_code(work, position)?.id;
            let new = NewAssignment {
                role: RoleCode::new(role),
                document: None,
                assignee: Assignee::Position(position),
                valid_from: from,
                valid_to: None,
                decision_no: "21/QĐ-UBND".to_owned(),
            };
            assign(work, &new)
        };
        for (role, position) in RESPONSIBLE {
            new(work, role, position)?;
        }
        new(work, "hoidong_td", "TPVHXH")?;
        let part_time = new(work, "tphth", "TPHT2")?;
        end(work, &part_time, today - Days::new(RELEASED_DAYS_AGO), "88/QĐ-UBND")
    })
}
