//! A BPMN process as a table.

mod blocks;
mod fault;
mod file;
mod model;
mod order;
mod own;
mod regions;
mod table;
mod tidy;
mod ways;

pub use fault::{BpmnCause, BpmnFault, Unexpressed, Why};

use std::collections::BTreeSet;

use crate::nets::{XmlLimits, parse_xml};
use crate::workflow::{RoleCode, StepTable};

const LIMITS: XmlLimits = XmlLimits {
    bytes: 16 << 20,
    elements: 200_000,
    depth: 64,
    text: 16 << 10,
    // The picture says nothing about the order.
    skip: &["BPMNDiagram"],
};

/// What a BPMN file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BpmnRead {
    /// Its process as a table. It may still have faults that [`check`](crate::workflow::check()) names, for example
    /// steps without a role.
    pub table: StepTable,
    /// The name of its pool or process; may be empty.
    pub title: String,
    /// The roles of its lanes in the order of the file: codes that the steps use, and names.
    pub roles: Vec<(RoleCode, String)>,
    /// What did not come in as the file has it, in the order of the file.
    pub unexpressed: Vec<Unexpressed>,
}

impl BpmnRead {
    /// Gives roles other codes: `code` tells, by the code and name of the file, which one an office uses for it.
    pub fn recode_roles(&mut self, code: impl Fn(&RoleCode, &str) -> Option<RoleCode>) {
        let known = |role: &RoleCode| {
            let name = self
                .roles
                .iter()
                .find(|(own, _)| own == role)
                .map_or("", |(_, name)| name);
            code(role, name).unwrap_or_else(|| role.clone())
        };
        for step in &mut self.table.steps {
            let mut seen = BTreeSet::new();
            step.roles = step
                .roles
                .iter()
                .map(known)
                .filter(|role| seen.insert(role.clone()))
                .collect();
        }
        let roles: Vec<RoleCode> = self.roles.iter().map(|(role, _)| known(role)).collect();
        for ((own, _), role) in self.roles.iter_mut().zip(roles) {
            *own = role;
        }
    }
}

/// Reads a process: tasks become rows, exclusive gateways the choices of the rows before them, properly nested parallel
/// gateways parallel parts, lanes roles, and a step that a gateway without names goes round is optional. A file that
/// [`write_bpmn`](super::write_bpmn) wrote gives the same table.
///
/// What a table cannot express is listed, and the rest still comes in.
///
/// # Errors
/// A file that is no BPMN, has no step, or is larger than is read.
pub fn read_bpmn(bytes: &[u8]) -> Result<BpmnRead, BpmnFault> {
    let root = parse_xml(bytes, &LIMITS)?;
    let own = own::Own::of(&root);
    let mut model = file::model(&root, &own)?;
    let mut table = StepTable::default();
    own.durations(&root, &mut table, &mut model.unexpressed);
    let start = tidy::tidy(&mut model)?;
    let regions = regions::regions(&mut model, start)?;
    table.steps = table::steps(&mut model, &regions);
    let mut unexpressed = model.unexpressed;
    unexpressed.sort_by(|one, other| one.line.cmp(&other.line).then_with(|| one.why.cmp(&other.why)));
    Ok(BpmnRead {
        table,
        title: model.title,
        roles: model.roles,
        unexpressed,
    })
}
