//! What the page of the editor shows.

use super::changes::{Compared, compare};
use super::edit::Draft;
use super::speech::Speech;
use super::view::blanks_of;
use crate::documents::content::Content;
use crate::documents::editor::{CellWords, Found, Read, Sheet, Slip, problems, read};
use crate::documents::role::Role;
use crate::documents::store::Typing;
use crate::documents::version::{Numbering, VersionHead};
use crate::forms::InputShown;
use crate::kernel::Language;
use crate::procedures::{RoleCatalogue, RoleEntry, UNVERIFIED_KEYS, step_table, write};
use crate::render::{Words, markdown};
use crate::web::Page;
use chrono::NaiveDateTime;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct EditPage {
    head: VersionHead,
    numbering: Numbering,
    pub(super) row_version: i64,
    sheet: Sheet,
    /// The lists besides the steps, in the order of the page.
    lists: Vec<ListShown>,
    /// Names of the time columns: one for each duration case.
    cases: Vec<String>,
    roles: Vec<RoleChoice>,
    /// Codes of roles in the steps that the catalogue does not have.
    unknown_roles: Vec<String>,
    unverified: Vec<Fact>,
    /// Suggestions for time cells.
    times: Vec<String>,
    check: Check,
    stale: Option<Stale>,
    /// When what the reader typed and did not save was kept, if it is not shown.
    pub(super) kept: Option<NaiveDateTime>,
    /// Who else typed in the draft lately.
    others: Vec<Other>,
    pub(super) problem: Option<String>,
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "documents/edit.html";
}

#[derive(Serialize)]
struct ListShown {
    name: &'static str,
    columns: &'static [&'static str],
}

#[derive(Serialize)]
struct Other {
    name: String,
    at: NaiveDateTime,
}

#[derive(Serialize)]
struct RoleChoice {
    code: String,
    name: String,
}

#[derive(Serialize)]
struct Fact {
    key: &'static str,
    ticked: bool,
}

/// Both texts of a stale form: what is stored against what was typed.
#[derive(Serialize)]
pub(super) struct Stale {
    saved_at: NaiveDateTime,
    compared: Compared,
}

/// The check of what is typed, the picture and the text as it will look.
#[derive(Serialize)]
pub(super) struct Check {
    problems: Vec<ProblemShown>,
    errors: usize,
    warnings: usize,
    picture: String,
    sentences: Vec<String>,
    body: String,
    /// The form as it will be filled, when it asks for anything.
    blanks: Vec<InputShown>,
}

#[derive(Serialize)]
struct ProblemShown {
    is_error: bool,
    text: String,
    hint: String,
    /// The list of the row; empty for the document itself.
    list: &'static str,
    /// Number of the row, from 1.
    row: usize,
}

/// The lists of the page with their columns; files of forms are attached apart.
const LISTS: [ListShown; 7] = [
    ListShown {
        name: "inputs",
        columns: &["code", "label", "kind", "within", "options", "rules", "help"],
    },
    ListShown {
        name: "tthc",
        columns: &["code", "name"],
    },
    ListShown {
        name: "durations",
        columns: &["code", "name", "limit", "same_day_cutoff", "note"],
    },
    ListShown {
        name: "shared_times",
        columns: &["code", "limit"],
    },
    ListShown {
        name: "dossier",
        columns: &["name", "mode", "originals", "copies", "form", "condition"],
    },
    ListShown {
        name: "forms",
        columns: &["code", "name", "file"],
    },
    ListShown {
        name: "records",
        columns: &["name", "place", "retention"],
    },
];

/// Common times, as suggestions.
const TIMES: [&str; 8] = [
    "0.25 working_day",
    "0.5 working_day",
    "1 working_day",
    "2 working_day",
    "3 working_day",
    "5 working_day",
    "1 working_hour",
    "4 working_hour",
];

