//! What sorts of external documents there are, what happens to them, and where a task stands.

crate::kernel::text_enum! {
    /// What sort of document of others it is, in the order of their rank.
    ActKind {
        /// Hiến pháp.
        Constitution = "constitution",
        /// Bộ luật.
        Code = "code",
        /// Luật.
        Law = "law",
        /// Pháp lệnh.
        Ordinance = "ordinance",
        /// Nghị quyết.
        Resolution = "resolution",
        /// Nghị quyết liên tịch.
        JointResolution = "joint_resolution",
        /// Nghị định.
        Decree = "decree",
        /// Quyết định.
        Decision = "decision",
        /// Thông tư.
        Circular = "circular",
        /// Thông tư liên tịch.
        JointCircular = "joint_circular",
        /// Chỉ thị.
        Directive = "directive",
        /// Văn bản hợp nhất.
        Consolidated = "consolidated",
        /// Tiêu chuẩn, quy chuẩn.
        Standard = "standard",
        /// Anything else.
        Other = "other",
    }
}

crate::kernel::text_enum! {
    /// Whether an external document is in force on a day.
    Validity {
        /// Nobody noted from when it is in force.
        Unknown = "unknown",
        /// Its day has not come.
        Pending = "pending",
        /// In force.
        InForce = "in_force",
        /// No longer in force.
        Ended = "ended",
    }
}

crate::kernel::text_enum! {
    /// What happened to an external document.
    ChangeKind {
        /// Another one amends parts of it; it stays in force.
        Amended = "amended",
        /// Another one replaces it.
        Replaced = "replaced",
        /// It ended without a successor.
        Expired = "expired",
    }
}

crate::kernel::text_enum! {
    /// What was done about one touched document.
    TaskAct {
        /// Somebody was made responsible.
        Assigned = "assigned",
        /// Looked at: the text needs no change, for a reason.
        NoChange = "no_change",
        /// That was taken back, for a reason.
        Reopened = "reopened",
        /// A draft was opened from the task.
        DraftOpened = "draft_opened",
    }
}

crate::kernel::text_enum! {
    /// Where the work on one touched document stands.
    TaskState {
        /// Nothing was done yet.
        Open = "open",
        /// A new version is on its way.
        DraftOpened = "draft_opened",
        /// Somebody found that the text needs no change.
        NoChange = "no_change",
        /// A version came into force that follows the change, or none is in force any more.
        Done = "done",
    }
}

impl TaskState {
    /// Whether nothing is left to do.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::NoChange | Self::Done)
    }
}
