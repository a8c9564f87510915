//! Which fields and queries the handler of each door reads, as the source says.

use super::files::{File, files, literals, text};
use actix_web::http::Method;
use quytrinh::web::Door;
use std::collections::{BTreeMap, BTreeSet};

/// How a handler reads a field of a form or a part of a query.
const READERS: [&str; 11] = [
    "text",
    "raw",
    "optional",
    "all",
    "needed",
    "number",
    "date",
    "moment",
    "is_ticked",
    "remove",
    "get",
];
/// What guards every form, and what proves who sends it: with anything else in them nothing is looked at.
const GUARDS: [&str; 4] = ["csrf", "key", "password", "passkey"];

/// What the source says.
pub(super) struct Reads {
    sources: Vec<File>,
    /// Names under which a form sends many values.
    pub(super) many: Vec<String>,
    handlers: BTreeMap<(bool, String), (String, String)>,
}

/// The names that a text of source reads in one of these ways.
fn names_in<'a>(code: &'a str, readers: &[&str]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for reader in readers {
        for part in code.split(&format!(".{reader}(")).skip(1) {
            let name = part
                .trim_start()
                .strip_prefix('"')
                .and_then(|part| part.split_once('"'));
            let is_name =
                |name: &str| !name.is_empty() && name.bytes().all(|sign| sign.is_ascii_lowercase() || sign == b'_');
            names.extend(
                name.map(|(name, _)| name)
                    .filter(|name| is_name(name) && !GUARDS.contains(name)),
            );
        }
    }
    names
}

/// The fields of the structures that a query is read into.
fn query_fields(code: &str) -> Vec<&str> {
    let mut names = Vec::new();
    if !code.contains("web::Query<") {
        return names;
    }
    for part in code.split("Deserialize").skip(1) {
        let body = part
            .split_once('{')
            .and_then(|(_, rest)| rest.split_once('}'))
            .map_or("", |(body, _)| body);
        let fields = body.lines().filter_map(|line| line.trim().split_once(": "));
        names.extend(fields.map(|(name, _)| name.rsplit(' ').next().unwrap_or(name)));
    }
    names
}

impl Reads {
    pub(super) fn new() -> Self {
        let sources = files("src", ".rs");
        let form = text("src/web/form.rs");
        let list = form
            .split_once("const MANY: ")
            .and_then(|(_, rest)| rest.split_once(';')?.1.split_once(';'));
        let many = literals(list.expect("the list of the program").0);
        let many: Vec<String> = many.iter().map(|(_, name)| (*name).to_owned()).collect();
        assert!(many.iter().any(|name| name == "version"), "{many:?}");
        let mut handlers = BTreeMap::new();
        for file in &sources {
            for part in file.text.split("doors.").skip(1) {
                let Some((method, rest)) = part.split_once('(') else {
                    continue;
                };
                let Some((inside, _)) = rest.split_once(");") else {
                    continue;
                };
                let path = inside
                    .trim_start()
                    .strip_prefix('"')
                    .and_then(|rest| rest.split_once('"'));
                let handler = inside
                    .trim_end()
                    .trim_end_matches(',')
                    .rsplit(',')
                    .next()
                    .unwrap_or_default()
                    .trim();
                if let (Some((path, _)), true) = (path, ["get", "post"].contains(&method)) {
                    let at = (file.path.clone(), handler.to_owned());
                    handlers.insert((method == "post", path.to_owned()), at);
                }
            }
        }
        Self {
            sources,
            many,
            handlers,
        }
    }

    /// Whether the source says which handler the door has.
    pub(super) fn knows(&self, door: &Door) -> bool {
        self.handlers
            .contains_key(&(door.method == Method::POST, door.path.to_owned()))
    }

    /// The source of the handler of a door: its module, with what is below it.
    fn module(&self, door: &Door) -> Vec<&File> {
        let Some((file, handler)) = self.handlers.get(&(door.method == Method::POST, door.path.to_owned())) else {
            return Vec::new();
        };
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some((module, _)) = handler.rsplit_once("::") else {
            return self.sources.iter().filter(|source| source.path == *file).collect();
        };
        let begin = format!("{folder}/{}", module.replace("::", "/"));
        let is_of =
            |source: &&File| source.path == format!("{begin}.rs") || source.path.starts_with(&format!("{begin}/"));
        self.sources.iter().filter(is_of).collect()
    }

    /// The names that the module of a door's handler reads.
    pub(super) fn of(&self, door: &Door) -> BTreeSet<&str> {
        let module = self.module(door);
        let mut names: BTreeSet<&str> = module.iter().flat_map(|file| names_in(&file.text, &READERS)).collect();
        if door.method == Method::GET {
            names.extend(module.iter().flat_map(|file| query_fields(&file.text)));
        }
        names
    }

    /// The names of which the room of a door takes as many values as were ticked.
    pub(super) fn lists_of(&self, door: &Door) -> Vec<&str> {
        let module = self.module(door);
        let read: BTreeSet<&str> = module.iter().flat_map(|file| names_in(&file.text, &["all"])).collect();
        read.into_iter()
            .filter(|name| self.many.iter().any(|many| many == name))
            .collect()
    }
}
