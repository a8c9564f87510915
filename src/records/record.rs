//! A filled form, and the form that it is filled on.

use crate::documents::{Content, VersionHead};
use crate::forms::{Definition, Values};
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId};
use chrono::NaiveDateTime;
use serde::Serialize;
use std::sync::Arc;

/// Where a record belongs: a step of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfCase {
    /// The case.
    pub id: CaseId,
    /// Its code.
    pub code: String,
    /// The code of the step.
    pub step: String,
}

/// A filled form without what was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Its code, as it is printed: `BM.MC.02-2026-0007`.
    pub code: String,
    /// The form.
    pub document_id: DocumentId,
    /// The version that it was made on.
    pub version_id: VersionId,
    /// SHA-256 of that version.
    pub content_sha256: String,
    /// The code that the form had on that day.
    pub form_code: String,
    /// The step of the case that it belongs to; none for a form outside of cases.
    pub case: Option<OfCase>,
    /// Who filled it.
    pub person_id: PersonId,
    /// The name on that day.
    pub person_name: String,
    /// The positions on that day.
    pub position_name: String,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// The record that this one replaces.
    pub replaces_id: Option<String>,
    /// Why it replaces that one.
    pub reason: Option<String>,
}

/// A filled form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The record.
    pub record: Record,
    /// What was filled in.
    pub values: Values,
}

/// A form as it can be filled: its version in force, and what that asks for.
#[derive(Debug, Clone)]
pub struct FormInForce {
    /// The version.
    pub head: VersionHead,
    /// Its content.
    pub content: Arc<Content>,
    /// What it asks for.
    pub definition: Definition,
}

impl FormInForce {
    /// The form of a version; none when it is only printed.
    pub(super) fn of(head: VersionHead, content: Arc<Content>) -> Option<Self> {
        let (definition, _) = crate::forms::define(&content.source.inputs);
        definition.is_fillable().then_some(Self {
            head,
            content,
            definition,
        })
    }
}
