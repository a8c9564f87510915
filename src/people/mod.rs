//! People of the office: accounts, access roles and what they may do, positions and who holds them, signing in
//! (ISO 9001, clauses 5.3 and 7.2).
//!
//! Tables: `signing_keys`, `key_attestations`, `agencies`, `persons`, `access_grants`, `positions`, `position_holders`, `sessions`, `one_time_codes`,
//! `sign_in_failures`. Who is responsible for which step is no matter of this room: see `assignments`.

mod actions;
mod gate;
mod keys;
mod pages;
mod password;
mod policy;
mod position;
mod schema;
mod store;

pub use actions::accounts::{NewAccount, add_account, deactivate, give_code, grant, revoke};
pub use actions::positions::{NewHolder, NewPosition, add_holder, add_position, end_holder};
pub use actions::set_up::{
    NewAgency, UseCode, add_agency, agencies, first_agency, make_set_up_code, needs_set_up, use_code,
};
pub use actions::sign_in::{FreshAuth, SignedIn, confirm, sign_in, sign_out};
pub use gate::{Gate, gate};
pub use keys::{
    AgencyKey, Certified, GUARDS as KEY_GUARDS, KeyShown, Signer, agency_key, agency_title, attest, base64,
    fingerprint, from_base64, from_hex, hex, is_signed, keys_by_id, sha256, unattested,
};
pub use pages::doors;
pub use password::{PasswordFault, check_new_password};
pub use policy::{may, must, permissions_of, policy_table};
pub use position::{Capacity, Held, Holder, Position};
pub use store::{
    Named, agency_name, case_prefix, holders_on, names, person_named, persons, position_by_code, positions,
    positions_of,
};
