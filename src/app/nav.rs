//! The menu: one list, of which each person sees what his or her access roles open.

use crate::kernel::Permission;
use crate::web::{Access, NavEntry};

const fn entry(path: &'static str, key: &'static str, access: Access) -> NavEntry {
    NavEntry { path, key, access }
}

/// The entries of the menu, in their order.
pub const NAV: &[NavEntry] = &[
    entry("/", "nav.home", Access::SignedIn),
    entry("/my-work", "nav.my_work", Access::May(Permission::PerformSteps)),
    entry("/cases", "nav.cases", Access::May(Permission::ReadCases)),
    entry("/documents", "nav.documents", Access::May(Permission::ReadDocuments)),
    entry("/copies", "nav.copies", Access::May(Permission::ReadDocuments)),
    entry("/lists", "nav.lists", Access::May(Permission::ReadDocuments)),
    entry("/reviews", "nav.reviews", Access::May(Permission::ReadDrafts)),
    entry("/law", "nav.law", Access::May(Permission::ReadDocuments)),
    entry(
        "/assignments",
        "nav.assignments",
        Access::May(Permission::ReadAssignments),
    ),
    entry(
        "/conformance",
        "nav.conformance",
        Access::May(Permission::ReadConformance),
    ),
    entry("/conformance/logs", "nav.logs", Access::May(Permission::ImportLogs)),
    entry("/overview", "nav.overview", Access::May(Permission::ReadOverview)),
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
    entry("/people", "nav.people", Access::May(Permission::ManagePeople)),
    entry("/calendar", "nav.calendar", Access::May(Permission::ManageSettings)),
    entry("/procedures", "nav.posted", Access::Anyone),
    entry("/track", "nav.track", Access::Anyone),
];
