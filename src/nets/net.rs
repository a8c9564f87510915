//! Petri nets with one initial marking and one or more final markings.

use std::collections::BTreeMap;

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Unique among the places and transitions of its net.
    pub id: String,
    /// What people call it; often empty.
    pub name: String,
}

/// A transition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transition {
    /// Unique among the places and transitions of its net.
    pub id: String,
    /// The activity that it stands for in a log; `None` for a silent transition. Several may share a label.
    pub label: Option<String>,
    /// The places it takes a token from; a place that is named twice gives two.
    pub inputs: Vec<usize>,
    /// The places it puts a token on; a place that is named twice gets two.
    pub outputs: Vec<usize>,
}

/// How many tokens each place holds; places without a token are left out.
pub type Marking = BTreeMap<usize, u8>;

/// A Petri net. Places and transitions are named by their number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Net {
    /// What people call it.
    pub name: String,
    /// The places.
    pub places: Vec<Place>,
    /// The transitions.
    pub transitions: Vec<Transition>,
    /// Where a case begins.
    pub initial: Marking,
    /// Where a case may end, at least one.
    pub finals: Vec<Marking>,
}

impl Net {
    /// A net without anything.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Adds a place and gives its number.
    pub fn place(&mut self, id: impl Into<String>) -> usize {
        self.places.push(Place {
            id: id.into(),
            name: String::new(),
        });
        self.places.len() - 1
    }

    /// Adds a transition and gives its number.
    pub fn transition(
        &mut self,
        id: impl Into<String>,
        label: Option<&str>,
        inputs: impl Into<Vec<usize>>,
        outputs: impl Into<Vec<usize>>,
    ) -> usize {
        self.transitions.push(Transition {
            id: id.into(),
            label: label.map(str::to_owned),
            inputs: inputs.into(),
            outputs: outputs.into(),
        });
        self.transitions.len() - 1
    }
}
