//! What a letter says: codes, days and links; never a name or anything else of a citizen. Pure.

use super::kind::{Kind, Letter, Notice, Purpose};
use crate::kernel::Language;
use crate::render::{Pages, RenderError, Words};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A letter as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// The same for the same notices: of it and the letter the Message-ID is made.
    pub(super) mark: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    /// Where the reader says how he or she wants to be told.
    pub(super) settings: String,
}

/// From which office, and where its pages are.
#[derive(Debug, Clone, Copy)]
pub(super) struct From<'a> {
    pub(super) office: &'a str,
    pub(super) address: &'a str,
}

#[derive(Serialize)]
struct Page<'a> {
    lang: &'a str,
    subject: &'a str,
    lead: &'a str,
    /// The link that the letter is about, with its text.
    link: Option<(String, String)>,
    groups: &'a [Group],
    office: &'a str,
    settings: &'a str,
}

/// What a letter tells of one kind.
#[derive(Serialize)]
struct Group {
    name: String,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    code: String,
    url: String,
    /// By when; empty without a last day.
    due: String,
}

/// A sentence of the letter.
struct Say<'a> {
    words: &'a Words,
    language: Language,
}

impl Say<'_> {
    fn word(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.words.fill(self.language, key, args)
    }

    fn kind(&self, kind: Kind) -> String {
        self.word(&format!("notices.kind.{kind}"), &[])
    }
}

fn groups(say: &Say<'_>, address: &str, notices: &[Notice]) -> Vec<Group> {
    let of = |kind: &Kind| {
        let own = notices.iter().filter(|one| one.kind == *kind);
        let line = |one: &Notice| {
            let day = one.due_on.map(|day| day.format("%d/%m/%Y").to_string());
            let key = if one.is_late {
                "notices.letter.was_due"
            } else {
                "notices.letter.due"
            };
            Line {
                code: one.code.clone(),
                url: format!("{address}{}", one.path),
                due: day.map(|day| say.word(key, &[("day", &day)])).unwrap_or_default(),
            }
        };
        let lines: Vec<Line> = own.map(line).collect();
        (!lines.is_empty()).then(|| Group {
            name: say.kind(*kind),
            lines,
        })
    };
    Kind::ALL.iter().filter_map(of).collect()
}

fn subject(say: &Say<'_>, letter: &Letter, notices: &[Notice]) -> String {
    let count = notices.len().to_string();
    match (letter.purpose, notices) {
        (Purpose::Confirm, _) => say.word("notices.letter.confirm.subject", &[]),
        (Purpose::Test, _) => say.word("notices.letter.test.subject", &[]),
        (Purpose::AtOnce, [one]) => {
            let kind = say.kind(one.kind);
            say.word("notices.letter.one", &[("kind", &kind), ("code", &one.code)])
        }
        (Purpose::AtOnce, _) => say.word("notices.letter.many", &[("count", &count)]),
        (Purpose::Digest, _) => say.word("notices.letter.digest", &[("count", &count)]),
    }
}

/// Writes a letter that tells `notices` (none for one that confirms an address, or a test).
pub(super) fn write(
    pages: &Pages,
    letter: &Letter,
    from: From<'_>,
    notices: &[Notice],
) -> Result<Written, RenderError> {
    let say = Say {
        words: pages.words(),
        language: letter.language,
    };
    let subject = subject(&say, letter, notices);
    let lead = match letter.purpose {
        Purpose::Confirm => say.word("notices.letter.confirm.lead", &[]),
        Purpose::Test => say.word("notices.letter.test.lead", &[]),
        Purpose::AtOnce => say.word("notices.letter.lead", &[]),
        Purpose::Digest => say.word("notices.letter.digest_lead", &[]),
    };
    let link = letter.token.as_ref().map(|token| {
        let url = format!("{}/notices/confirm/{token}", from.address);
        (url, say.word("notices.letter.confirm.link", &[]))
    });
    let groups = groups(&say, from.address, notices);
    let settings = format!("{}/notices/settings", from.address);
    let page = Page {
        lang: letter.language.as_str(),
        subject: &subject,
        lead: &lead,
        link,
        groups: &groups,
        office: from.office,
        settings: &settings,
    };
    let html = pages.render(letter.language, "notices/letter.html", &page)?;
    let text = text(&say, &page);
    let ids: Vec<&str> = notices.iter().map(|one| one.id.as_str()).collect();
    Ok(Written {
        mark: mark(&ids),
        subject,
        text,
        html,
        settings,
    })
}

/// What a letter tells, as a short text: one that grew meanwhile is another letter to a mail program.
fn mark(ids: &[&str]) -> String {
    let digest = Sha256::digest(ids.join(" ").as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The same as plain text.
fn text(say: &Say<'_>, page: &Page<'_>) -> String {
    let mut out = format!("{}\n", page.lead);
    if let Some((url, name)) = &page.link {
        out.push_str(&format!("\n{name}:\n{url}\n"));
    }
    for group in page.groups {
        out.push_str(&format!("\n{} ({})\n", group.name, group.lines.len()));
        for line in &group.lines {
            let due = if line.due.is_empty() {
                String::new()
            } else {
                format!(" · {}", line.due)
            };
            out.push_str(&format!("- {}{due}\n  {}\n", line.code, line.url));
        }
    }
    let foot = say.word("notices.letter.foot", &[("office", page.office)]);
    let choose = say.word("notices.letter.choose", &[]);
    out.push_str(&format!("\n-- \n{foot}\n{choose}: {}\n", page.settings));
    out
}
