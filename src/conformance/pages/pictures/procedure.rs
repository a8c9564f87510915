//! What all pictures of one procedure rest on: its cases of a period, one version at a time, because each version has
//! a table of its own.

use crate::calendar::{self, WorkingCalendar};
use crate::conformance::pages::asked::Asked;
use crate::conformance::sentence::Names;
use crate::conformance::store::{Judged, judge_all};
use crate::documents::{self, Content, IssueNo, VersionHead};
use crate::kernel::{Language, VersionId};
use crate::ledger::Work;
use crate::web::Failure;
use crate::web::escaped;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A version to choose.
#[derive(Clone, Serialize)]
pub(super) struct VersionChoice {
    pub(super) number: i64,
    /// What people name the version by.
    pub(super) issue: IssueNo,
    /// Cases of the period that were received under it.
    pub(super) cases: usize,
    pub(super) is_chosen: bool,
}

/// Where the pictures of a procedure stand, for the same period.
#[derive(Clone, Serialize)]
pub(super) struct Tabs {
    flow: String,
    pub(super) variants: String,
    timeline: String,
    list: String,
}

impl Tabs {
    /// The pages about the procedure that is asked for, of a version or of the one that is chosen by itself.
    pub(super) fn of(asked: &Asked, number: Option<i64>) -> Self {
        let (code, period) = (
            escaped(&asked.procedure),
            format!("from={}&to={}", asked.from, asked.to),
        );
        let number = number.map(|number| format!("&version={number}")).unwrap_or_default();
        Self {
            flow: format!("/conformance/procedures/{code}?{period}{number}"),
            variants: format!("/conformance/procedures/{code}/variants?{period}{number}"),
            timeline: format!("/conformance/timeline?{period}&procedure={code}"),
            list: asked.list(&[]),
        }
    }
}

/// The head of each page about a procedure.
#[derive(Clone, Serialize)]
pub(super) struct Head {
    code: String,
    title: String,
    number: i64,
    issue: IssueNo,
    versions: Vec<VersionChoice>,
    /// All versions with cases in the period, when there are several.
    others: Option<String>,
    /// The address of the chosen version's text.
    version_path: String,
    path: String,
    figures_path: String,
    pub(super) tabs: Tabs,
}

/// A procedure, one of its versions, and the cases of a period that were received under it.
pub(super) struct Procedure {
    pub(super) head: Head,
    pub(super) content: Arc<Content>,
    pub(super) judged: Vec<Judged>,
    pub(super) calendar: WorkingCalendar,
    pub(super) names: Names,
}

/// Loads a procedure by its code. Without a number, or with one that was never in force, the newest version that has
/// cases is chosen, else the newest that was in force.
///
/// # Errors
/// `NotFound` for a code that the agency does not have, or a procedure that was never in force; when the actor may not
/// read conformance.
pub(super) fn load(work: &mut Work<'_>, asked: &Asked, number: Option<i64>) -> Result<Procedure, Failure> {
    let filter = asked.filter(work)?;
    let mut judged = judge_all(work, &filter)?;
    let document = filter.document.ok_or(Failure::NotFound)?;
    let heads: Vec<VersionHead> = documents::heads_of(work, &document)?
        .into_iter()
        .filter(|head| head.effective_from.is_some())
        .collect();
    let mut cases: BTreeMap<&VersionId, usize> = BTreeMap::new();
    for one in &judged {
        *cases.entry(&one.trace.version).or_default() += 1;
    }
    let count = |head: &VersionHead| cases.get(&head.id).copied().unwrap_or(0);
    let chosen = heads
        .iter()
        .find(|head| Some(head.number) == number)
        .or_else(|| heads.iter().find(|head| count(head) > 0))
        .or(heads.first())
        .ok_or(Failure::NotFound)?;
    let choice = |head: &VersionHead| VersionChoice {
        number: head.number,
        issue: head.issue,
        cases: count(head),
        is_chosen: head.id == chosen.id,
    };
    let head = head(asked, chosen, heads.iter().map(choice).collect(), work.actor.language);
    let content = documents::content_of(work, &chosen.id)?;
    judged.retain(|one| one.trace.version == chosen.id);
    Ok(Procedure {
        head,
        content,
        judged,
        calendar: calendar::working_calendar(work)?,
        names: Names {
            roles: Names::roles(work.actor.language, documents::roles(work)?),
            ..Names::default()
        },
    })
}

fn head(asked: &Asked, chosen: &VersionHead, versions: Vec<VersionChoice>, language: Language) -> Head {
    let english = language == Language::En && !chosen.title_en.is_empty();
    let (code, number) = (escaped(&chosen.code), chosen.number);
    let with_cases: Vec<String> = versions
        .iter()
        .filter(|one| one.cases > 0)
        .map(|one| one.issue.to_string())
        .collect();
    Head {
        code: chosen.code.clone(),
        title: if english { &chosen.title_en } else { &chosen.title }.clone(),
        number,
        issue: chosen.issue,
        versions,
        others: (with_cases.len() > 1).then(|| with_cases.join(", ")),
        version_path: format!("/documents/{code}?version={number}"),
        path: format!("/conformance/procedures/{code}"),
        figures_path: asked.figures(),
        tabs: Tabs::of(asked, Some(number)),
    }
}
