//! Reads PNML.

use std::collections::{BTreeMap, BTreeSet};

use super::{PnmlCause, PnmlFault, PnmlNote};
use crate::nets::{
    Marking, Net,
    xml::{Element, Limits, parse},
};

const LIMITS: Limits = Limits {
    bytes: 64 << 20,
    elements: 1_500_000,
    depth: 64,
    text: 64 << 10,
    skip: &["graphics"],
};
const MOST_NODES: usize = 100_000;
/// References to references are followed so far.
const LONGEST_CHAIN: usize = 100;
const MOST_WEIGHT: u64 = 16;
const MOST_TOKENS: u64 = 255;

/// What a PNML file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PnmlRead {
    /// The net, with nodes in the order of the file.
    pub net: Net,
    /// What the file does not say and was taken for granted.
    pub notes: Vec<PnmlNote>,
}

/// Reads a place/transition net: pages and references are resolved, `$invisible$` and unnamed transitions are silent,
/// an arc of weight n names its place n times. Where the file states no initial or final marking, the only place
/// without incoming or outgoing arcs holds one token.
///
/// # Errors
/// What is no such net, with the line and the id of the element.
pub fn read_pnml(bytes: &[u8]) -> Result<PnmlRead, PnmlFault> {
    let root = parse(bytes, &LIMITS)?;
    if root.name() != "pnml" {
        let cause = PnmlCause::NotPnml(root.name().chars().take(40).collect());
        return Err(PnmlFault::new(root.line, "", cause));
    }
    let mut nets = root.named("net");
    let Some(net) = nets.next() else {
        return Err(PnmlFault::new(root.line, "", PnmlCause::NoNet));
    };
    if nets.next().is_some() {
        let count = root.named("net").count();
        return Err(PnmlFault::new(root.line, "", PnmlCause::SeveralNets(count)));
    }
    let net_type = net.attribute("type").unwrap_or_default();
    if ["highlevel", "symmetric", "hlpn", "coloured"]
        .iter()
        .any(|kind| net_type.to_lowercase().contains(kind))
    {
        return Err(fault(net, PnmlCause::NetType(net_type.to_owned())));
    }
    let mut reader = Reader::default();
    reader.net.name = label(net, "name").unwrap_or_default().to_owned();
    reader.nodes(net)?;
    if reader.net.places.is_empty() {
        return Err(fault(net, PnmlCause::NoPlaces));
    }
    reader.check_references()?;
    reader.arcs(net)?;
    reader.finals(net)?;
    reader.complete(net)?;
    reader.note_unnamed();
    Ok(PnmlRead {
        net: reader.net,
        notes: reader.notes,
    })
}

fn fault(element: &Element, cause: PnmlCause) -> PnmlFault {
    PnmlFault::new(element.line, element.attribute("id").unwrap_or_default(), cause)
}

/// The text of a label: `<name><text>…</text></name>`, `<value>` in older files, or the text itself.
fn label<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    let label = element.child(name)?;
    let inner = label.child("text").or_else(|| label.child("value"));
    Some(inner.unwrap_or(label).text())
}

/// A number in a label; PIPE writes `Default,1`.
fn number(element: &Element, text: &str) -> Result<u64, PnmlFault> {
    let text = text.trim();
    let digits = text.strip_prefix("Default,").unwrap_or(text).trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        let cause = PnmlCause::NotANumber(text.chars().take(40).collect());
        return Err(fault(element, cause));
    }
    // So many digits that they do not fit are beyond every limit.
    Ok(digits.parse().unwrap_or(u64::MAX))
}

