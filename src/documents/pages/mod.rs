//! Pages of this room: the list, a document, a version on its way, the editor, differences, files and routes.

mod batch;
mod changes;
mod codes;
mod edit;
mod edit_page;
mod editions;
mod exchange;
mod files;
mod from_bpmn;
mod list;
mod new;
mod paper;
mod renumber;
mod routes;
mod show;
mod speech;
mod statement;
mod tokens;
mod typing;
mod version;
mod version_acts;
mod view;
mod word;

pub use changes::{Compared, compared};
pub use paper::{pdf_answer, print_failure};
pub use view::{DossierShown, DurationShown, FactShown, FormShown, Shown, StepShown, TimeShown, WayShown, shown};

use crate::kernel::Permission;
use crate::web::{Access, Desk, Doors, Faults, Form, Say, escaped};
use actix_web::http::StatusCode;
use std::collections::BTreeMap;

/// Who sees how codes are made: those who write documents, and those who set the rules.
const CODES: Access = Access::MayAny(&[
    Permission::WriteDocuments,
    Permission::ManageSettings,
    Permission::AssignRoles,
]);

/// Who signs versions, be it that they are right or that they shall come into force.
const SIGN: Access = Access::MayAny(&[Permission::ReviewVersions, Permission::ApproveVersions]);

/// Whether whoever asks signs versions at stages of either meaning.
fn signs(desk: &Desk) -> bool {
    desk.may(Permission::ReviewVersions) || desk.may(Permission::ApproveVersions)
}

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    let write = Access::May(Permission::WriteDocuments);
    let settings = Access::MayAny(&[Permission::ManageSettings, Permission::AssignRoles]);
    doors.get("/documents", read, list::list);
    doors.get("/documents/new", write, new::form);
    doors.post("/documents/new", write, new::create);
    doors.post("/documents/new/bpmn", write, from_bpmn::read);
    doors.get("/documents/archive", read, word::export);
    doors.post("/documents/archive", write, word::import);
    doors.get("/documents/import", write, word::show);
    doors.post("/documents/import", write, word::add);
    doors.get("/documents/import/{number}", write, word::review);
    doors.post("/documents/import/{number}/draft", write, word::draft);
    doors.post("/documents/import/{number}/leave", write, word::leave);
    doors.get("/documents/{code}", read, show::show);
    let renumber = Access::May(Permission::RenumberDocuments);
    doors.get("/documents/{code}/renumber", renumber, renumber::form);
    doors.post("/documents/{code}/renumber", renumber, renumber::renumber);
    doors.get("/documents/{code}/difference", read, changes::show);
    doors.get("/documents/{code}/source", read, show::source);
    doors.get("/documents/{code}/pnml", read, exchange::pnml);
    doors.get("/documents/{code}/bpmn", read, exchange::bpmn);
    doors.get("/documents/{code}/pdf", read, paper::of_document);
    doors.get("/versions/{id}/pdf", read, paper::of_version);
    doors.get("/versions/{id}/sheet", read, paper::sheet);
    doors.get("/handbook", read, paper::handbook);
    doors.get("/handbook/pdf", read, paper::handbook_pdf);
    doors.get("/documents/{code}/docx", read, word::download);
    doors.post("/documents/{code}/draft", write, show::open_draft);
    doors.post(
        "/documents/{code}/withdraw",
        Access::May(Permission::WithdrawVersions),
        show::withdraw,
    );
    doors.get("/versions/{id}", read, version::show);
    doors.get("/versions/{id}/source", read, version::source);
    doors.post("/versions/{id}/submit", write, version_acts::submit);
    doors.post("/versions/{id}/recall", write, version_acts::recall);
    doors.post("/versions/{id}/cancel", write, version_acts::cancel);
    doors.post("/versions/{id}/sign", SIGN, version_acts::sign);
    doors.post("/versions/{id}/return", SIGN, version_acts::give_back);
    doors.post("/versions/{id}/take-back", SIGN, version_acts::take_back);
    doors.get("/versions/{id}/signatures/{statement}", read, statement::show);
    doors.get("/versions/{id}/signatures/{statement}/{file}", read, statement::file);
    doors.get("/versions/{id}/edit", write, edit::show);
    doors.post("/versions/{id}/edit", write, edit::act);
    doors.post("/versions/{id}/check", write, edit::check);
    doors.post("/versions/{id}/typing", write, typing::keep);
    doors.post("/versions/{id}/typing/forget", write, typing::forget);
    doors.post("/versions/{id}/files", write, files::attach);
    doors.get("/files/{sha256}", read, files::download);
    of_codes(doors);
    doors.get("/routes", settings, routes::show);
    doors.post("/routes", settings, routes::set);
    doors.post("/routes/drop", settings, routes::drop_own);
    of_editions(doors);
    of_tokens(doors);
}

/// The doors of several signatures at once, and of signatures that were made with tokens.
fn of_tokens(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    doors.get("/signing", SIGN, batch::show);
    doors.post("/signing", SIGN, batch::sign);
    doors.get("/token-roots", read, tokens::list_roots);
    doors.get("/versions/{id}/tokens", read, tokens::show);
    doors.post("/versions/{id}/tokens", SIGN, tokens::receive);
    doors.get("/versions/{id}/tokens/manifest", read, tokens::manifest);
    doors.get("/versions/{id}/tokens/issue", read, tokens::issue);
    doors.get("/versions/{id}/tokens/{token}/file", read, tokens::file);
}

/// The doors of codes.
fn of_codes(doors: &mut Doors) {
    let write = Access::May(Permission::WriteDocuments);
    let settings = Access::MayAny(&[Permission::ManageSettings, Permission::AssignRoles]);
    doors.get("/codes", CODES, codes::show);
    doors.post("/codes/patterns", settings, codes::set_pattern);
    doors.post("/codes/reserve", write, codes::reserve);
    doors.post("/codes/release", write, codes::release);
}

/// The doors of editions.
fn of_editions(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    let write = Access::May(Permission::WriteDocuments);
    let approve = Access::May(Permission::ApproveVersions);
    doors.get("/editions", read, editions::list);
    doors.get("/editions/new", write, editions::form);
    doors.post("/editions/new", write, editions::create);
    doors.get("/editions/{number}", read, editions::show);
    doors.get("/editions/{number}/pdf", read, editions::pdf);
    doors.post("/editions/{number}/change", write, editions::change);
    doors.post("/editions/{number}/put", write, editions::put_in);
    doors.post("/editions/{number}/take-out", write, editions::take_out);
    doors.post("/editions/{number}/cancel", write, editions::cancel);
    doors.get("/editions/{number}/decide", approve, editions::decide_sheet);
    doors.post("/editions/{number}/decide", approve, editions::decide);
}

/// Why a form is shown again, and what was typed in it.
struct Told {
    status: StatusCode,
    typed: BTreeMap<String, String>,
    faults: Faults,
    say: Option<Say>,
}

impl Told {
    /// A form that cannot be used; the password is not shown again.
    fn of(form: &Form) -> Self {
        let mut typed = form.typed();
        typed.remove("password");
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            typed,
            faults: Faults::default(),
            say: None,
        }
    }
}

/// The address of a document; codes may hold letters that an address must escape.
fn path_of(code: &str) -> String {
    format!("/documents/{}", escaped(code))
}

/// The address of a posted procedure, for anyone.
pub fn public_path_of(code: &str) -> String {
    format!("/procedures/{}", escaped(code))
}
