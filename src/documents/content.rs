//! The content of a version, read: its text, what it says, and its workflow.

use crate::kernel::VersionId;
use crate::procedures::{self, Fault, Severity, Source, content_sha256};
use crate::workflow::{StepTable, Workflow};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// What a text says, and what runs on it. Derived from the text alone, so it is shared by whoever has the same text.
#[derive(Debug)]
pub struct Content {
    /// The text as it is stored and signed.
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub sha256: String,
    /// What it says; the default (empty) source when the front matter cannot be read.
    pub source: Source,
    /// The table of steps; empty for a document without steps.
    pub table: StepTable,
    /// The compiled workflow, when there are steps and they are sound.
    pub workflow: Option<Workflow>,
    /// What is wrong with the text; roles are not checked here, for they are the agency's.
    pub faults: Vec<Fault>,
}

/// A version together with its content.
#[derive(Debug, Clone)]
pub struct VersionContent {
    /// The version.
    pub version: VersionId,
    /// Its content.
    pub content: Arc<Content>,
}

/// How many texts are kept read: a few times the procedures of an office.
const KEPT: usize = 1024;

static READ: LazyLock<RwLock<HashMap<String, Arc<Content>>>> = LazyLock::new(RwLock::default);

impl Content {
    /// Reads a text, or finds it among those that were read before.
    pub fn of(text: &str) -> Arc<Self> {
        let sha256 = content_sha256(text);
        if let Some(known) = READ.read().unwrap_or_else(PoisonError::into_inner).get(&sha256) {
            return Arc::clone(known);
        }
        let content = Arc::new(Self::read(text, sha256.clone()));
        let mut read = READ.write().unwrap_or_else(PoisonError::into_inner);
        if read.len() >= KEPT {
            read.clear();
        }
        read.insert(sha256, Arc::clone(&content));
        content
    }

    /// The content with this hash, if it was read before: saves loading a text from the database.
    pub fn known(sha256: &str) -> Option<Arc<Self>> {
        READ.read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(sha256)
            .map(Arc::clone)
    }

    fn read(text: &str, sha256: String) -> Self {
        let parsed = procedures::parse(text);
        let faults = procedures::check_parsed(&parsed, None);
        let table = parsed.table;
        let workflow = (!table.steps.is_empty())
            .then(|| Workflow::compile(&table).ok())
            .flatten();
        let source = parsed.document.unwrap_or_default();
        Self {
            text: text.to_owned(),
            sha256,
            source,
            table,
            workflow,
            faults,
        }
    }

    /// Whether the text has no error, so that it may be submitted.
    pub fn is_sound(&self) -> bool {
        self.faults.iter().all(|fault| fault.severity != Severity::Error)
    }
}
