//! What stands in a person's calendar: the reviews of all documents for whoever may see them, and the own last days.

use super::ics::{Event, calendar};
use super::kind::Kind;
use super::store;
use crate::kernel::{Language, Permission, PersonId};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::render::Words;
use crate::reviews;
use crate::web::{Failure, escaped};

/// What a calendar is made with.
pub(super) struct Making<'a> {
    pub(super) words: &'a Words,
    pub(super) language: Language,
    /// The address at which the reader reaches the site, without a slash at the end.
    pub(super) address: &'a str,
}

/// The calendar of the person who asks, as RFC 5545 has it.
pub(super) fn of_person(work: &mut Work<'_>, person: &PersonId, making: &Making<'_>) -> Result<String, Failure> {
    let (words, language) = (making.words, making.language);
    let office = people::agency_name(work)?;
    let agency = work.agency();
    let mut events = Vec::new();
    let sees_reviews = must(work.actor, Permission::ReadDrafts).is_ok();
    if sees_reviews {
        for one in reviews::due(work)?.into_iter().filter(|one| one.waiting.is_none()) {
            let begun = one.head.effective_from.and_then(|day| day.and_hms_opt(0, 0, 0));
            let changed = one.last.as_ref().map(|review| review.at).max(begun);
            let name = [("code", &*one.head.code), ("title", &*one.head.title)];
            events.push(Event {
                uid: format!("review:{}@{agency}", one.head.document_id),
                stamp: changed.unwrap_or(work.actor.at),
                day: one.due_on,
                summary: words.fill(language, "notices.feed.review", &name),
                description: String::new(),
                url: format!("{}/reviews/{}", making.address, escaped(&one.head.code)),
            });
        }
    }
    for one in store::deadlines(work, person)? {
        let Some(day) = one.due_on.filter(|_| !(sees_reviews && one.kind == Kind::Review)) else {
            continue;
        };
        let kind = words.get(language, &format!("notices.kind.{}", one.kind)).to_owned();
        let turn = one.turn.trim_end_matches(":late");
        events.push(Event {
            uid: format!("{turn}@{agency}"),
            stamp: one.told_at,
            day,
            summary: format!("{kind}: {}", one.code),
            description: one.title.clone(),
            url: format!("{}{}", making.address, one.path),
        });
    }
    let name = words.fill(language, "notices.feed.name", &[("office", &*office)]);
    Ok(calendar(&name, &events))
}
