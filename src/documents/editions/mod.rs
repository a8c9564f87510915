//! Editions: the documents that one decision issues together, each with its own verdict, in force from one day.
//!
//! A secretary opens an edition and puts in what waits for the last signature; whoever signs gives each its verdict in
//! one act. What is approved then has the edition's day, what is returned leaves it, and the edition is issued with its
//! list as annex and never changes again.

mod actions;
mod annex;
mod decide;
mod edition;
mod schema;
mod store;

pub(super) use actions::{MOST, leave};
pub use actions::{cancel as cancel_edition, change as change_edition, open as open_edition, put_in, take_out};
pub(super) use annex::annex;
pub use decide::{Decision, GivenVerdict, Said, decide as decide_edition};
pub(super) use decide::{Obstacle, Standing, standings};
pub use edition::{Edition, EditionRow, EditionState, Member, MemberState, NewEdition};
pub(super) use store::{LIST_PAGE, candidates, list, members, waiting_in};
pub use store::{edition, edition_of, members_of, waiting_editions};
