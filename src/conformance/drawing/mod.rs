//! Pictures of figures as SVG. Presentation attributes only: a page needs no style and no script for them. Nothing is
//! told by colour alone. Pure.

mod dots;
mod heat;
mod pen;
mod strip;
#[cfg(test)]
mod tests;
mod time_axis;
mod variants;

pub(super) use dots::{DotWords, draw_dots};
pub(super) use heat::{HeatWords, draw_heat};
pub(super) use pen::Frame;
pub(super) use strip::{Linked, Pair, Pairing, draw_pair};
pub(super) use variants::{VariantWords, draw_variants};
