//! Applicants on pages: opened through the one door, in a change of their own, so that the page of a case or a list of
//! fifty costs one short transaction.

use crate::cases::actions::concern::among;
use crate::cases::case::CaseHead;
use crate::cases::store;
use crate::kernel::{CaseId, Permission};
use crate::ledger::Work;
use crate::personal::{self, Erased, Field, Look, Opened, Purpose, Reason};
use crate::web::{Desk, Failure, Form, Say};
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of a person: shown by their last signs until somebody asks for them.
const NUMBERS: [Field; 2] = [Field::Phone, Field::IdNumber];

/// What the page of a case shows of who asked.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Applicants {
    full_name: String,
    address: String,
    phone: String,
    id_number: String,
    /// Whether numbers are shown whole.
    is_whole: bool,
    /// Whether anything is shown at all.
    is_shown: bool,
    /// By what request the data were erased.
    erased: Option<Erased>,
    /// The data cannot be opened: their key is gone, or nothing may be written now.
    is_closed: bool,
    /// When two people gave up the key of the data as lost.
    lost_at: Option<NaiveDateTime>,
    /// The reader handles the case: he or she needs no reason.
    pub(super) handles: bool,
    /// The reader may open the data for a reason.
    may_ask: bool,
    reasons: Vec<Reason>,
}

impl Applicants {
    /// Nothing shown yet, to somebody who handles the case or not.
    pub(super) fn closed(handles: bool) -> Self {
        Self {
            handles,
            ..Self::default()
        }
    }

    fn of(opened: &Opened, is_whole: bool) -> Self {
        let text = |field| opened.text(field).to_owned();
        Self {
            full_name: text(Field::FullName),
            address: text(Field::Address),
            phone: text(Field::Phone),
            id_number: text(Field::IdNumber),
            is_shown: !opened.values.is_empty(),
            is_closed: opened.is_keyless,
            lost_at: opened.lost_at,
            erased: opened.erased.clone(),
            is_whole,
            ..Self::default()
        }
    }
}

/// How somebody asks for a case's data on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// By opening the page.
    Page,
    /// By pressing «show», with a reason if need be.
    Show(Option<Reason>),
}

/// Opens cases, and gives nothing where nothing may be written: what leaves no trace is not shown.
pub(super) async fn open(
    desk: &Desk,
    cases: Vec<CaseId>,
    look: Look<'static>,
) -> Result<Option<BTreeMap<CaseId, Opened>>, Failure> {
    if cases.is_empty() {
        return Ok(Some(BTreeMap::new()));
    }
    match desk.change(move |work| personal::look(work, &cases, &look)).await {
        Ok(opened) => Ok(Some(opened)),
        Err(Failure::Unavailable(_) | Failure::Full(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What the page of a case shows of who asked.
pub(super) async fn of_case(desk: &Desk, id: CaseId, (handles, ask): (bool, Ask)) -> Result<Applicants, Failure> {
    let may_ask = !handles && desk.may(Permission::OpenApplicants);
    let (purpose, reason, fields, masked): (_, _, &'static [Field], &'static [Field]) = match ask {
        Ask::Page => (Purpose::Page, None, &[Field::FullName, Field::Address], &NUMBERS),
        Ask::Show(reason) => (Purpose::Shown, reason, Field::ALL, &[]),
    };
    let around = Applicants {
        handles,
        may_ask,
        reasons: if may_ask {
            personal::reasons_of(desk.actor())
        } else {
            Vec::new()
        },
        ..Applicants::default()
    };
    let of_erased = erased(desk, &id).await?;
    if of_erased.is_some() || !handles && (ask == Ask::Page || !may_ask) {
        return Ok(Applicants {
            erased: of_erased,
            ..around
        });
    }
    let look = Look {
        purpose,
        reason,
        request_no: None,
        fields,
        masked,
    };
    let opened = open(desk, vec![id.clone()], look).await?;
    let Some(opened) = opened.and_then(|mut opened| opened.remove(&id)) else {
        return Ok(Applicants {
            is_closed: true,
            ..around
        });
    };
    Ok(Applicants {
        handles,
        may_ask,
        reasons: around.reasons,
        ..Applicants::of(&opened, purpose == Purpose::Shown)
    })
}

async fn erased(desk: &Desk, id: &CaseId) -> Result<Option<Erased>, Failure> {
    let id = id.clone();
    desk.read(move |work| Ok::<_, Failure>(personal::erased(work, &[id.as_str()])?.into_values().next()))
        .await
}

/// The names on a list, by the codes of the cases: of those that the reader handles.
pub(super) async fn names(
    desk: &Desk,
    (own, heads): (BTreeSet<CaseId>, &[CaseHead]),
) -> Result<BTreeMap<String, String>, Failure> {
    let look = Look {
        purpose: Purpose::List,
        reason: None,
        request_no: None,
        fields: &[Field::FullName],
        masked: &[],
    };
    let opened = open(desk, own.into_iter().collect(), look).await?.unwrap_or_default();
    let name = |head: &CaseHead| {
        let name = opened.get(&head.id)?.text(Field::FullName);
        (!name.is_empty()).then(|| (head.code.clone(), name.to_owned()))
    };
    Ok(heads.iter().filter_map(name).collect())
}

/// The cases that a person is named in and that the reader handles; `None` when nobody is looked for.
pub(super) fn found(work: &mut Work<'_>, text: &str) -> Result<Option<Vec<CaseId>>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let found = personal::find(work, text)?;
    let heads = store::heads(work, &found)?;
    Ok(Some(among(work, &heads)?.into_iter().collect()))
}

/// Shows the data of a case: at once to whoever handles it, to others who may for a reason that they choose.
pub(super) async fn show(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let reason = Reason::parse(form.text("reason"));
    let code = code.into_inner();
    let wanted = code.clone();
    let handles = desk
        .read(move |work| {
            let head = store::by_code(work, &wanted)?;
            crate::cases::actions::concern::handles(work, &head)
        })
        .await?;
    if !handles && !desk.may(Permission::OpenApplicants) {
        return Err(Failure::Forbidden(Say::new("cases.not_handled")));
    }
    if !handles && reason.is_none() {
        let refusal = Failure::Invalid(Say::new("personal.reason_needed"));
        let refusal = super::speech::refused(&desk, refusal)?;
        return super::show::again(&desk, code, form, refusal).await;
    }
    super::show::opened(&desk, code, if handles { None } else { reason }).await
}
