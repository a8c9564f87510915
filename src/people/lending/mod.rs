//! What whoever lends power signs: the statement, how it is kept, and whether it holds (Decree 30/2020/NĐ-CP, article 13;
//! ISO 9001, clause 5.3).

mod check;
mod statement;
mod store;

pub use check::{LoanFlaw, LoanProblem, verify_loans};

pub(super) use statement::Delegation;
pub(super) use store::{SignedLoan, signed_loans};
