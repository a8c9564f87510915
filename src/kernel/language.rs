//! The languages of the interface.

super::text_enum! {
    /// A language of the interface; documents themselves are Vietnamese first.
    Language {
        /// Vietnamese, the first language.
        Vi = "vi",
        /// English.
        En = "en",
    }
}