fn tokens(element: &Element, text: &str) -> Result<u8, PnmlFault> {
    let tokens = number(element, text)?;
    u8::try_from(tokens).map_err(|_error| {
        let limit = MOST_TOKENS;
        fault(element, PnmlCause::TooManyTokens { tokens, limit })
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Place(usize),
    Transition(usize),
    /// A reference to the node with this id.
    Reference(String),
}

#[derive(Default)]
struct Reader {
    net: Net,
    notes: Vec<PnmlNote>,
    /// The nodes by id, with their lines.
    nodes: BTreeMap<String, (Node, usize)>,
    unnamed: Vec<usize>,
}

impl Reader {
    fn nodes(&mut self, page: &Element) -> Result<(), PnmlFault> {
        for element in &page.children {
            match element.name() {
                "page" => self.nodes(element)?,
                "place" => {
                    let node = Node::Place(self.net.places.len());
                    let id = self.enter(element, node)?;
                    if let Some(text) = label(element, "initialMarking").filter(|text| !text.trim().is_empty()) {
                        let tokens = tokens(element, text)?;
                        if tokens > 0 {
                            self.net.initial.insert(self.net.places.len(), tokens);
                        }
                    }
                    let place = self.net.place(id);
                    if let (Some(place), Some(name)) = (self.net.places.get_mut(place), label(element, "name")) {
                        name.clone_into(&mut place.name);
                    }
                }
                "transition" => {
                    let node = Node::Transition(self.net.transitions.len());
                    let id = self.enter(element, node)?;
                    let name = label(element, "name").filter(|name| !name.trim().is_empty());
                    let silent = is_invisible(element);
                    if name.is_none() && !silent {
                        self.unnamed.push(self.net.transitions.len());
                    }
                    self.net.transition(id, name.filter(|_| !silent), [], []);
                }
                "referencePlace" | "referenceTransition" => {
                    let other = element.attribute("ref").unwrap_or_default().to_owned();
                    self.enter(element, Node::Reference(other))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self, element: &Element, node: Node) -> Result<String, PnmlFault> {
        let id = element.attribute("id").map(str::trim).unwrap_or_default();
        if id.is_empty() {
            return Err(fault(element, PnmlCause::NoId(element.name().to_owned())));
        }
        if self.nodes.len() >= MOST_NODES {
            return Err(fault(element, PnmlCause::TooManyNodes(MOST_NODES)));
        }
        match self.nodes.insert(id.to_owned(), (node, element.line)) {
            None => Ok(id.to_owned()),
            Some((_, first)) => Err(fault(element, PnmlCause::DuplicateId { first })),
        }
    }

    fn check_references(&self) -> Result<(), PnmlFault> {
        for (id, (node, line)) in &self.nodes {
            if let Node::Reference(other) = node {
                self.resolve(id).map_err(|cause| {
                    let cause = cause.unwrap_or_else(|| PnmlCause::UnknownNode(other.clone()));
                    PnmlFault::new(*line, id, cause)
                })?;
            }
        }
        Ok(())
    }

    /// The node behind an id; without a cause when there is none of this id.
    fn resolve(&self, id: &str) -> Result<&Node, Option<PnmlCause>> {
        let mut id = id.trim();
        for _ in 0..LONGEST_CHAIN {
            match self.nodes.get(id) {
                None => return Err(None),
                Some((Node::Reference(other), _)) => id = other.trim(),
                Some((node, _)) => return Ok(node),
            }
        }
        Err(Some(PnmlCause::CircularReference))
    }

    fn find(&self, element: &Element, id: Option<&str>) -> Result<&Node, PnmlFault> {
        let id = id.unwrap_or_default();
        self.resolve(id)
            .map_err(|cause| fault(element, cause.unwrap_or_else(|| PnmlCause::UnknownNode(id.to_owned()))))
    }

    fn arcs(&mut self, page: &Element) -> Result<(), PnmlFault> {
        for element in &page.children {
            match element.name() {
                "page" => self.arcs(element)?,
                "arc" => self.arc(element)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn arc(&mut self, arc: &Element) -> Result<(), PnmlFault> {
        if let Some(kind) = kind(arc) {
            return Err(fault(arc, PnmlCause::ArcKind(kind)));
        }
        let (source, target) = (arc.attribute("source"), arc.attribute("target"));
        let ends = (self.find(arc, source)?.clone(), self.find(arc, target)?.clone());
        let weight = match label(arc, "inscription").filter(|text| !text.trim().is_empty()) {
            Some(text) => number(arc, text)?,
            None => 1,
        };
        let times = usize::try_from(weight).ok().filter(|_| weight <= MOST_WEIGHT);
        let Some(times) = times else {
            let limit = MOST_WEIGHT;
            return Err(fault(arc, PnmlCause::Weight { weight, limit }));
        };
        let (list, place) = match ends {
            (Node::Place(place), Node::Transition(to)) => {
                (self.net.transitions.get_mut(to).map(|own| &mut own.inputs), place)
            }
            (Node::Transition(from), Node::Place(place)) => {
                (self.net.transitions.get_mut(from).map(|own| &mut own.outputs), place)
            }
            (Node::Place(_) | Node::Transition(_) | Node::Reference(_), _) => {
                let text = |id: Option<&str>| id.unwrap_or_default().to_owned();
                let (from, to) = (text(source), text(target));
                return Err(fault(arc, PnmlCause::SameKind { from, to }));
            }
        };
        if let Some(list) = list {
            list.extend(std::iter::repeat_n(place, times));
        }
        Ok(())
    }

    fn finals(&mut self, parent: &Element) -> Result<(), PnmlFault> {
        for element in &parent.children {
            match element.name() {
                "page" => self.finals(element)?,
                "finalmarkings" => {
                    for marking in element.named("marking") {
                        self.final_marking(marking)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn final_marking(&mut self, element: &Element) -> Result<(), PnmlFault> {
        let mut marking = Marking::new();
        for place in element.named("place") {
            let id = place.attribute("idref").or_else(|| place.attribute("ref"));
            let Node::Place(number) = *self.find(place, id)? else {
                let cause = PnmlCause::UnknownNode(id.unwrap_or_default().to_owned());
                return Err(fault(place, cause));
            };
            let text = place.child("text").map_or_else(|| place.text(), Element::text);
            let tokens = if text.trim().is_empty() {
                1
            } else {
                tokens(place, text)?
            };
            if tokens > 0 {
                marking.insert(number, tokens);
            }
        }
        if marking.is_empty() {
            self.notes.push(PnmlNote::EmptyFinal(element.line));
        } else if !self.net.finals.contains(&marking) {
            self.net.finals.push(marking);
        }
        Ok(())
    }

    /// Guesses the markings that the file does not state.
    fn complete(&mut self, net: &Element) -> Result<(), PnmlFault> {
        let (mut entered, mut left) = (BTreeSet::new(), BTreeSet::new());
        for transition in &self.net.transitions {
            entered.extend(&transition.outputs);
            left.extend(&transition.inputs);
        }
        let only = |known: &BTreeSet<usize>| {
            let free: Vec<usize> = (0..self.net.places.len())
                .filter(|place| !known.contains(place))
                .collect();
            match free.as_slice() {
                [place] => Ok(*place),
                _ => Err(free.len()),
            }
        };
        let id = |place: usize| {
            self.net
                .places
                .get(place)
                .map_or_else(String::new, |place| place.id.clone())
        };
        let (mut initial, mut end) = (None, None);
        if self.net.initial.is_empty() {
            let place = only(&entered).map_err(|count| fault(net, PnmlCause::NoStart(count)))?;
            self.notes.push(PnmlNote::StartGuessed(id(place)));
            initial = Some(place);
        }
        if self.net.finals.is_empty() {
            let place = only(&left).map_err(|count| fault(net, PnmlCause::NoEnd(count)))?;
            self.notes.push(PnmlNote::EndGuessed(id(place)));
            end = Some(place);
        }
        self.net.initial.extend(initial.map(|place| (place, 1)));
        self.net.finals.extend(end.map(|place| Marking::from([(place, 1)])));
        Ok(())
    }

    fn note_unnamed(&mut self) {
        let first = self
            .unnamed
            .first()
            .and_then(|number| self.net.transitions.get(*number));
        if let Some(first) = first {
            self.notes.push(PnmlNote::Unnamed {
                count: self.unnamed.len(),
                first: first.id.clone(),
            });
        }
    }
}

/// Silent for ProM and PM4Py (`activity="$invisible$"`), or for nets with stochastic properties.
fn is_invisible(transition: &Element) -> bool {
    transition.named("toolspecific").any(|tool| {
        let marked = tool
            .attribute("activity")
            .is_some_and(|activity| activity.contains("$invisible$"));
        marked
            || tool
                .named("property")
                .any(|own| own.attribute("key") == Some("invisible") && own.text().trim().eq_ignore_ascii_case("true"))
    })
}

/// The kind of an arc that is not an ordinary one.
fn kind(arc: &Element) -> Option<String> {
    let stated = [
        arc.attribute("type"),
        arc.child("type")
            .and_then(|own| own.attribute("value").or(Some(own.text()))),
        label(arc, "arctype"),
    ];
    let kind = stated
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|kind| !["", "normal", "ordinary", "ptnet"].contains(&kind.to_lowercase().as_str()))?;
    Some(kind.chars().take(40).collect())
}
