//! What each access role may do: one table, whose printed copy is `docs/policy.txt`.

use crate::kernel::{AccessRole, Actor, Permission};
use crate::web::{Failure, Say};

/// Whether somebody with this access role has this permission.
pub fn may(role: AccessRole, permission: Permission) -> bool {
    use AccessRole::{Administrator, Auditor, Chair, Committee, DataOfficer, Desk, Leader, Official};
    match permission {
        Permission::ReadDocuments => true,
        Permission::ReadDrafts => matches!(role, Chair | Committee | Auditor),
        Permission::WriteDocuments => matches!(role, Committee),
        Permission::SignVersions => matches!(role, Chair | Committee | Leader),
        Permission::ManageLaw | Permission::ManageTthc | Permission::ReviewDocuments => {
            matches!(role, Chair | Committee)
        }
        Permission::WithdrawVersions => matches!(role, Chair),
        Permission::KeepCopies => matches!(role, Committee),
        Permission::RenumberDocuments => matches!(role, Chair | Committee),
        Permission::ReadAssignments => true,
        Permission::AssignRoles => matches!(role, Chair | Committee),
        Permission::ReceiveCases => matches!(role, Desk),
        Permission::ReadCases => matches!(
            role,
            Chair | Committee | Official | Desk | Auditor | Leader | DataOfficer
        ),
        Permission::ReadApplicants => matches!(role, Official | Desk),
        Permission::OpenApplicants | Permission::ReadAccessLog => matches!(role, Auditor | DataOfficer),
        Permission::ManagePersonalData => matches!(role, DataOfficer),
        Permission::ApproveErasure => matches!(role, Chair),
        Permission::PerformSteps => matches!(role, Official | Desk | Leader | Chair),
        Permission::FillForms | Permission::ReadRecords => !matches!(role, Administrator),
        Permission::ReadConformance => matches!(role, Chair | Committee | Auditor | Leader),
        Permission::EditSeverities => matches!(role, Chair | Committee),
        Permission::ImportLogs => matches!(role, Chair | Committee | Auditor),
        Permission::ReadOverview => matches!(role, Chair | Leader | Auditor | Committee),
        Permission::ManagePeople | Permission::ManageSettings => matches!(role, Administrator),
        Permission::ReadLedger => matches!(role, Administrator | Auditor | Chair | DataOfficer),
        Permission::KeepLedger => matches!(role, Administrator | Chair),
    }
}

/// Everything that a person with these access roles may do.
pub fn permissions_of(roles: &[AccessRole]) -> Vec<Permission> {
    Permission::ALL
        .iter()
        .copied()
        .filter(|permission| roles.iter().any(|role| may(*role, *permission)))
        .collect()
}

/// Refuses an act that the actor has no permission for. The program itself may do everything; a visitor nothing.
///
/// # Errors
/// [`Failure::SignInFirst`] for a visitor, [`Failure::Forbidden`] naming the permission for anybody else.
pub fn must(actor: &Actor, permission: Permission) -> Result<(), Failure> {
    match &actor.person {
        None if actor.is_house => Ok(()),
        None => Err(Failure::SignInFirst),
        Some(person) if person.access.iter().any(|role| may(*role, permission)) => Ok(()),
        Some(_) => Err(forbidden(permission)),
    }
}

/// The refusal for want of this permission.
pub(super) fn forbidden(permission: Permission) -> Failure {
    Failure::Forbidden(Say::new(format!("failure.permission.{permission}")))
}

/// The policy as a text that people can read: one line for each permission, one column for each access role.
pub fn policy_table() -> String {
    let mut text = format!("{:<18}", "permission");
    for role in AccessRole::ALL {
        text.push_str(&format!("{role:>14}", role = role.as_str()));
    }
    text.push('\n');
    for permission in Permission::ALL {
        text.push_str(&format!("{permission:<18}", permission = permission.as_str()));
        for role in AccessRole::ALL {
            text.push_str(&format!("{:>14}", if may(*role, *permission) { "yes" } else { "-" }));
        }
        text.push('\n');
    }
    text
}
