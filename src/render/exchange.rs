//! What goes to other tools and comes from them, in words: the same on a page and on the terminal.

use super::Words;
use crate::bpmn::{BpmnFault, BpmnWords, Unexpressed, write_bpmn};
use crate::kernel::Language;
use crate::nets::write_pnml;
use crate::workflow::{Problem, RoleCode, StepTable, net};

/// A table as a Petri net in PNML, named after its document. The labels of transitions are the codes of the steps.
///
/// # Errors
/// What leaves the order of the rows unclear.
pub fn pnml_file(title: &str, table: &StepTable) -> Result<String, Vec<Problem>> {
    let mut net = net(table)?.net;
    title.clone_into(&mut net.name);
    Ok(write_pnml(&net))
}

/// A table as a BPMN 2.0 file with its picture.
///
/// # Errors
/// What leaves the order of the rows unclear.
pub fn bpmn_file(
    (words, language): (&Words, Language),
    title: &str,
    table: &StepTable,
    role_name: &dyn Fn(&RoleCode) -> String,
) -> Result<String, Vec<Problem>> {
    let words = BpmnWords {
        title,
        role_name,
        no_role: words.get(language, "documents.diagram.no_role"),
        start: words.get(language, "documents.diagram.start"),
        completed: words.get(language, "documents.diagram.completed"),
        refused: words.get(language, "documents.diagram.refused"),
        withdrawn: words.get(language, "documents.diagram.withdrawn"),
    };
    write_bpmn(table, &words)
}

/// An element of a BPMN file that did not come in as it is, in words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UnexpressedText {
    /// Its line, from 1.
    pub line: usize,
    /// Its name, or its id, or what it is.
    pub element: String,
    /// The stable text of the reason.
    pub code: &'static str,
    /// What it is, and what was done instead.
    pub message: String,
}

/// The words of what a table cannot express.
pub fn unexpressed_text(words: &Words, language: Language, own: &Unexpressed) -> UnexpressedText {
    let element = [&own.name, &own.id, &own.kind]
        .into_iter()
        .find(|text| !text.is_empty());
    let code = own.why.as_str();
    UnexpressedText {
        line: own.line,
        element: element.cloned().unwrap_or_default(),
        code,
        message: words.get(language, &format!("exchange.why.{code}")).to_owned(),
    }
}

/// The words of what makes a BPMN file unreadable, with the line.
pub fn bpmn_fault_text(words: &Words, language: Language, fault: &BpmnFault) -> String {
    let says = words.fill(
        language,
        &format!("exchange.fault.{}", fault.cause.code()),
        &fault.cause.args(),
    );
    let holes = [("line", fault.line.max(1).to_string()), ("says", says)];
    words.fill(language, "exchange.at_line", &holes)
}
