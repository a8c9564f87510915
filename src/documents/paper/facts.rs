//! What stands on a printed version besides its text, as it was on the day of submission: frozen with the round, so that
//! the sheet which was signed can be made again, byte for byte, after roles and offices were renamed.

use crate::documents::content::Content;
use crate::documents::role::Role;
use crate::documents::route::Meaning;
use crate::documents::store;
use crate::documents::version::{IssueNo, Stage, VersionHead};
use crate::kernel::{RoleId, VersionId};
use crate::ledger::Work;
use crate::people;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::QueryResult;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The numbers of issue and amendment, as they are frozen with a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub(super) issue: i64,
    pub(super) amendment: i64,
}

impl Numbers {
    fn of(no: IssueNo) -> Self {
        Self {
            issue: no.issue,
            amendment: no.amendment,
        }
    }
}

/// A line of the table of revisions ("theo dõi sửa đổi").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Revision {
    pub(super) number: i64,
    /// None in the facts of a sheet from before issues had amendments.
    #[serde(default)]
    pub(super) issue: Option<Numbers>,
    pub(super) day: Option<NaiveDate>,
    pub(super) summary: String,
    pub(super) basis: String,
}

/// A place for a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) approves: bool,
    pub(super) position: String,
}

/// What stands around the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) agency: String,
    pub(super) number: i64,
    /// None in the facts of a sheet from before issues had amendments: its pages are then set as they were.
    #[serde(default)]
    pub(super) issue: Option<Numbers>,
    pub(super) author: String,
    /// The day it is meant to come into force.
    pub(super) planned_from: Option<NaiveDate>,
    /// The moment that the sheet tells of, UTC.
    pub(super) at: NaiveDateTime,
    /// Names of the roles that the steps name.
    pub(super) roles: BTreeMap<String, String>,
    pub(super) revisions: Vec<Revision>,
    pub(super) places: Vec<Place>,
}

impl Facts {
    /// The facts as they stand now. `places` is empty for a draft that has no route yet.
    pub(super) fn now(
        work: &mut Work<'_>,
        head: &VersionHead,
        content: &Content,
        (planned_from, places): (Option<NaiveDate>, Vec<Place>),
    ) -> QueryResult<Self> {
        let named: Vec<&str> = content
            .source
            .steps
            .iter()
            .flat_map(|step| step.roles.iter().map(String::as_str))
            .collect();
        let roles = store::roles(work)?
            .into_iter()
            .filter(|role| named.contains(&role.code.as_str()))
            .map(|role| (role.code, role.name))
            .collect();
        Ok(Self {
            agency: people::agency_name(work)?,
            number: head.number,
            issue: Some(Numbers::of(head.issue)),
            author: head.author_name.clone(),
            planned_from,
            at: work.actor.at,
            roles,
            revisions: revisions(work, head, content)?,
            places,
        })
    }

    /// The same with the numbers of issue and amendment, for a print that nobody has hashed: what was submitted before
    /// issues had amendments was an issue of its own each time.
    pub(super) fn numbered(mut self, issue: IssueNo) -> Self {
        self.issue.get_or_insert(Numbers::of(issue));
        for one in &mut self.revisions {
            one.issue.get_or_insert(Numbers {
                issue: one.number,
                amendment: 0,
            });
        }
        self
    }

    /// The roles as the pages want them.
    pub(super) fn role_list(&self) -> Vec<Role> {
        let role = |(code, name): (&String, &String)| Role {
            id: RoleId::of(code.as_str()),
            code: code.clone(),
            name: name.clone(),
            name_en: String::new(),
            unit: String::new(),
            external: false,
        };
        self.roles.iter().map(role).collect()
    }
}

impl Place {
    pub(super) fn of(meaning: Meaning, position: String) -> Self {
        Self {
            approves: meaning == Meaning::Approve,
            position,
        }
    }
}

/// The versions up to this one that came into force or are about to, the oldest first, with what each changed.
fn revisions(work: &mut Work<'_>, head: &VersionHead, content: &Content) -> QueryResult<Vec<Revision>> {
    let mut heads = store::heads_of(work, &head.document_id)?;
    heads.retain(|one| {
        let counts = matches!(
            one.stage,
            Stage::Approved | Stage::Effective | Stage::Superseded | Stage::Withdrawn
        );
        one.id == head.id || (one.number < head.number && counts)
    });
    heads.sort_by_key(|one| one.number);
    let ids: Vec<VersionId> = heads.iter().map(|one| one.id.clone()).collect();
    let contents = store::contents(work, &ids)?;
    let revision = |one: VersionHead| {
        let found = contents.iter().find(|other| other.version == one.id);
        let source = match found {
            Some(other) if one.id != head.id => &other.content.source,
            _ => &content.source,
        };
        Revision {
            number: one.number,
            // The head is told how it will be numbered before the database is.
            issue: Some(Numbers::of(if one.id == head.id { head.issue } else { one.issue })),
            day: one.effective_from.or(one.planned_from),
            summary: source.change_summary.clone(),
            basis: source.change_basis.clone(),
        }
    };
    Ok(heads.into_iter().map(revision).collect())
}

#[cfg(test)]
mod tests {
    use super::Facts;

    #[test]
    fn facts_from_before_amendments_are_read_and_numbered_only_for_prints_that_nobody_hashed() {
        let kept = r#"{"agency":"UBND xã","number":3,"author":"A","planned_from":null,"at":"2026-11-01T08:00:00",
            "roles":{},"places":[],
            "revisions":[{"number":1,"day":null,"summary":"","basis":""},{"number":3,"day":null,"summary":"","basis":""}]}"#;
        let facts: Facts = serde_json::from_str(kept).unwrap();
        assert!(facts.issue.is_none() && facts.revisions.iter().all(|one| one.issue.is_none()));
        let numbered = facts.numbered(crate::documents::version::IssueNo { issue: 3, amendment: 0 });
        let told: Vec<_> = numbered
            .revisions
            .iter()
            .filter_map(|one| Some(one.issue?.issue))
            .collect();
        assert_eq!((numbered.issue.map(|no| no.issue), told), (Some(3), vec![1, 3]));
    }
}
