//! What a form sends: checked for its token, read field by field, and kept when it is refused.

use super::bodies::Held;
use super::{Caller, Failure, Say, Site};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{NaiveDate, NaiveDateTime};
use futures_util::StreamExt;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

/// The field that carries the token of the session.
pub(super) const TOKEN: &str = "csrf";
/// The largest form, in bytes: a long procedure with its steps.
const LARGEST: usize = 2 << 20;
/// The most fields of a form: 300 steps with a dozen fields each.
const MOST_FIELDS: usize = 6000;
/// Names under which a form sends as many values as were ticked, and what such names begin with. Any other name comes
/// once: of two values, one part of the program could check the first and another do the second (ASVS 15.3.7).
const MANY: [&str; 8] = [
    "access",
    "case",
    "output",
    "paper",
    "proposal",
    "shown",
    "unverified",
    "version",
];
const MANY_OF: [&str; 3] = ["in.", "positions.", "steps."];
/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// The fields of a form, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
}

/// What is wrong with a form: word keys by field, all at once. The empty field name stands for the whole form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(BTreeMap<String, String>);

impl Faults {
    /// Notes the word key of a fault in a field; the first one of a field stays.
    pub fn add(&mut self, field: &str, key: &str) {
        self.0.entry(field.to_owned()).or_insert_with(|| key.to_owned());
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The word key of the fault in a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

impl Form {
    /// A form of these fields, as text comes from outside: normalised to NFC, control characters taken out.
    pub fn new(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            fields: fields.into_iter().map(|(name, value)| (name, clean(&value))).collect(),
        }
    }

    /// The field without spaces around it; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The field as it was typed; empty when it was not sent.
    pub fn raw(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The field, or `None` when it is empty.
    pub fn optional(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// All values that were sent under one name (checkboxes).
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Whether a checkbox was ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// All fields with their values, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names of all fields, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// A field that must be filled and not be longer than `longest` characters.
    pub fn needed(&self, name: &str, longest: usize, faults: &mut Faults) -> String {
        let text = self.text(name);
        if text.is_empty() {
            faults.add(name, "form.needed");
        } else if text.chars().count() > longest {
            faults.add(name, "form.too_long");
        }
        text.to_owned()
    }

    /// A date as browsers send it (`2026-11-23`) or as people write it (`23/11/2026`).
    pub fn date(&self, name: &str, faults: &mut Faults) -> Option<NaiveDate> {
        let text = self.optional(name)?;
        let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y"));
        if read.is_err() {
            faults.add(name, "form.no_date");
        }
        read.ok()
    }

    /// A local moment as browsers send it (`2026-11-23T15:04`).
    pub fn moment(&self, name: &str, faults: &mut Faults) -> Option<NaiveDateTime> {
        let text = self.optional(name)?;
        let read = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"));
        if read.is_err() {
            faults.add(name, "form.no_moment");
        }
        read.ok()
    }

    /// Whole number of a hidden field (a row version); `None` when it is none.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name).parse().ok()
    }

    /// What was typed, by field, to fill the form again.
    pub fn typed(&self) -> BTreeMap<String, String> {
        let own = |name: &str| ![TOKEN, super::once::FIELD].contains(&name);
        self.fields.iter().filter(|(name, _)| own(name)).cloned().collect()
    }
}

/// NFC, line ends as `\n`, no control or direction-changing characters.
fn clean(text: &str) -> String {
    let turned = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let text = text.replace("\r\n", "\n");
    text.nfc()
        .filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && !turned(*c))
        .collect()
}

/// Refuses a form that says a field twice that holds one value.
pub(super) fn check_names(form: &Form) -> Result<(), Failure> {
    let holds_many = |name: &str| MANY.contains(&name) || MANY_OF.iter().any(|begin| name.starts_with(begin));
    let mut seen = BTreeSet::new();
    match form.names().find(|name| !seen.insert(*name) && !holds_many(name)) {
        Some(name) => Err(Failure::Invalid(Say::new("failure.twice").with("field", name))),
        None => Ok(()),
    }
}

/// Refuses a form whose token is not the one that its session gave out.
pub(super) fn check_token(request: &HttpRequest, sent: &str) -> Result<(), Failure> {
    let caller = request.extensions().get::<Rc<Caller>>().cloned();
    let wanted = caller.as_ref().map_or("", |caller| caller.csrf.as_str());
    if bool::from(wanted.as_bytes().ct_eq(sent.as_bytes())) {
        return Ok(());
    }
    Err(Failure::Forbidden(Say::new("failure.token")))
}

async fn receive(mut payload: web::Payload, held: &mut Held) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|cause| Failure::Internal(anyhow::anyhow!("reading a form: {cause}")))?;
        if body.len().saturating_add(chunk.len()) > LARGEST {
            return Err(Failure::TooLarge);
        }
        held.take(chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl FromRequest for Form {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = web::Payload::from_request(&request, payload);
        Box::pin(async move {
            let payload = payload
                .await
                .map_err(|cause| Failure::Internal(anyhow::anyhow!("{cause}")))?;
            if request.content_type() != "application/x-www-form-urlencoded" {
                return Err(Failure::Invalid(Say::new("failure.no_form")));
            }
            let site = request.app_data::<web::Data<Site>>();
            let mut held = site.map(|site| site.bodies.forms()).unwrap_or_default();
            let received = actix_web::rt::time::timeout(PATIENCE, receive(payload, &mut held)).await;
            held.until_answered(&request);
            let body = received.map_err(|_slow| Failure::Invalid(Say::new("failure.too_slow")))??;
            let query = std::str::from_utf8(&body).map_err(|_bytes| Failure::Invalid(Say::new("failure.no_form")))?;
            let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
                .map_err(|_cause| Failure::Invalid(Say::new("failure.no_form")))?
                .into_inner();
            if pairs.len() > MOST_FIELDS {
                return Err(Failure::TooLarge);
            }
            let form = Self::new(pairs);
            check_token(&request, form.raw(TOKEN))?;
            check_names(&form)?;
            super::once::admit(&request, &form, &[]).await?;
            Ok(form)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Faults, Form};

    fn form(fields: &[(&str, &str)]) -> Form {
        Form::new(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn text_is_brought_to_one_form() {
        let form = form(&[("name", "  Hòa\u{300}a\u{202E}\u{7}  ")]);
        assert_eq!(form.text("name"), "Hòà".to_owned() + "a");
    }

    #[test]
    fn dates_are_read_in_both_ways_and_named_when_wrong() {
        let form = form(&[("a", "2026-11-23"), ("b", "23/11/2026"), ("c", "31/02/2026")]);
        let mut faults = Faults::default();
        assert_eq!(form.date("a", &mut faults), form.date("b", &mut faults));
        assert_eq!(form.date("c", &mut faults), None);
        assert_eq!(faults.of("c"), Some("form.no_date"));
    }
}
