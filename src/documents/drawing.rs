//! The words of a drawn table of steps, in the reader's language: one home for the pictures of documents, of cases and
//! of what many cases did.

use crate::kernel::Language;
use crate::render::Words;
use crate::workflow::{Branch, DiagramWords, RoleCode, Sentences};

/// What a picture says of itself, and in whose words.
pub struct Caption<'a> {
    /// Prefix of every id in the picture, unique on the page; letters, digits and `-`.
    pub id: &'a str,
    /// Short name of the picture.
    pub title: &'a str,
    /// What it shows, in a sentence.
    pub description: &'a str,
    /// The words of all languages.
    pub words: &'a Words,
    /// The reader's language.
    pub language: Language,
    /// What people call a role.
    pub role_name: &'a dyn Fn(&RoleCode) -> String,
}

impl Caption<'_> {
    /// Draws with the words of the picture.
    pub fn speak<T>(&self, draw: impl FnOnce(&DiagramWords<'_>) -> T) -> T {
        let word = |key| self.words.get(self.language, key);
        let branch_name = |branch: &Branch| {
            let holes = [("group", branch.group.as_str()), ("branch", branch.branch.as_str())];
            self.words.fill(self.language, "documents.diagram.branch", &holes)
        };
        draw(&DiagramWords {
            id: self.id,
            title: self.title,
            description: self.description,
            role_name: self.role_name,
            branch_name: &branch_name,
            no_role: word("documents.diagram.no_role"),
            or: word("documents.diagram.or"),
            start: word("documents.diagram.start"),
            completed: word("documents.diagram.completed"),
            refused: word("documents.diagram.refused"),
            withdrawn: word("documents.diagram.withdrawn"),
            optional: word("documents.diagram.optional"),
            paused: word("documents.diagram.paused"),
            sentences: Sentences {
                step: word("documents.diagram.step"),
                then: word("documents.diagram.then"),
                when: word("documents.diagram.when"),
                separator: "; ",
                stop: ".",
            },
        })
    }
}
