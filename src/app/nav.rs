//! The menu: groups of entries, of which each person sees what his or her access roles open.

use crate::kernel::Permission;
use crate::web::{Access, NavEntry, NavGroup};

const fn entry(path: &'static str, key: &'static str, access: Access) -> NavEntry {
    NavEntry { path, key, access }
}

const WORK: &[NavEntry] = &[
    entry("/", "nav.home", Access::SignedIn),
    entry("/my-work", "nav.my_work", Access::May(Permission::PerformSteps)),
    entry("/cases", "nav.cases", Access::May(Permission::ReadCases)),
    entry("/records", "nav.records", Access::May(Permission::ReadRecords)),
    entry(
        "/assignments",
        "nav.assignments",
        Access::May(Permission::ReadAssignments),
    ),
];

const DOCUMENTS: &[NavEntry] = &[
    entry("/documents", "nav.documents", Access::May(Permission::ReadDocuments)),
    entry("/editions", "nav.editions", Access::May(Permission::ReadDocuments)),
    entry("/copies", "nav.copies", Access::May(Permission::ReadDocuments)),
    entry("/lists", "nav.lists", Access::May(Permission::ReadDocuments)),
    entry("/reviews", "nav.reviews", Access::May(Permission::ReadDrafts)),
    entry("/law", "nav.law", Access::May(Permission::ReadDocuments)),
    entry("/tthc", "nav.tthc", Access::May(Permission::ReadDocuments)),
];

const EVALUATION: &[NavEntry] = &[
    entry("/overview", "nav.overview", Access::May(Permission::ReadOverview)),
    entry(
        "/conformance",
        "nav.conformance",
        Access::May(Permission::ReadConformance),
    ),
    entry("/conformance/logs", "nav.logs", Access::May(Permission::ImportLogs)),
    entry(
        "/privacy",
        "nav.privacy",
        Access::MayAny(&[Permission::ManagePersonalData, Permission::ApproveErasure]),
    ),
    entry(
        "/privacy/access",
        "nav.access_log",
        Access::May(Permission::ReadAccessLog),
    ),
    entry("/ledger", "nav.ledger", Access::May(Permission::ReadLedger)),
];

const SETTINGS: &[NavEntry] = &[
    entry(
        "/codes",
        "nav.codes",
        Access::MayAny(&[
            Permission::WriteDocuments,
            Permission::ManageSettings,
            Permission::AssignRoles,
        ]),
    ),
    entry(
        "/routes",
        "nav.routes",
        Access::MayAny(&[Permission::ManageSettings, Permission::AssignRoles]),
    ),
    entry("/delegations", "nav.delegations", Access::May(Permission::LendPower)),
    entry(
        "/roles",
        "nav.roles",
        Access::MayAny(&[Permission::ConfirmRoles, Permission::ManagePeople]),
    ),
    entry("/people", "nav.people", Access::May(Permission::ManagePeople)),
    entry(
        "/keys",
        "nav.keys",
        Access::MayAny(&[Permission::ManagePeople, Permission::WriteDocuments]),
    ),
    entry("/calendar", "nav.calendar", Access::May(Permission::ManageSettings)),
    entry("/backups", "nav.backups", Access::May(Permission::ReadLedger)),
    entry("/mail", "nav.mail", Access::May(Permission::ManageSettings)),
];

const CITIZENS: &[NavEntry] = &[
    entry("/procedures", "nav.posted", Access::Anyone),
    entry("/track", "nav.track", Access::Anyone),
];

const fn group(key: &'static str, entries: &'static [NavEntry]) -> NavGroup {
    NavGroup { key, entries }
}

/// The groups of the menu, in their order.
pub const NAV: &[NavGroup] = &[
    group("nav.group.work", WORK),
    group("nav.group.documents", DOCUMENTS),
    group("nav.group.evaluation", EVALUATION),
    group("nav.group.settings", SETTINGS),
    group("nav.group.citizens", CITIZENS),
];
