//! A process as nodes and flows.

use super::fault::{Unexpressed, Why};
use super::own::OwnStep;
use crate::nets::XmlElement;
use crate::workflow::{End, RoleCode};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Start,
    Task,
    /// A gateway where one way is taken; with one way on, something that is passed through.
    Xor,
    And,
    End(End),
    /// Left out.
    Gone,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) name: String,
    /// What BPMN calls it.
    pub(super) element: String,
    pub(super) line: usize,
    pub(super) kind: Kind,
    /// The role of its lane.
    pub(super) role: Option<RoleCode>,
    /// The clock stands still while it waits.
    pub(super) waits: bool,
    pub(super) own: Option<OwnStep>,
    /// The flows that leave it, in the order of the file.
    pub(super) out: Vec<usize>,
    /// The flows that lead to it.
    pub(super) into: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) name: String,
    /// Taken under a condition, or when no other one is.
    pub(super) conditional: bool,
    /// The code that the table named.
    pub(super) named: Option<String>,
}

/// A process.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) title: String,
    pub(super) nodes: Vec<Node>,
    pub(super) flows: Vec<Flow>,
    pub(super) unexpressed: Vec<Unexpressed>,
    /// The roles of its lanes, with their names.
    pub(super) roles: Vec<(RoleCode, String)>,
}

impl Model {
    pub(super) fn node(&self, number: usize) -> Option<&Node> {
        self.nodes.get(number)
    }

    pub(super) fn kind(&self, number: usize) -> Kind {
        self.nodes.get(number).map_or(Kind::Gone, |node| node.kind)
    }

    pub(super) fn out(&self, number: usize) -> &[usize] {
        self.nodes.get(number).map_or(&[], |node| &node.out)
    }

    pub(super) fn entering(&self, number: usize) -> &[usize] {
        self.nodes.get(number).map_or(&[], |node| &node.into)
    }

    pub(super) fn flow_to(&self, flow: usize) -> Option<usize> {
        self.flows.get(flow).map(|flow| flow.to)
    }

    /// Lists a node.
    pub(super) fn say(&mut self, number: usize, why: Why) {
        let Some(node) = self.nodes.get(number) else { return };
        let said = Unexpressed {
            id: node.id.clone(),
            name: node.name.clone(),
            kind: node.element.clone(),
            line: node.line,
            why,
        };
        if !self.unexpressed.contains(&said) {
            self.unexpressed.push(said);
        }
    }

    /// Lets a flow lead somewhere else.
    pub(super) fn redirect(&mut self, flow: usize, to: usize) {
        let Some(own) = self.flows.get_mut(flow) else { return };
        let before = std::mem::replace(&mut own.to, to);
        if let Some(node) = self.nodes.get_mut(before) {
            node.into.retain(|into| *into != flow);
        }
        if let Some(node) = self.nodes.get_mut(to) {
            node.into.push(flow);
        }
    }

    /// Adds a node behind or before others, like another one of the file.
    pub(super) fn add_node(&mut self, like: usize, kind: Kind) -> usize {
        let like = self.nodes.get(like);
        let text = |of: fn(&Node) -> &String| like.map_or_else(String::new, |node| of(node).clone());
        let node = Node {
            id: text(|node| &node.id),
            name: text(|node| &node.name),
            element: text(|node| &node.element),
            line: like.map_or(0, |node| node.line),
            kind,
            role: like.and_then(|node| node.role.clone()),
            waits: false,
            own: None,
            out: Vec::new(),
            into: Vec::new(),
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Adds a flow without a name.
    pub(super) fn add_flow(&mut self, from: usize, to: usize) -> usize {
        let number = self.flows.len();
        self.flows.push(Flow {
            from,
            to,
            name: String::new(),
            conditional: false,
            named: None,
        });
        if let Some(node) = self.nodes.get_mut(from) {
            node.out.push(number);
        }
        if let Some(node) = self.nodes.get_mut(to) {
            node.into.push(number);
        }
        number
    }

    /// Takes a flow away.
    pub(super) fn cut(&mut self, flow: usize) {
        let Some((from, to)) = self.flows.get(flow).map(|flow| (flow.from, flow.to)) else {
            return;
        };
        if let Some(node) = self.nodes.get_mut(from) {
            node.out.retain(|out| *out != flow);
        }
        if let Some(node) = self.nodes.get_mut(to) {
            node.into.retain(|into| *into != flow);
        }
    }

    pub(super) fn set_kind(&mut self, number: usize, kind: Kind) {
        if let Some(node) = self.nodes.get_mut(number) {
            node.kind = kind;
        }
    }

    /// Puts a new node on a flow.
    pub(super) fn insert(&mut self, flow: usize, node: usize) {
        if let Some(to) = self.flow_to(flow) {
            self.redirect(flow, node);
            self.add_flow(node, to);
        }
    }
}

pub(super) fn unexpressed(element: &XmlElement, why: Why) -> Unexpressed {
    let text = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
    Unexpressed {
        id: text("id"),
        name: text("name"),
        kind: element.name().to_owned(),
        line: element.line,
        why,
    }
}
