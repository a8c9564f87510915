//! People of the office: accounts, access roles and what they may do, positions and who holds them, signing in
//! (ISO 9001, clauses 5.3 and 7.2).
//!
//! Tables: `agencies`, `persons`, `access_grants`, `access_proposals`, `positions`, `position_holders`, `sessions`, `one_time_codes`,
//! `guess_counters`, `known_devices`, `second_factors`, `recovery_codes`, `half_sign_ins`, `oidc_links`, `factor_rules`, `signing_keys`,
//! `key_attestations`. Who is responsible for which step is no matter of this room: see `assignments`.

mod actions;
mod factors;
mod gate;
mod guessing;
mod hashing;
mod keeper;
mod keys;
mod lending;
mod oidc;
mod pages;
mod passkeys;
mod password;
mod policy;
mod position;
mod schema;
mod sessions;
mod store;
mod waiting;

use crate::db::Guards;

pub use actions::accounts::{NewAccount, add_account, deactivate, give_code, revoke, set_employee_no};
pub use actions::confirm::confirm;
pub use actions::console::{at_console, at_console_without_keys, confirm_role_at_console};
pub use actions::fresh::FreshAuth;
pub use actions::loans::{Lender, NewLoan, end_loan, lend, lender_of};
pub use actions::positions::{NewHolder, NewPosition, add_holder, add_position, end_holder};
pub use actions::proposals::{Proposal, open_proposals, refuse_role};
pub use actions::roles::{Basis, Granted, confirm_role, grant, held as roles_held};
pub use actions::set_up::{
    NewAgency, UseCode, add_agency, agencies, agency_codes, enter_agency, first_agency, make_set_up_code, needs_set_up,
    use_code,
};
pub use actions::sign_in::DEVICE_HOLDS;
pub use factors::{FactorRule, Rule, remove_factors_of, set_factor_rule};
pub use gate::{Gate, gate, keep_sessions};
pub use guessing::{
    ACCOUNT_STOP, ADDRESS_FORGETS, ADDRESS_LONGEST_WAIT, ADDRESS_TRIES, FIRST_WAIT, FREE_TRIES, LONGEST_WAIT,
};
pub use hashing::{AT_ONCE, WAITING};
pub use keys::{
    AgencyKey, Certified, GUARDS as KEY_GUARDS, KeyFlaw, KeyShown, SignedText, Signer, agency_key, agency_title,
    attest, base64, fingerprint, flaws_of_key, from_base64, from_hex, hex, is_signed, keys_by_id, sha256, unattested,
};
pub use lending::{LoanFlaw, LoanProblem, verify_loans};
pub use oidc::{HOLDS as AWAY_HOLDS, Oidc, OidcSettings, link as link_oidc, unlink as unlink_oidc};
pub use pages::{await_passkey, confirm_form, confirm_to_sign, confirmed_change, doors};
pub use passkeys::{Asked, Assertion, HOLDS as PASSKEY_HOLDS};
pub use password::{Cost, LEAST_BITS, LENGTH, PasswordFault, SHORTEST_WITH_FACTOR, check_new_password, cost_of};
pub use policy::{must, must_for_another, must_not_join, must_with, permissions_of, policy_table, rights_of};
pub use position::{Capacity, Held, Holder, Position, Scope};
pub use sessions::{
    ABSOLUTE, Ended, IDLE, MOST as MOST_SESSIONS, Proof, end_all_sessions, end_sessions_of, end_sessions_of_agency,
    session_id, still_stands,
};
pub use store::{
    AgencyShown, Named, accounts_of, agencies_shown, agency_name, case_prefix, holders_on, names, own_accounts,
    person_named, persons, position_by_code, positions, positions_of, signing_positions_of,
};

/// What the database itself keeps of the accounts.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
