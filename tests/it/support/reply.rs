//! What the site answered, and what a test expects of it.

use super::pages;
use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderMap, LOCATION};
use quytrinh::kernel::Language;

/// An answer.
pub struct Reply {
    asked: String,
    status: u16,
    headers: HeaderMap,
    cookies: Vec<(String, String)>,
    /// The body as it came.
    pub bytes: Vec<u8>,
    text: String,
}

impl Reply {
    pub(super) async fn of(response: ServiceResponse<impl MessageBody>) -> Self {
        let asked = format!("{} {}", response.request().method(), response.request().uri());
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let cookies = response
            .response()
            .cookies()
            .map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
            .collect();
        let Ok(bytes) = to_bytes(response.into_body()).await else {
            panic!("the body of {asked} broke off")
        };
        let text = plain(&String::from_utf8_lossy(&bytes));
        Self {
            asked,
            status,
            headers,
            cookies,
            bytes: bytes.to_vec(),
            text,
        }
    }

    /// Expects a status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{} answered:\n{}", self.asked, self.main());
        self
    }

    /// Expects a text, or the word of a key in either language.
    #[track_caller]
    pub fn says(&self, text_or_key: &str) -> &Self {
        assert!(
            self.has(text_or_key),
            "{} does not say «{text_or_key}»:\n{}",
            self.asked,
            self.main()
        );
        self
    }

    /// Expects that a text, or the word of a key, is not there.
    #[track_caller]
    pub fn lacks(&self, text_or_key: &str) -> &Self {
        assert!(
            !self.has(text_or_key),
            "{} says «{text_or_key}»:\n{}",
            self.asked,
            self.main()
        );
        self
    }

    /// Expects to be sent to a path; what was done (`?done=`) is left off.
    #[track_caller]
    pub fn leads_to(&self, path: &str) -> &Self {
        self.is(303);
        let to = self.location();
        let bare = to.split(['?', '#']).next().unwrap_or_default();
        assert!(to == path || bare == path, "{} leads to {to}, not {path}", self.asked);
        self
    }

    fn has(&self, text_or_key: &str) -> bool {
        let words = pages().words();
        let found = [Language::Vi, Language::En].map(|language| words.find(language, text_or_key));
        match found {
            [None, None] => self.text.contains(text_or_key),
            found => found.into_iter().flatten().any(|word| has_in_order(&self.text, word)),
        }
    }

    /// Where it leads; empty when nowhere.
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// All headers of one name.
    pub fn all(&self, name: &str) -> Vec<String> {
        let values = self.headers.get_all(name);
        values
            .filter_map(|value| value.to_str().ok().map(ToOwned::to_owned))
            .collect()
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body as text, its HTML entities read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value that an input of the page has.
    pub fn value_of(&self, name: &str) -> Option<&str> {
        let (_, after) = self.text.split_once(&format!("name=\"{name}\""))?;
        let (tag, _) = after.split_once('>')?;
        let (_, value) = tag.split_once("value=\"")?;
        value.split_once('"').map(|(value, _)| value)
    }

    pub(super) fn set_cookies(&self) -> &[(String, String)] {
        &self.cookies
    }

    /// What the page showed, as its forms send it back.
    pub fn shown(&self) -> Vec<String> {
        let fields = self.text.split("name=\"shown\" value=\"").skip(1);
        fields
            .filter_map(|rest| rest.split_once('"').map(|(token, _)| token.to_owned()))
            .collect()
    }

    pub(super) fn token(&self) -> Option<String> {
        self.value_of("csrf").map(ToOwned::to_owned)
    }

    /// The part of a page that differs from page to page.
    fn main(&self) -> &str {
        self.text
            .split_once("<main")
            .map_or(self.text.as_str(), |(_, main)| main)
    }
}

/// Whether the parts of a word between its holes stand in the text, one after the other.
fn has_in_order(text: &str, word: &str) -> bool {
    let mut rest = text;
    word.split('{').enumerate().all(|(place, part)| {
        let part = if place == 0 {
            part
        } else {
            part.split_once('}').map_or(part, |(_, after)| after)
        };
        match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        }
    })
}

fn plain(html: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(html.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}
