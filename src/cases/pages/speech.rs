//! Sentences of the reader's language, made where a page is prepared.

use crate::kernel::{Language, local};
use crate::procedures::parse_limit;
use crate::render::{Pages, Words};
use crate::web::{Desk, Failure, Say};
use crate::workflow::TimeUnit;
use actix_web::http::StatusCode;
use chrono::NaiveDateTime;

/// The words of one reader.
#[derive(Clone)]
pub(super) struct Speech {
    pages: Pages,
    language: Language,
}

impl Speech {
    /// The words of whoever calls.
    pub(super) fn of(desk: &Desk) -> Self {
        Self {
            pages: desk.site().pages.clone(),
            language: desk.language(),
        }
    }

    /// The words of all languages.
    pub(super) fn words(&self) -> &Words {
        self.pages.words()
    }

    /// The reader's language.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// A word.
    pub(super) fn word(&self, key: &str) -> String {
        self.pages.words().get(self.language, key).to_owned()
    }

    /// A word with its holes filled.
    pub(super) fn fill(&self, key: &str, args: &[(&str, String)]) -> String {
        self.pages.words().fill(self.language, key, args)
    }

    /// A sentence.
    pub(super) fn say(&self, say: &Say) -> String {
        self.pages.words().fill(self.language, &say.key, &say.args)
    }

    /// A limit as people say it: `0.5 working_day` is "0,5 ngày làm việc".
    pub(super) fn limit(&self, text: &str) -> String {
        let Some(limit) = parse_limit(text) else {
            return text.to_owned();
        };
        let (whole, part) = (limit.hundredths / 100, limit.hundredths % 100);
        let mark = if self.language == Language::Vi { ',' } else { '.' };
        let number = match (part, part % 10) {
            (0, _) => whole.to_string(),
            (_, 0) => format!("{whole}{mark}{}", part / 10),
            _ => format!("{whole}{mark}{part:02}"),
        };
        let key = match limit.unit {
            TimeUnit::WorkingDay => "time.working_day",
            TimeUnit::CalendarDay => "time.calendar_day",
            TimeUnit::WorkingHour => "time.working_hour",
            TimeUnit::ClockHour => "time.clock_hour",
        };
        self.fill(key, &[("n", number)])
    }
}

/// A moment in UTC as the office clock shows it, for inside a sentence.
pub(super) fn moment(utc: NaiveDateTime) -> String {
    local(utc).format("%H:%M %d/%m/%Y").to_string()
}

/// The sentence of a refusal that a page shows on top, with its status; any other failure goes its own way.
pub(super) fn refused(desk: &Desk, failure: Failure) -> Result<(StatusCode, String), Failure> {
    match failure {
        Failure::Conflict(say) => Ok((StatusCode::CONFLICT, Speech::of(desk).say(&say))),
        Failure::Invalid(say) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Speech::of(desk).say(&say))),
        other @ (Failure::SignInFirst
        | Failure::Forbidden(_)
        | Failure::NotFound
        | Failure::TooLarge
        | Failure::TooMany(_)
        | Failure::Unavailable(_)
        | Failure::Full(_)
        | Failure::Internal(_)) => Err(other),
    }
}
