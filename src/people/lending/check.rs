//! Whether what lenders signed still holds.

use super::statement::Delegation;
use super::store::{SignedLoan, signed_loans};
use crate::ledger::Work;
use crate::people::keys::{
    AgencyKey, KeyFlaw, KeyShown, SignedText, agency_key, flaws_of_key, keys_by_id, line, moment,
};
use crate::people::position::Holder;
use crate::web::Failure;
use std::path::PathBuf;

crate::kernel::text_enum! {
    /// What is wrong with the signature under power that was lent.
    LoanFlaw {
        /// The statement is not the one that was signed, or the signature is another.
        Signature = "signature",
        /// The statement says something else than the row that holds it.
        Statement = "statement",
        /// The key is not there, or is not the lender's.
        Key = "key",
        /// The certificate is not the agency's, or is that of another key.
        Certificate = "certificate",
        /// It was given before the key was made or after it was retired.
        Time = "time",
        /// Power was lent since lenders sign, and no statement says so.
        Missing = "missing",
    }
}

impl From<KeyFlaw> for LoanFlaw {
    fn from(flaw: KeyFlaw) -> Self {
        match flaw {
            KeyFlaw::Signature => Self::Signature,
            KeyFlaw::Key => Self::Key,
            KeyFlaw::Certificate => Self::Certificate,
            KeyFlaw::Time => Self::Time,
        }
    }
}

/// Power that was lent, and what does not hold about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanProblem {
    /// The id of the loan.
    pub id: String,
    /// What is wrong.
    pub flaw: LoanFlaw,
    /// The key, or nothing.
    pub detail: String,
}

/// Whether the row is what the statement says. It may have ended before the day that the statement names: that is no
/// alteration.
fn agrees(loan: &Holder, signed: &SignedLoan, said: &Delegation) -> bool {
    let is_of = |said: &[String; 2], id: &str| said.first().is_some_and(|own| own == id);
    said.entry == loan.id
        && loan.lent_by.as_ref().is_some_and(|by| is_of(&said.lender, by.as_str()))
        && is_of(&said.borrower, loan.person_id.as_str())
        && is_of(&said.position, loan.position_id.as_str())
        && (said.capacity, said.scope) == (loan.capacity, loan.scope)
        && said.days.0 == loan.valid_from
        && loan.valid_to.is_some_and(|last| last <= said.days.1)
        && said.decision_no == line(&loan.decision_no)
        && said.reason == line(&loan.reason)
        && said.at == moment(signed.at)
        && said.ledger.starts_with(&format!("size={} ", signed.ledger_size))
}

/// What is wrong with the signature under power that was lent: nothing when it holds.
fn check_loan((loan, signed): (&Holder, &SignedLoan), key: Option<&KeyShown>, agency: &AgencyKey) -> Vec<LoanFlaw> {
    let mut flaws: Vec<LoanFlaw> = match (key, &loan.lent_by) {
        (Some(key), Some(person)) => {
            let text = SignedText {
                person,
                text: &signed.statement,
                signature: &signed.signature,
                at: signed.at,
            };
            flaws_of_key(text, key, agency).into_iter().map(Into::into).collect()
        }
        _ => vec![LoanFlaw::Key],
    };
    let said = Delegation::read(&signed.statement);
    if !said.is_some_and(|said| agrees(loan, signed, &said)) {
        flaws.push(LoanFlaw::Statement);
    }
    flaws.sort_unstable();
    flaws
}

/// Checks the signature of every lender: over the statement, by his or her key, under its certificate, and the statement
/// against its row. Gives how many there are, and what does not hold. Ids sort by time: what was lent after the first signed
/// loan is signed too, or something is missing.
///
/// # Errors
/// When the database fails or the agency's key cannot be opened.
pub fn verify_loans(work: &mut Work<'_>, home: Option<PathBuf>) -> Result<(usize, Vec<LoanProblem>), Failure> {
    let agency = agency_key(work, home.as_deref())?;
    let loans = signed_loans(work)?;
    let ids: Vec<String> = loans
        .iter()
        .filter_map(|(_, signed)| Some(signed.as_ref()?.key_id.clone()))
        .collect();
    let keys = keys_by_id(work, &ids)?;
    let first = loans
        .iter()
        .filter(|(_, signed)| signed.is_some())
        .map(|(loan, _)| &loan.id)
        .min();
    let mut problems = Vec::new();
    for (loan, signed) in &loans {
        let problem = |flaw, detail: &str| LoanProblem {
            id: loan.id.clone(),
            flaw,
            detail: detail.to_owned(),
        };
        match signed {
            Some(signed) => {
                let flaws = check_loan((loan, signed), keys.get(&signed.key_id), &agency);
                problems.extend(flaws.into_iter().map(|flaw| problem(flaw, &signed.key_id)));
            }
            None if first.is_some_and(|first| loan.id > *first) => problems.push(problem(LoanFlaw::Missing, "")),
            None => {}
        }
    }
    Ok((ids.len(), problems))
}
