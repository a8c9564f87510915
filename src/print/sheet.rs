//! Pages as lists of marks, and the structure that the marks belong to.

use super::paper::Face;
use super::picture::Picture;
use std::sync::Arc;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const BLACK: Colour = Colour(0, 0, 0);
pub(super) const GREY: Colour = Colour(85, 85, 85);
pub(super) const PALE: Colour = Colour(228, 228, 228);

/// What is drawn.
#[derive(Debug, Clone)]
pub(super) enum Ink {
    /// A line of letters; the place is the left end of its base line.
    Text {
        face: Face,
        size: f32,
        text: String,
        stretch: f32,
        colour: Colour,
    },
    /// A straight line to this distance.
    Line { dx: f32, dy: f32, width: f32 },
    /// A filled rectangle.
    Fill { width: f32, height: f32, colour: Colour },
    /// A window on a picture: its scale, and the part of its height that is shown, in the picture's units.
    Picture {
        picture: Arc<Picture>,
        scale: f32,
        from: f32,
        to: f32,
    },
    /// A QR code with sides of this length.
    Qr { code: Arc<super::qr::Code>, side: f32 },
}

/// Something drawn at a place, in points from the top left corner of the page.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) x: f32,
    pub(super) y: f32,
    /// The part of the structure that it belongs to; none for what only decorates.
    pub(super) node: Option<usize>,
    pub(super) ink: Ink,
}

/// A page.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) marks: Vec<Mark>,
}

/// What a part of the structure is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    Part,
    Heading(u8, String),
    Paragraph,
    Quote,
    List,
    Item,
    Label,
    ItemBody,
    Table,
    Head,
    Body,
    Row,
    HeadCell,
    Cell,
    Figure(String),
}

/// The structure of a part: what stands inside what.
#[derive(Debug, Default)]
pub(super) struct Structure {
    pub(super) nodes: Vec<(Option<usize>, Role)>,
}

impl Structure {
    /// A new part inside `parent`.
    pub(super) fn add(&mut self, parent: Option<usize>, role: Role) -> usize {
        self.nodes.push((parent, role));
        self.nodes.len() - 1
    }
}
