//! Codes: their patterns, keeping one free, giving a document another one.

use super::{forbidden_now, given, person, refused};
use crate::documents::code::{CodePattern, Filling, is_code, with_code};
use crate::documents::content::Content;
use crate::documents::store;
use crate::documents::version::Stage;
use crate::kernel::{DocumentId, Permission};
use crate::ledger::Work;
use crate::people::must;
use crate::procedures::Kind;
use crate::web::{Failure, Say};
use chrono::{Months, NaiveDate};
use diesel::OptionalExtension;
use serde_json::json;

/// The longest time for which a code is kept free, in months.
const LONGEST_KEPT: u32 = 12;
/// The longest purpose, reason and number of a decision, in characters.
const LONGEST_TEXT: usize = 500;

/// Sets how the codes of a kind are made from now on; codes that were given stay.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may neither change settings nor assign roles; [`Failure::Invalid`] when it is no
/// pattern.
pub fn set_code_pattern(work: &mut Work<'_>, kind: Kind, pattern: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManageSettings).or_else(|_| must(work.actor, Permission::AssignRoles))?;
    let pattern = pattern.trim();
    if CodePattern::parse(pattern).is_none() || pattern.chars().count() > 64 {
        return Err(Failure::Invalid(
            Say::new("documents.refused.code_pattern").with("pattern", pattern),
        ));
    }
    store::keep_pattern(work, kind, pattern)?;
    work.record(
        "code_pattern.set",
        ("code_pattern", kind.as_str()),
        json!({ "pattern": pattern }),
    );
    Ok(())
}

/// The pattern of a kind: the office's, else the usual one.
///
/// # Errors
/// When the database fails.
pub fn code_pattern(work: &mut Work<'_>, kind: Kind) -> diesel::QueryResult<String> {
    let set = store::patterns(work)?.remove(kind.as_str());
    Ok(set.unwrap_or_else(|| CodePattern::usual(kind).to_owned()))
}

/// The next free code of a kind, for a field or under a procedure as its pattern needs; `None` when that is missing.
///
/// # Errors
/// When the database fails.
pub fn next_code(work: &mut Work<'_>, kind: Kind, field: &str, procedure: &str) -> Result<Option<String>, Failure> {
    let Some(pattern) = CodePattern::parse(&code_pattern(work, kind)?) else {
        return Ok(None);
    };
    let mut used = store::used_codes(work)?;
    let (needs_field, needs_procedure) = pattern.needs();
    let letters = if needs_field && !field.trim().is_empty() {
        pattern.field_letters(field.trim(), &store::codes_with_fields(work, kind)?)
    } else {
        String::new()
    };
    if needs_procedure && !procedure.trim().is_empty() {
        // Forms inside the procedure have their numbers too, whichever of its versions names them.
        let (document, _) = store::document_by_any_code(work, procedure.trim())?;
        let ids: Vec<_> = store::heads_of(work, &document)?
            .into_iter()
            .map(|head| head.id)
            .collect();
        for one in store::contents(work, &ids)? {
            used.extend(one.content.source.forms.iter().map(|form| form.code.clone()));
        }
    }
    let filling = Filling {
        field: &letters,
        procedure: procedure.trim(),
    };
    Ok(pattern.next(filling, used.iter().map(String::as_str)))
}

/// Refuses a code that is no code, is or was a document's, or is kept free for somebody else.
pub(super) fn must_be_free(work: &mut Work<'_>, code: &str) -> Result<(), Failure> {
    if !is_code(code) {
        return Err(Failure::Invalid(Say::new("documents.refused.code").with("code", code)));
    }
    if let Some((_, present)) = store::document_by_any_code(work, code).optional()? {
        let key = if present == code {
            "code_taken"
        } else {
            "code_was_given"
        };
        let say = Say::new(format!("documents.refused.{key}")).with("code", code);
        return Err(Failure::Conflict(say.with("present", present)));
    }
    let own = work.actor.person.as_ref().map(|person| person.id.clone());
    match store::reserved(work, code)?.filter(|kept| Some(&kept.person_id) != own.as_ref()) {
        Some(kept) => {
            let say = Say::new("documents.refused.code_reserved").with("code", code);
            let until = kept.until.format("%d/%m/%Y");
            Err(Failure::Conflict(
                say.with("name", kept.person_name).with("until", until),
            ))
        }
        None => Ok(()),
    }
}

