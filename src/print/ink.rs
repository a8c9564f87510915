//! Marks drawn on a page: letters, lines, rectangles, QR codes and pictures.

use super::font;
use super::lines::printable;
use super::paper::Face;
use super::picture::{Anchor, Picture, Shape, Step};
use super::sheet::{BLACK, Colour, Ink, Mark};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::KrillaGlyph;
use std::collections::BTreeSet;

fn paint(colour: Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn line(colour: Colour, width: f32, dash: &[f32]) -> Stroke {
    Stroke {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        width,
        dash: (!dash.is_empty()).then(|| StrokeDash {
            array: dash.to_vec(),
            offset: 0.0,
        }),
        ..Stroke::default()
    }
}

pub(super) fn letters(
    surface: &mut Surface<'_>,
    (x, y): (f32, f32),
    (face, size, colour): (Face, f32, Colour),
    (text, stretch): (&str, f32),
) {
    let Some(cut) = font::cut(face) else { return };
    let glyphs: Vec<KrillaGlyph> = text
        .char_indices()
        .filter_map(|(at, c)| {
            let letter = cut.letter(c)?;
            Some(KrillaGlyph {
                glyph_id: letter.glyph(),
                text_range: at..at + c.len_utf8(),
                x_advance: letter.advance + if c == ' ' { stretch / size } else { 0.0 },
                x_offset: 0.0,
                y_offset: 0.0,
                y_advance: 0.0,
                location: None,
            })
        })
        .collect();
    surface.set_stroke(None);
    surface.set_fill(Some(paint(colour)));
    surface.draw_glyphs(Point::from_xy(x, y), &glyphs, cut.font.clone(), text, size, false);
}

pub(super) fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    let (x, y) = (mark.x, mark.y);
    match &mark.ink {
        Ink::Text {
            face,
            size,
            text,
            stretch,
            colour,
        } => letters(surface, (x, y), (*face, *size, *colour), (text, *stretch)),
        Ink::Line { dx, dy, width } => {
            let mut path = PathBuilder::new();
            path.move_to(x, y);
            path.line_to(x + dx, y + dy);
            surface.set_fill(None);
            surface.set_stroke(Some(line(BLACK, *width, &[])));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Ink::Fill { width, height, colour } => rectangles(surface, [(x, y, *width, *height)], *colour),
        Ink::Qr { code, side } => {
            let one = side / code.size.max(1.0);
            let runs = code.runs.iter();
            let squares = runs.map(|(column, row, length)| (x + column * one, y + row * one, length * one, one));
            rectangles(surface, squares, BLACK);
        }
        Ink::Picture {
            picture,
            scale,
            from,
            to,
        } => window(surface, (x, y), (picture, *scale), (*from, *to)),
    }
}

fn rectangles(surface: &mut Surface<'_>, list: impl IntoIterator<Item = (f32, f32, f32, f32)>, colour: Colour) {
    let mut path = PathBuilder::new();
    for (x, y, width, height) in list {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
    }
    surface.set_stroke(None);
    surface.set_fill(Some(paint(colour)));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn window(surface: &mut Surface<'_>, (x, y): (f32, f32), (picture, scale): (&Picture, f32), (from, to): (f32, f32)) {
    let mut frame = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, picture.width * scale, (to - from) * scale) {
        frame.push_rect(rect);
    }
    let Some(frame) = frame.finish() else { return };
    surface.push_clip_path(&frame, &FillRule::NonZero);
    surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y - from * scale));
    for shape in &picture.shapes {
        draw_shape(surface, shape);
    }
    surface.pop();
    surface.pop();
}

fn draw_shape(surface: &mut Surface<'_>, shape: &Shape) {
    match shape {
        Shape::Path { steps, fill, outline } => {
            let mut path = PathBuilder::new();
            for step in steps {
                match step {
                    Step::Move(x, y) => path.move_to(*x, *y),
                    Step::Line(x, y) => path.line_to(*x, *y),
                    Step::Close => path.close(),
                }
            }
            if fill.is_none() && outline.is_none() {
                return;
            }
            surface.set_fill(fill.map(paint));
            surface.set_stroke(
                outline
                    .as_ref()
                    .map(|outline| line(outline.colour, outline.width, &outline.dash)),
            );
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Shape::Text {
            x,
            y,
            size,
            bold,
            italic,
            anchor,
            colour,
            text,
        } => {
            let face = Face::of(*bold, *italic);
            let text = printable(text, face, &mut BTreeSet::new());
            let width = font::cut(face).map_or(0.0, |cut| cut.width(&text) * size);
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            letters(surface, (left, *y), (face, *size, *colour), (&text, 0.0));
        }
    }
}
