//! The things that a permission is needed for; which access role has which, the policy in `people` says.

super::text_enum! {
    /// What somebody may be allowed to do.
    Permission {
        /// Read effective documents and the own duties in them.
        ReadDocuments = "read_documents",
        /// Read drafts and rounds of others.
        ReadDrafts = "read_drafts",
        /// Write, submit, recall and cancel versions.
        WriteDocuments = "write_documents",
        /// Sign or return a version at a stage of review whose position one holds.
        ReviewVersions = "review_versions",
        /// Sign or return a version at a stage of approval whose position one holds, alone or in an edition.
        ApproveVersions = "approve_versions",
        /// Keep the register of laws and see that documents follow their changes.
        ManageLaw = "manage_law",
        /// Keep the catalogue of administrative procedures.
        ManageTthc = "manage_tthc",
        /// Sign what is to become of a document at its periodic review.
        ReviewDocuments = "review_documents",
        /// Withdraw an effective version without a successor.
        WithdrawVersions = "withdraw_versions",
        /// Issue, recall and post copies on paper.
        KeepCopies = "keep_copies",
        /// Give a document another code.
        RenumberDocuments = "renumber_documents",
        /// See who is assigned to what.
        ReadAssignments = "read_assignments",
        /// Assign positions and people to roles.
        AssignRoles = "assign_roles",
        /// Receive cases and hand out receipts.
        ReceiveCases = "receive_cases",
        /// See cases, without the applicant's personal data unless one works on them.
        ReadCases = "read_cases",
        /// See the personal data of an applicant.
        ReadApplicants = "read_applicants",
        /// Open the personal data of a case that one does not handle, for a reason that is written down.
        OpenApplicants = "open_applicants",
        /// See who saw whose personal data.
        ReadAccessLog = "read_access_log",
        /// Handle what people ask about their personal data, and propose erasures.
        ManagePersonalData = "manage_personal_data",
        /// Approve an erasure that somebody else proposed.
        ApproveErasure = "approve_erasure",
        /// Perform the steps of one's roles.
        PerformSteps = "perform_steps",
        /// Fill forms outside of cases.
        FillForms = "fill_forms",
        /// Read filled forms; personal data in them only with [`Permission::ReadApplicants`].
        ReadRecords = "read_records",
        /// Read how cases compare with the approved workflow.
        ReadConformance = "read_conformance",
        /// Say how much each kind of finding weighs.
        EditSeverities = "edit_severities",
        /// Hold logs of other systems against procedures.
        ImportLogs = "import_logs",
        /// See how work goes: late, due soon, on-time rate.
        ReadOverview = "read_overview",
        /// Make and deactivate accounts, positions and their holders.
        ManagePeople = "manage_people",
        /// Confirm that somebody gets a role that takes two people to give.
        ConfirmRoles = "confirm_roles",
        /// Lend the power to sign or work for one's own position, for a time.
        LendPower = "lend_power",
        /// Change the working calendar and routes of approval.
        ManageSettings = "manage_settings",
        /// Read the ledger.
        ReadLedger = "read_ledger",
        /// Take a bundle of the ledger out of the office.
        ExportLedger = "export_ledger",
        /// Change the keys of the ledger, and answer for a ledger that was set back: always two people.
        KeepLedger = "keep_ledger",
    }
}
