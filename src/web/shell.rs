//! The frame of every page: who is signed in, the menu, the language, what was just done.

use super::{Access, Desk};
use serde::Serialize;

/// A page: what its template prints.
pub trait Page: Serialize {
    /// The template, as a path in `templates/`.
    const TEMPLATE: &'static str;
}

/// An entry of the menu.
#[derive(Debug, Clone, Copy)]
pub struct NavEntry {
    /// Where it leads.
    pub path: &'static str,
    /// The key of its word.
    pub key: &'static str,
    /// Who sees it.
    pub access: Access,
}

/// A group of entries under one name.
#[derive(Debug, Clone, Copy)]
pub struct NavGroup {
    /// The key of its name.
    pub key: &'static str,
    /// Its entries, in their order.
    pub entries: &'static [NavEntry],
}

#[derive(Serialize)]
pub(super) struct Shell<'a> {
    lang: &'a str,
    other_lang: &'a str,
    path: &'a str,
    person: Option<&'a str>,
    csrf: &'a str,
    asks_code: bool,
    has_passkey: bool,
    unread: i64,
    nav: Vec<Group>,
    done: Option<String>,
    is_demo: bool,
    halted: Option<&'static str>,
    agency: &'a str,
    agency_en: &'a str,
}

#[derive(Serialize)]
struct Group {
    key: &'static str,
    current: bool,
    first: &'static str,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    path: &'static str,
    key: &'static str,
    current: bool,
}

#[derive(Serialize)]
pub(super) struct Framed<'a, P: Serialize> {
    pub(super) shell: Shell<'a>,
    pub(super) page: &'a P,
}

pub(super) fn shell(desk: &Desk) -> Shell<'_> {
    let path = desk.request().path();
    Shell {
        lang: desk.language().as_str(),
        other_lang: if desk.language().as_str() == "vi" { "en" } else { "vi" },
        path,
        person: desk.actor().person.as_ref().map(|person| person.full_name.as_str()),
        csrf: desk.csrf(),
        asks_code: desk.caller().asks_code,
        has_passkey: desk.caller().has_passkey,
        unread: desk.caller().unread,
        nav: nav(desk, path),
        done: done(desk),
        is_demo: desk.site().is_demo,
        halted: desk.site().db.halted().map(crate::db::Halt::as_str),
        agency: &desk.caller().agency_name,
        agency_en: &desk.caller().agency_name_en,
    }
}

/// The groups with the entries that open for who asks; a group without any is left out.
fn nav(desk: &Desk, path: &str) -> Vec<Group> {
    let opens = |entry: &&NavEntry| desk.may_enter(entry.access);
    let groups = || desk.site().nav.iter();
    // Of entries inside each other the innermost is where one is.
    let within = groups()
        .flat_map(|group| group.entries)
        .filter(|entry| opens(entry) && is_within(path, entry.path));
    let here = within.map(|entry| entry.path).max_by_key(|path| path.len());
    let shown = groups().filter_map(|group| {
        let items = group.entries.iter().filter(opens).map(|entry| Item {
            path: entry.path,
            key: entry.key,
            current: here == Some(entry.path),
        });
        let items: Vec<Item> = items.collect();
        Some(Group {
            key: group.key,
            current: items.iter().any(|item| item.current),
            first: items.first()?.path,
            items,
        })
    });
    let mut shown: Vec<Group> = shown.collect();
    if here.is_none()
        && let Some(first) = shown.first_mut()
    {
        // On a narrow screen only the entries of one group are shown: there must always be one.
        first.current = true;
    }
    shown
}

fn is_within(path: &str, entry: &str) -> bool {
    path == entry || (entry != "/" && path.strip_prefix(entry).is_some_and(|rest| rest.starts_with('/')))
}

/// `?done=room.word` shows the word `room.done.word`, if there is one: only words of ours, never free text.
fn done(desk: &Desk) -> Option<String> {
    let query = desk.request().query_string();
    let value = query.split('&').find_map(|pair| pair.strip_prefix("done="))?;
    let (room, word) = value.split_once('.')?;
    let key = format!("{room}.done.{word}");
    desk.site()
        .pages
        .words()
        .find(desk.language(), &key)
        .map(ToOwned::to_owned)
}
