//! The structure of a paper as the file tells it to readers for the blind and to other programs.

use super::sheet::{Role, Structure};
use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use std::num::NonZeroU16;

/// A part of the structure while pages are drawn.
struct Open {
    parent: Option<usize>,
    role: Role,
    /// What stands in it, in the order of drawing.
    inside: Vec<Inside>,
    is_placed: bool,
}

enum Inside {
    Leaf(Identifier),
    Node(usize),
}

/// The structure, part by part.
#[derive(Default)]
pub(super) struct Tags {
    tree: Vec<Node>,
    open: Vec<Open>,
}

impl Tags {
    /// Begins a part.
    pub(super) fn open(&mut self, structure: &Structure) {
        let nodes = structure.nodes.iter();
        self.open = nodes
            .map(|(parent, role)| Open {
                parent: *parent,
                role: role.clone(),
                inside: Vec::new(),
                is_placed: false,
            })
            .collect();
    }

    /// Something drawn belongs to this node, which takes its place in the order of reading when it is first drawn.
    pub(super) fn leaf(&mut self, node: usize, identifier: Identifier) {
        if let Some(open) = self.open.get_mut(node) {
            open.inside.push(Inside::Leaf(identifier));
        }
        self.place(node);
    }

    fn place(&mut self, node: usize) {
        let mut node = node;
        while let Some(open) = self.open.get_mut(node).filter(|open| !open.is_placed) {
            open.is_placed = true;
            let Some(parent) = open.parent else { return };
            // A row of a table has all its cells, also those without text.
            if let Some(above) = self.open.get_mut(parent) {
                above.inside.push(Inside::Node(node));
            }
            node = parent;
        }
    }

    /// Ends the part.
    pub(super) fn close(&mut self) {
        let mut nodes: Vec<Option<Open>> = std::mem::take(&mut self.open).into_iter().map(Some).collect();
        if let Some(group) = group(&mut nodes, 0) {
            self.tree.push(group.into());
        }
    }

    /// The whole structure.
    pub(super) fn tree(self) -> TagTree {
        TagTree::from(self.tree).with_lang(Some("vi".to_owned()))
    }
}

/// The node with all that stands in it; the structure is only a few levels deep.
fn group(nodes: &mut [Option<Open>], at: usize) -> Option<TagGroup> {
    let open = nodes.get_mut(at)?.take()?;
    let mut group = TagGroup::new(kind(open.role));
    for inside in open.inside {
        match inside {
            Inside::Leaf(identifier) => group.push(identifier),
            Inside::Node(node) => {
                if let Some(inner) = self::group(nodes, node) {
                    group.push(inner);
                }
            }
        }
    }
    Some(group)
}

fn kind(role: Role) -> TagKind {
    match role {
        Role::Part => Tag::Part.into(),
        Role::Heading(level, name) => {
            let level = NonZeroU16::new(u16::from(level)).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(name)).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Quote => Tag::BlockQuote.into(),
        Role::List => Tag::L(ListNumbering::None).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::ItemBody => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Head => Tag::THead.into(),
        Role::Body => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::HeadCell => Tag::TH(TableHeaderScope::Column).into(),
        Role::Cell => Tag::TD.into(),
        Role::Figure(alt) => Tag::Figure(Some(alt)).into(),
    }
}
