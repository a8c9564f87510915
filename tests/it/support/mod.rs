//! What tests begin with: an office with its own database, and people who visit it.
//!
//! ```text
//! let office = TestOffice::start().await;
//! office.person("thuky", &[AccessRole::Committee]);
//! let secretary = office.sign_in("thuky").await;
//! secretary.post("/documents", &[("code", "QT.01")]).await.is(303);
//! secretary.get("/documents/QT.01").await.is(200).says("documents.title");
//! ```

pub mod authenticator;
pub mod browser;
pub mod changes;
pub mod cluster;
pub mod databases;
mod office;
pub mod posted;
pub mod program;
pub mod provider;
mod reply;
pub mod rounds;
pub mod sealed;
pub mod smtp;
pub mod typed;
mod visitor;

pub use office::{CHEAP, TestOffice, opening, pages};
pub use reply::Reply;
pub use visitor::{Visitor, new_key};

/// The password of everybody in a test.
pub const PASSWORD: &str = "con ngựa thép ăn 7 hạt";
