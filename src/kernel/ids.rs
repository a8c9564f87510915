//! Ids: one type for each kind of thing, so that they cannot be mixed up.

/// Makes a new id: a UUID of version 7, which sorts by the time it was made.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Declares an id type over text that the database reads and writes.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new id of this kind.
            #[expect(clippy::new_without_default, reason = "each id is new, so there is no default one")]
            pub fn new() -> Self {
                Self($crate::kernel::new_id())
            }

            /// The id that this text says; whether it names something, the store tells.
            pub fn of(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        $crate::kernel::text_enum!(@sql $name, |this: &Self| this.0.as_str(), |text: String| Ok(Self(text)));
    )*};
}

id! {
    /// An agency: a commune office or the province above it.
    AgencyId,
    /// A person with an account.
    PersonId,
    /// A position of the office (Chủ tịch UBND, Văn thư).
    PositionId,
    /// A role that steps name as responsible.
    RoleId,
    /// A document under control.
    DocumentId,
    /// One version of a document.
    VersionId,
    /// A case.
    CaseId,
}
