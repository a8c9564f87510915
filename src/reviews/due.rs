//! When documents are due for review: follows from their texts, their days and their reviews.

use super::review::{Review, Verdict};
use super::store;
use crate::documents::{self, VersionHead};
use crate::kernel::{DocumentId, VersionId};
use crate::ledger::Work;
use crate::web::Failure;
use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// Months between two reviews of a document whose text does not say.
pub(super) const USUAL_MONTHS: u32 = 12;

crate::kernel::text_enum! {
    /// When a document is due, as the list puts it.
    When {
        /// Its day has passed.
        Overdue = "overdue",
        /// Until the end of this month.
        ThisMonth = "this_month",
        /// Within the three months after this one.
        NextThree = "next_three",
        /// Later.
        Later = "later",
    }
}

impl When {
    fn of(due: NaiveDate, today: NaiveDate) -> Self {
        let month = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        if due < today {
            return Self::Overdue;
        }
        match month(due) - month(today) {
            0 => Self::ThisMonth,
            1..=3 => Self::NextThree,
            _ => Self::Later,
        }
    }
}

/// A document in force with its next review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The version in force.
    pub head: VersionHead,
    /// Months between two reviews.
    pub months: u32,
    /// Whether the text says so, or the usual period was taken.
    pub is_stated: bool,
    /// The day by which it is to be looked at.
    pub due_on: NaiveDate,
    /// Days until then; negative when it has passed.
    pub days_left: i64,
    /// The same as the list puts it.
    pub when: When,
    /// The last review of any of its versions.
    pub last: Option<Review>,
    /// What the last review of this very version said is still to be done.
    pub waiting: Option<Verdict>,
    /// A version on its way, as far as the actor may see it.
    pub open: Option<VersionHead>,
}

/// How many documents are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// Their day has passed.
    pub overdue: usize,
    /// Due until the end of this month.
    pub this_month: usize,
    /// Looked at, and still to be changed or withdrawn.
    pub waiting: usize,
}

/// The day by which a version is to be looked at: so many months after it came into force, or the day that the last
/// review that kept it set.
pub(super) fn due_on(effective_from: NaiveDate, months: u32, kept_until: Option<NaiveDate>) -> NaiveDate {
    kept_until.unwrap_or_else(|| {
        effective_from
            .checked_add_months(Months::new(months))
            .unwrap_or(NaiveDate::MAX)
    })
}

/// All documents in force with their next review, the first due first.
///
/// # Errors
/// When the database fails.
pub fn due(work: &mut Work<'_>) -> Result<Vec<Due>, Failure> {
    let heads = documents::effective(work)?;
    due_of(work, heads)
}

pub(super) fn due_of(work: &mut Work<'_>, heads: Vec<VersionHead>) -> Result<Vec<Due>, Failure> {
    let today = work.actor.today();
    let ids: Vec<VersionId> = heads.iter().map(|head| head.id.clone()).collect();
    let months: BTreeMap<VersionId, Option<u32>> = documents::contents(work, &ids)?
        .into_iter()
        .map(|one| (one.version, one.content.source.review_months))
        .collect();
    let documents: Vec<DocumentId> = heads.iter().map(|head| head.document_id.clone()).collect();
    let mut reviews: BTreeMap<DocumentId, Vec<Review>> = BTreeMap::new();
    for review in store::reviews(work, &documents)? {
        reviews.entry(review.document.clone()).or_default().push(review);
    }
    let mut open: BTreeMap<DocumentId, VersionHead> = documents::drafts(work)?
        .into_iter()
        .map(|head| (head.document_id.clone(), head))
        .collect();
    let one = |head: VersionHead| {
        let own = reviews.remove(&head.document_id).unwrap_or_default();
        let stated = months.get(&head.id).copied().flatten().filter(|months| *months > 0);
        let open = open.remove(&head.document_id);
        make(head, stated, (own, open), today)
    };
    let mut all: Vec<Due> = heads.into_iter().filter_map(one).collect();
    all.sort_by(|one, other| (one.due_on, &one.head.code).cmp(&(other.due_on, &other.head.code)));
    Ok(all)
}

/// `reviews` are those of the document, the newest first.
fn make(
    head: VersionHead,
    stated: Option<u32>,
    (reviews, open): (Vec<Review>, Option<VersionHead>),
    today: NaiveDate,
) -> Option<Due> {
    let months = stated.unwrap_or(USUAL_MONTHS);
    let last_of_version = reviews.iter().find(|review| review.version == head.id);
    let kept_until = reviews
        .iter()
        .filter(|review| review.version == head.id)
        .find_map(|review| review.next_due);
    let due_on = due_on(head.effective_from?, months, kept_until);
    let waiting = last_of_version
        .map(|review| review.verdict)
        .filter(|verdict| *verdict != Verdict::Keep);
    Some(Due {
        months,
        is_stated: stated.is_some(),
        due_on,
        days_left: due_on.signed_duration_since(today).num_days(),
        when: When::of(due_on, today),
        last: reviews.into_iter().next(),
        waiting,
        open,
        head,
    })
}

/// How many documents are due.
///
/// # Errors
/// When the database fails.
pub fn figures(work: &mut Work<'_>) -> Result<Figures, Failure> {
    let mut figures = Figures::default();
    for one in due(work)? {
        let count = match (one.waiting, one.when) {
            (Some(_), _) => &mut figures.waiting,
            (None, When::Overdue) => &mut figures.overdue,
            (None, When::ThisMonth) => &mut figures.this_month,
            (None, When::NextThree | When::Later) => continue,
        };
        *count = count.saturating_add(1);
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::{When, due_on};
    use chrono::NaiveDate;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_version_is_due_its_months_after_it_came_into_force_or_when_the_last_review_said() {
        assert_eq!(due_on(day(2026, 2, 28), 12, None), day(2027, 2, 28));
        assert_eq!(
            due_on(day(2026, 8, 31), 6, None),
            day(2027, 2, 28),
            "a month without such a day"
        );
        assert_eq!(due_on(day(2026, 2, 28), 12, Some(day(2028, 1, 5))), day(2028, 1, 5));
        assert_eq!(due_on(day(2026, 1, 1), u32::MAX, None), NaiveDate::MAX);
    }

    #[test]
    fn the_list_goes_by_months() {
        let today = day(2026, 11, 23);
        for (due, when) in [
            (day(2026, 11, 22), When::Overdue),
            (day(2026, 11, 23), When::ThisMonth),
            (day(2026, 11, 30), When::ThisMonth),
            (day(2026, 12, 1), When::NextThree),
            (day(2027, 2, 28), When::NextThree),
            (day(2027, 3, 1), When::Later),
        ] {
            assert_eq!(When::of(due, today), when, "{due}");
        }
    }
}
