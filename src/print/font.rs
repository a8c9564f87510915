//! The letters: Tinos (widths of Times New Roman, which the rules for official papers ask for) in four cuts.

use super::paper::Face;
use krilla::Data;
use krilla::text::{Font, GlyphId};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

/// One letter of a cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Letter {
    pub(super) id: u32,
    /// Share of the size of letters.
    pub(super) advance: f32,
}

/// A cut with its letters.
pub(super) struct Cut {
    pub(super) font: Font,
    letters: HashMap<char, Letter>,
}

static PLAIN: &[u8] = include_bytes!("../../templates/fonts/Tinos-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../templates/fonts/Tinos-Bold.ttf");
static ITALIC: &[u8] = include_bytes!("../../templates/fonts/Tinos-Italic.ttf");
static BOLD_ITALIC: &[u8] = include_bytes!("../../templates/fonts/Tinos-BoldItalic.ttf");

/// What stands for a character without a letter.
pub(super) const BOX: char = '\u{25a1}';

impl Cut {
    fn of(bytes: &'static [u8]) -> Option<Self> {
        let known = FontRef::from_index(bytes, 0).ok()?;
        let metrics = known.glyph_metrics(Size::new(1.0), LocationRef::default());
        let letters = known
            .charmap()
            .mappings()
            .filter_map(|(code, id)| {
                let advance = metrics.advance_width(id)?;
                Some((
                    char::from_u32(code)?,
                    Letter {
                        id: id.to_u32(),
                        advance,
                    },
                ))
            })
            .collect();
        Some(Self {
            font: Font::new(Data::from(bytes), 0)?,
            letters,
        })
    }

    /// The letter of a character; `None` when the cut has none.
    pub(super) fn letter(&self, c: char) -> Option<Letter> {
        self.letters.get(&c).copied()
    }

    /// The width of a line, as a share of the size of letters.
    pub(super) fn width(&self, text: &str) -> f32 {
        text.chars()
            .filter_map(|c| self.letter(c))
            .map(|letter| letter.advance)
            .sum()
    }
}

impl Letter {
    pub(super) fn glyph(self) -> GlyphId {
        GlyphId::new(self.id)
    }
}

/// The cut for a face. `None` only when the fonts inside the program are broken.
pub(super) fn cut(face: Face) -> Option<&'static Cut> {
    static CUTS: LazyLock<[OnceLock<Option<Cut>>; 4]> = LazyLock::new(Default::default);
    let [plain, bold, italic, bold_italic] = &*CUTS;
    let (kept, bytes) = match face {
        Face::Plain => (plain, PLAIN),
        Face::Bold => (bold, BOLD),
        Face::Italic => (italic, ITALIC),
        Face::BoldItalic => (bold_italic, BOLD_ITALIC),
    };
    kept.get_or_init(|| Cut::of(bytes)).as_ref()
}