pub(super) fn edit_page(
    draft: Draft,
    sheet: Sheet,
    (words, times, language): (&Words, &CellWords, Language),
    is_stale: bool,
) -> EditPage {
    let said = read(&sheet, times);
    let check = check_of(&sheet, &said, &draft.roles, (words, language));
    let stale = is_stale.then(|| {
        let mine = Content::of(&write(&said.source));
        let compared = compare(&draft.content, &mine, &Speech::new(words, language, &draft.roles));
        Stale {
            saved_at: draft.head.saved_at,
            compared,
        }
    });
    let speech = Speech::new(words, language, &draft.roles);
    let is_known = |code: &String| draft.roles.iter().any(|role| role.code == *code);
    let mut unknown_roles: Vec<String> = sheet
        .steps
        .iter()
        .flat_map(|step| &step.roles)
        .filter(|code| !is_known(code))
        .cloned()
        .collect();
    unknown_roles.sort_unstable();
    unknown_roles.dedup();
    let ticked = |key: &str| sheet.unverified.iter().any(|known| known == key);
    EditPage {
        numbering: draft.numbering,
        row_version: draft.head.row_version,
        lists: LISTS.into_iter().filter(|list| is_offered(&sheet, list.name)).collect(),
        cases: sheet.case_names(),
        unknown_roles,
        unverified: UNVERIFIED_KEYS
            .iter()
            .map(|key| Fact {
                key,
                ticked: ticked(key),
            })
            .collect(),
        times: TIMES
            .iter()
            .map(|text| times.shown(text, language))
            .chain(sheet.shared_codes())
            .collect(),
        roles: draft
            .roles
            .iter()
            .map(|role| RoleChoice {
                code: role.code.clone(),
                name: speech.role(&role.code),
            })
            .collect(),
        check,
        stale,
        kept: draft.mine.map(|typing| typing.kept_at),
        others: draft.others.into_iter().map(other).collect(),
        problem: None,
        head: draft.head,
        sheet,
    }
}

/// Blanks are of forms only, and a form has little else; rows that are there all the same are shown, so that they can be
/// removed.
fn is_offered(sheet: &Sheet, list: &str) -> bool {
    let is_form = sheet.head.get("kind").is_some_and(|kind| kind == "form");
    let is_usual = if is_form {
        matches!(list, "inputs" | "records")
    } else {
        list != "inputs"
    };
    is_usual || sheet.lists.get(list).is_some_and(|rows| !rows.is_empty())
}

fn other(typing: Typing) -> Other {
    Other {
        name: typing.person_name,
        at: typing.kept_at,
    }
}

/// Checks what is typed.
pub(super) fn check_of(sheet: &Sheet, said: &Read, roles: &[Role], (words, language): (&Words, Language)) -> Check {
    let speech = Speech::new(words, language, roles);
    let entry = |role: &Role| RoleEntry {
        code: role.code.clone(),
        ..RoleEntry::default()
    };
    let (_, found) = problems(
        sheet,
        said,
        &RoleCatalogue {
            roles: roles.iter().map(entry).collect(),
        },
    );
    let slips = said.slips.iter().map(|slip| slip_shown(slip, &speech));
    let problems: Vec<ProblemShown> = slips
        .chain(found.iter().map(|found| problem_shown(found, &speech)))
        .collect();
    let table = step_table(&said.source);
    let (picture, sentences) = if table.steps.is_empty() {
        Default::default()
    } else {
        speech.picture(&table, "draft")
    };
    let errors = problems.iter().filter(|problem| problem.is_error).count();
    Check {
        warnings: problems.len().saturating_sub(errors),
        errors,
        problems,
        picture,
        sentences,
        body: markdown(&said.source.body),
        blanks: blanks_of(&said.source),
    }
}

fn slip_shown(slip: &Slip, speech: &Speech<'_>) -> ProblemShown {
    let text = speech.fill("documents.editor.no_number", &[("typed", slip.typed.as_str())]);
    let hint = speech.fill(
        "documents.editor.no_number_hint",
        &[("column", speech.known("documents.field", slip.column).as_str())],
    );
    ProblemShown {
        is_error: true,
        text,
        hint,
        list: slip.list,
        row: slip.row.saturating_add(1),
    }
}

fn problem_shown(found: &Found, speech: &Speech<'_>) -> ProblemShown {
    let (text, hint) = speech.fault(&found.fault);
    let (list, row) = found.at.unwrap_or(("", 0));
    ProblemShown {
        is_error: found.is_error(),
        text,
        hint,
        list,
        row: row.saturating_add(1),
    }
}
