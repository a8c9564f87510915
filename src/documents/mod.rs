//! Documents under control: their versions, review and approval, files and the effective text (ISO 9001, clause 7.5).

mod actions;
mod archive;
mod code;
mod content;
mod difference;
mod drawing;
mod editions;
mod editor;
mod files;
mod orphans;
mod pages;
mod paper;
mod pictures;
mod role;
mod route;
mod schema;
mod sealing;
mod search;
mod signature;
mod store;
mod tokens;
mod version;
mod word;

pub use actions::archive::{Wanted as ArchiveWanted, export_archive, import_archive};
pub use actions::attach::{Made, attach, attach_made, keep_file, keep_result};
pub use actions::batch::{MOST_AT_ONCE, Outcome, sign_many};
pub use actions::codes::{code_pattern, next_code, release_code, renumber, reserve_code, set_code_pattern};
pub use actions::force::{bring_into_force, withdraw};
pub use actions::routes::{drop_field_route, set_field_route, set_route};
pub use actions::sign::{return_to_author, sign};
pub use actions::submit::{faults_of, recall, submit, submit_as};
pub use actions::typing::{forget_typing, keep_typing};
pub use actions::write::{cancel, create, open_draft, save};
pub use code::CodePattern;
pub use content::{Content, VersionContent};
pub use drawing::Caption;
pub use editions::{
    Decision, Edition, EditionRow, EditionState, GivenVerdict, Member, MemberState, NewEdition, Said, cancel_edition,
    change_edition, decide_edition, edition, edition_of, members_of, open_edition, put_in, take_out, waiting_editions,
};
pub use files::{drop_drafts, place as file_place, read_file};
pub use orphans::drop_orphans;
pub use pages::{
    Compared, DossierShown, DurationShown, FactShown, FormShown, Shown, StepShown, TimeShown, WayShown, compared,
    doors, pdf_answer, print_failure, public_path_of, shown,
};
pub use paper::{CopyLabel, Imprint, Printable, id_of_token, print_handbook, print_version, printable, token_of};
pub use role::Role;
pub use route::{MOST_DAYS, Meaning, Needs, NewStage, Route, RouteStage};
pub use sealing::{Meant, Problem as SignatureProblem, seal, take_back, tokens, verify_signatures};
pub use search::{Marked, Part, Snippet};
pub use signature::{
    ActShown, Overdue, PositionProgress, Round, Sealed, SignatureShown, StageProgress, Verdict, VersionAct, Waiting,
};
pub use store::{
    Attached, FOUND_PAGE, Filter, Found, Hit, IndexState, LIST_PAGE, ListRow, OldCode, Reservation, VersionFile,
    add_roles, all_attached, approvals, attached, content_of, contents, document_by_any_code, document_by_code, drafts,
    due_versions, effective, effective_on, effective_procedures, effective_with_codes, fields, forget_index, head,
    heads_by_id, heads_of, heads_of_many, history, in_force_on, index_missing, index_state, list, may_read,
    old_codes_of, overdue_signatures, progress, reservations, returned_drafts, roles, rounds, route_for, route_of,
    routes, search, signatures, version_files_of, waiting_for,
};
pub use tokens::{
    Received, SignedPart, TokenKind, TokenProblem, TokenSigned, add_roots, drop_root, keep_token, roots,
    token_signatures, verify_tokens,
};
pub use version::{Change, IssueNo, Stage, VersionHead};
pub use word::{
    NewWord, Trouble, WordFile, WordState, bring_in as bring_in_word, leave as leave_word, make_draft as draft_word,
};

use crate::db::Guards;

/// The guards of this room: what was signed stays as it was, and versions move only along their life.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
