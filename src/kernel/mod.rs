//! What every room speaks of: ids, who acts, access roles, languages and the clock.

mod actor;
mod clock;
mod ids;
mod language;
mod permission;

pub use actor::{AccessRole, Actor, Mandate, Person, Via};
pub use clock::{Clock, local, to_utc};
pub use ids::{AgencyId, CaseId, DocumentId, PersonId, PositionId, RoleId, VersionId, new_id};
pub use language::Language;
pub use permission::Permission;
pub(crate) use text_enum::text_enum;

mod text_enum;