fn short(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if text.chars().count() > LONGEST_TEXT {
        return Err(refused("text_too_long"));
    }
    Ok(text)
}

/// Keeps a code free for something that is still to be written, until a day.
///
/// # Errors
/// [`Failure::Conflict`] when the code is or was given, or is kept already; [`Failure::Invalid`] without a purpose, or
/// when the day has gone by or lies more than a year ahead.
pub fn reserve_code(work: &mut Work<'_>, code: &str, purpose: &str, until: NaiveDate) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let (person, code) = (person(work)?, code.trim());
    let purpose = given(short(purpose)?)?;
    must_be_free(work, code)?;
    let today = work.actor.today();
    if until < today
        || today
            .checked_add_months(Months::new(LONGEST_KEPT))
            .is_none_or(|last| until > last)
    {
        return Err(refused("reserved_until"));
    }
    if store::reserved(work, code)?.is_some() {
        return Err(Failure::Conflict(
            Say::new("documents.refused.code_reserved_by_you").with("code", code),
        ));
    }
    // One whose day has gone by makes room.
    store::end_reservation(work, code, None)?;
    let id = store::insert_reservation(work, &person, (code, purpose, until))?;
    work.record(
        "code.reserved",
        ("code_reservation", &id),
        json!({ "code": code, "until": until }),
    );
    Ok(())
}

/// Ends the keeping of a code.
///
/// # Errors
/// `NotFound` when nobody keeps it.
pub fn release_code(work: &mut Work<'_>, code: &str) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let kept = store::reserved(work, code.trim())?.ok_or(Failure::NotFound)?;
    store::end_reservation(work, &kept.code, None)?;
    work.record(
        "code.released",
        ("code_reservation", &kept.id),
        json!({ "code": kept.code }),
    );
    Ok(())
}

/// Gives a document another code. The old one leads to the document for good and is never given again. The texts that
/// were signed stay as they are; an open draft and every later one bear the new code.
///
/// # Errors
/// [`Failure::Conflict`] when the new code is not free, or a version is under review or approval with the old code in its
/// text; [`Failure::Invalid`] without a reason or when it is no code.
pub fn renumber(
    work: &mut Work<'_>,
    document: &DocumentId,
    new_code: &str,
    reason: &str,
    decision_no: &str,
) -> Result<(), Failure> {
    must(work.actor, Permission::RenumberDocuments)?;
    let (person, new_code) = (person(work)?, new_code.trim());
    let (reason, decision_no) = (given(short(reason)?)?, short(decision_no)?);
    let heads = store::heads_of(work, document)?;
    let old_code = heads.first().ok_or(Failure::NotFound)?.code.clone();
    if new_code == old_code {
        return Err(refused("same_code"));
    }
    must_be_free(work, new_code)?;
    if heads
        .iter()
        .any(|head| matches!(head.stage, Stage::InReview | Stage::InApproval))
    {
        return Err(forbidden_now("renumber_in_round"));
    }
    store::change_code(work, document, (&old_code, new_code), &person, (reason, decision_no))?;
    store::end_reservation(work, new_code, Some(document))?;
    for head in store::heads_of(work, document)? {
        let content = store::content_of(work, &head.id)?;
        if head.stage == Stage::Draft {
            let text = with_code(&content.text, &old_code, new_code);
            let content = Content::of(&text);
            let is_readable = content.source.code == new_code;
            store::keep_text(work, &head, &person, &content, is_readable)?;
        }
        store::index_again(work, &head.id)?;
    }
    let details = json!({ "old_code": old_code, "new_code": new_code });
    work.record("document.renumbered", ("document", document.as_str()), details);
    Ok(())
}
