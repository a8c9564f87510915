//! All SQL of this room.

mod able;
mod codes;
mod deadlines;
mod files;
mod frozen;
mod index;
mod keep;
mod list;
mod progress;
mod read;
mod returned;
mod roles;
mod round;
mod routes;
mod search;
mod sheets;
mod typing;

pub use codes::{OldCode, Reservation, document_by_any_code, old_codes_of, reservations};
pub use deadlines::overdue_signatures;
pub use files::{Attached, VersionFile, all_attached, attached, version_files_of};
pub use index::{IndexState, forget_index, index_missing, index_state};
pub use list::{Filter, LIST_PAGE, ListRow, drafts, fields, list, may_read};
pub use progress::{progress, waiting_for};
pub use read::{
    content_of, contents, document_by_code, due_versions, effective, effective_on, effective_procedures,
    effective_with_codes, head, heads_by_id, heads_of, heads_of_many, in_force_on,
};
pub use returned::returned_drafts;
pub use roles::{add_roles, roles};
pub use round::{approvals, history, rounds, signatures};
pub use routes::{route_for, route_of, routes};
pub use search::{FOUND_PAGE, Found, Hit, search};

pub(super) use able::{Signers, acting};
pub(super) use codes::{
    change_code, codes_with_fields, end_reservation, insert_reservation, keep_pattern, patterns, reserved, used_codes,
};
pub(super) use files::{attached_under, bytes_of, bytes_of_agency, keep_attached, lay_beside};
pub(super) use frozen::{Frozen, frozen};
pub(super) use index::index_again;
pub(super) use keep::{Move, insert_document, insert_draft, insert_round, keep_text, move_on, stale, writers_of};
pub(super) use list::{all_fields, readable_heads};
pub(super) use read::{approval_day, heads_in};
pub(super) use round::{insert_signature, insert_stage, seats, seats_of_many, signatures_of_many};
pub(super) use routes::replace_route;
pub(super) use sheets::{KeptSheet, insert_sheet, kept_sheet, sheet_hashes, with_sheets};
pub(super) use typing::{Typing, forget_typing, keep_typing, typings};
