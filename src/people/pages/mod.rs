//! Pages of this room: signing in, one's own account, accounts, positions.

mod account;
mod accounts;
mod confirm;
mod factors;
mod keys;
mod loans;
mod oidc;
mod passkeys;
mod roles;
mod sign_in;

pub use confirm::{await_passkey, confirm_form, confirm_to_sign, confirmed_change};

use super::gate::Gate;
use super::keeper::Keeper;
use super::oidc::Oidc;
use crate::kernel::Permission;
use crate::web::{Access, Desk, Doors, Failure};
use std::sync::Arc;

/// What signing in needs, from the gate that the request came through.
fn keeper(desk: &Desk) -> Result<Arc<Keeper>, Failure> {
    let gate = desk.request().app_data::<actix_web::web::Data<Gate>>();
    gate.map(|gate| gate.keeper())
        .ok_or_else(|| Failure::Internal(anyhow::anyhow!("the gate is not set")))
}

/// The other party that people may sign in by, and where it sends them back to; `None` where none is set up.
fn provider(desk: &Desk) -> Result<Option<(Arc<Oidc>, String)>, Failure> {
    let gate = desk.request().app_data::<actix_web::web::Data<Gate>>();
    let gate = gate.ok_or_else(|| Failure::Internal(anyhow::anyhow!("the gate is not set")))?;
    let redirect = desk
        .site()
        .address
        .as_ref()
        .map(|address| format!("{address}/sign-in/oidc/callback"));
    Ok(gate.oidc().zip(redirect))
}

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let manage = Access::May(Permission::ManagePeople);
    doors.get("/sign-in", Access::Anyone, sign_in::show);
    doors.post("/sign-in", Access::Anyone, sign_in::enter);
    doors.get("/sign-in/second", Access::Anyone, sign_in::show_second);
    doors.post("/sign-in/second", Access::Anyone, sign_in::enter_second);
    doors.post("/sign-in/second/passkey", Access::Anyone, passkeys::ask_second);
    doors.post("/sign-in/passkey/ask", Access::Anyone, passkeys::ask_anybody);
    doors.post("/sign-in/passkey", Access::Anyone, passkeys::enter);
    doors.get("/sign-in/oidc", Access::Anyone, oidc::leave);
    doors.post("/sign-in/oidc", Access::Anyone, oidc::enter);
    doors.get("/sign-in/oidc/callback", Access::Anyone, oidc::come_back);
    doors.post("/sign-out", Access::SignedIn, sign_in::leave);
    doors.post("/language", Access::Anyone, sign_in::choose_language);
    doors.get("/code", Access::Anyone, sign_in::show_code);
    doors.post("/code", Access::Anyone, sign_in::use_code);
    let speak = Access::MayAny(&[Permission::ManagePeople, Permission::WriteDocuments]);
    doors.get("/keys", speak, keys::show);
    doors.post("/keys/{id}/attest", speak, keys::speak);
    doors.get("/account", Access::SignedIn, account::show);
    doors.post("/account/password", Access::SignedIn, account::change_password);
    doors.post("/account/sessions/end", Access::SignedIn, account::end_others);
    doors.post("/account/sessions/{id}/end", Access::SignedIn, account::end_one);
    doors.get("/account/second-factor", Access::SignedIn, factors::show);
    doors.post("/account/second-factor", Access::SignedIn, factors::begin);
    doors.post("/account/second-factor/confirm", Access::SignedIn, factors::confirm);
    doors.post(
        "/account/second-factor/recovery",
        Access::SignedIn,
        factors::renew_recovery,
    );
    doors.post("/account/passkey", Access::SignedIn, passkeys::begin);
    doors.post("/account/passkey/confirm", Access::SignedIn, passkeys::confirm);
    doors.post("/account/passkey/ask", Access::SignedIn, passkeys::ask);
    doors.post("/account/second-factor/{id}/remove", Access::SignedIn, factors::remove);
    doors.post("/account/oidc", Access::SignedIn, oidc::leave_to_link);
    doors.post("/account/oidc/remove", Access::SignedIn, oidc::unlink_own);
    doors.get("/people", manage, accounts::list);
    doors.post("/people", manage, accounts::add);
    doors.post("/people/factor-rule", manage, accounts::set_factor_rule);
    doors.post("/people/sessions/end", manage, accounts::end_sessions_of_agency);
    doors.post("/people/{id}/code", manage, accounts::give_code);
    doors.post("/people/{id}/deactivate", manage, accounts::deactivate);
    doors.post("/people/{id}/access", manage, accounts::change_access);
    doors.post("/people/{id}/sessions/end", manage, accounts::end_sessions);
    doors.post("/people/{id}/second-factor/remove", manage, accounts::remove_factors);
    doors.post("/people/{id}/employee-no", manage, accounts::set_employee_no);
    doors.post("/people/{id}/oidc", manage, oidc::link_other);
    doors.post("/positions", manage, accounts::add_position);
    doors.post("/positions/holders", manage, accounts::add_holder);
    doors.post("/positions/holders/{id}/end", manage, accounts::end_holder);
    doors_of_two(doors);
}

/// Doors to what takes two people: roles that another one confirms, and power that its holder lends.
fn doors_of_two(doors: &mut Doors) {
    let decide = Access::MayAny(&[Permission::ConfirmRoles, Permission::ManagePeople]);
    doors.get("/roles", decide, roles::show);
    doors.post(
        "/roles/{id}/confirm",
        Access::May(Permission::ConfirmRoles),
        roles::confirm,
    );
    doors.post("/roles/{id}/refuse", decide, roles::refuse);
    let lend = Access::May(Permission::LendPower);
    doors.get("/delegations", lend, loans::show);
    doors.post("/delegations", lend, loans::add);
    doors.post("/delegations/{id}/end", lend, loans::end);
}
