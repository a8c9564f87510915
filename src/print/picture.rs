//! A drawn workflow read back into shapes, so that it can stand on paper: the few elements that the workflow room's
//! pictures are made of. Anything else is left out, so a picture can never bring anything of its own.

use super::sheet::Colour;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// A move of the pen, in the picture's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    Close,
}

/// The line around a shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outline {
    pub(super) colour: Colour,
    pub(super) width: f32,
    pub(super) dash: Vec<f32>,
}

/// Where a line of letters is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A shape of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Path {
        steps: Vec<Step>,
        fill: Option<Colour>,
        outline: Option<Outline>,
    },
    Text {
        x: f32,
        y: f32,
        size: f32,
        bold: bool,
        italic: bool,
        anchor: Anchor,
        colour: Colour,
        text: String,
    },
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Picture {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) shapes: Vec<Shape>,
}

const INK: Colour = Colour(31, 41, 51);

type Attributes = BTreeMap<String, String>;

fn attributes(tag: &BytesStart<'_>) -> Attributes {
    tag.attributes()
        .flatten()
        .filter_map(|one| {
            let value = quick_xml::escape::unescape(&one.value).ok()?.into_owned();
            Some((one.key.as_ref().to_owned(), value))
        })
        .collect()
}

fn number(attributes: &Attributes, name: &str) -> f32 {
    let value = attributes.get(name).and_then(|text| text.parse::<f32>().ok());
    value.filter(|value| value.is_finite()).unwrap_or(0.0)
}

fn colour(text: &str) -> Option<Colour> {
    if text == "none" {
        return None;
    }
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6);
    let part = |from: usize| u8::from_str_radix(hex?.get(from..from + 2)?, 16).ok();
    match (part(0), part(2), part(4)) {
        (Some(red), Some(green), Some(blue)) => Some(Colour(red, green, blue)),
        _ => Some(INK),
    }
}

fn outline(attributes: &Attributes) -> Option<Outline> {
    let colour = colour(attributes.get("stroke")?)?;
    let width = attributes
        .get("stroke-width")
        .map_or(1.0, |_| number(attributes, "stroke-width"));
    let dash = attributes
        .get("stroke-dasharray")
        .map(String::as_str)
        .unwrap_or_default();
    Some(Outline {
        colour,
        width,
        dash: dash.split_whitespace().filter_map(|one| one.parse().ok()).collect(),
    })
}

fn fill(attributes: &Attributes) -> Option<Colour> {
    attributes.get("fill").map_or(Some(INK), |text| colour(text))
}

/// Splits path data into commands with their numbers.
fn steps(data: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut x, mut y, mut start) = (0.0_f32, 0.0_f32, (0.0_f32, 0.0_f32));
    for (at, command) in data.char_indices().filter(|(_, c)| c.is_ascii_alphabetic()) {
        let rest = data.get(at + 1..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let mut numbers = rest
            .get(..end)
            .unwrap_or_default()
            .split([' ', ','])
            .filter_map(|one| one.parse::<f32>().ok());
        let mut next = || numbers.next().unwrap_or(0.0);
        match command {
            'M' => (x, y) = (next(), next()),
            'L' => (x, y) = (next(), next()),
            'H' => x = next(),
            'V' => y = next(),
            'l' => (x, y) = (x + next(), y + next()),
            'h' => x += next(),
            'v' => y += next(),
            'z' | 'Z' => {
                steps.push(Step::Close);
                (x, y) = start;
                continue;
            }
            _ => return Vec::new(),
        }
        if command == 'M' {
            start = (x, y);
            steps.push(Step::Move(x, y));
        } else {
            steps.push(Step::Line(x, y));
        }
    }
    steps
}

/// A rectangle; its corners are cut by sixteenths of a turn when it has rounded ones.
fn rectangle(x: f32, y: f32, (width, height): (f32, f32), radius: f32) -> Vec<Step> {
    let radius = radius.min(width / 2.0).min(height / 2.0).max(0.0);
    let corners = [
        (x + width - radius, y + radius, -90.0_f32),
        (x + width - radius, y + height - radius, 0.0),
        (x + radius, y + height - radius, 90.0),
        (x + radius, y + radius, 180.0),
    ];
    let mut steps = Vec::new();
    for (middle_x, middle_y, from) in corners {
        let turns: &[f32] = if radius > 0.0 {
            &[0.0, 22.5, 45.0, 67.5, 90.0]
        } else {
            &[0.0]
        };
        for turn in turns {
            let angle = (from + turn).to_radians();
            let (at_x, at_y) = (middle_x + radius * angle.cos(), middle_y + radius * angle.sin());
            steps.push(if steps.is_empty() {
                Step::Move(at_x, at_y)
            } else {
                Step::Line(at_x, at_y)
            });
        }
    }
    steps.push(Step::Close);
    steps
}

/// The head of an arrow at the end of a path.
fn arrow(path: &[Step], size: f32, colour: Colour) -> Option<Shape> {
    let mut ends = path.iter().rev().filter_map(|step| match step {
        Step::Move(x, y) | Step::Line(x, y) => Some((*x, *y)),
        Step::Close => None,
    });
    let ((x, y), (from_x, from_y)) = (ends.next()?, ends.next()?);
    let length = (x - from_x).hypot(y - from_y);
    if length <= 0.0 {
        return None;
    }
    let (ux, uy) = ((x - from_x) / length, (y - from_y) / length);
    let (back, half) = (size * 0.9, size * 0.45);
    let (base_x, base_y) = (x - ux * back, y - uy * back);
    Some(Shape::Path {
        steps: vec![
            Step::Move(base_x - uy * half, base_y + ux * half),
            Step::Line(x, y),
            Step::Line(base_x + uy * half, base_y - ux * half),
            Step::Close,
        ],
        fill: Some(colour),
        outline: None,
    })
}

impl Picture {
    /// Reads a picture of the workflow room.
    pub(super) fn read(svg: &str) -> Self {
        let mut picture = Self::default();
        let mut reader = Reader::from_str(svg);
        let mut text: Option<(Attributes, String)> = None;
        let mut hidden = 0_usize;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag)) => match tag.name().as_ref() {
                    "svg" => picture.open(&attributes(&tag)),
                    "defs" | "title" | "desc" => hidden += 1,
                    "text" => text = Some((attributes(&tag), String::new())),
                    _ => {}
                },
                Ok(Event::Empty(tag)) if hidden == 0 => picture.shape(tag.name().as_ref(), &attributes(&tag)),
                Ok(Event::Text(said)) => {
                    if let Some((_, text)) = &mut text {
                        text.push_str(&said);
                    }
                }
                Ok(Event::GeneralRef(name)) => {
                    if let Some((_, text)) = &mut text {
                        let whole = format!("&{};", &*name);
                        text.push_str(&quick_xml::escape::unescape(&whole).unwrap_or_default());
                    }
                }
                Ok(Event::End(tag)) => match tag.name().as_ref() {
                    "defs" | "title" | "desc" => hidden = hidden.saturating_sub(1),
                    "text" => picture.letters(text.take()),
                    _ => {}
                },
                Ok(Event::Eof) | Err(_) => return picture,
                Ok(_) => {}
            }
        }
    }

    fn open(&mut self, attributes: &Attributes) {
        let box_ = attributes.get("viewBox").map(String::as_str).unwrap_or_default();
        let mut numbers = box_
            .split_whitespace()
            .filter_map(|one| one.parse::<f32>().ok())
            .skip(2);
        self.width = numbers.next().unwrap_or(0.0);
        self.height = numbers.next().unwrap_or(0.0);
    }

    fn shape(&mut self, name: &str, attributes: &Attributes) {
        let at = |name| number(attributes, name);
        let steps = match name {
            "rect" if attributes.get("class").is_some_and(|class| class == "flow-paper") => return,
            "rect" => rectangle(at("x"), at("y"), (at("width"), at("height")), at("rx")),
            "circle" => {
                let (x, y, r) = (at("cx"), at("cy"), at("r"));
                rectangle(x - r, y - r, (2.0 * r, 2.0 * r), r)
            }
            "path" => steps(attributes.get("d").map(String::as_str).unwrap_or_default()),
            _ => return,
        };
        let (dx, dy) = moved(attributes);
        let steps: Vec<Step> = steps
            .into_iter()
            .map(|step| match step {
                Step::Move(x, y) => Step::Move(x + dx, y + dy),
                Step::Line(x, y) => Step::Line(x + dx, y + dy),
                Step::Close => Step::Close,
            })
            .collect();
        let outline = outline(attributes);
        let head = attributes.get("marker-end").and_then(|_| {
            let outline = outline.as_ref()?;
            arrow(&steps, 8.0, outline.colour)
        });
        self.shapes.push(Shape::Path {
            steps,
            fill: fill(attributes),
            outline,
        });
        self.shapes.extend(head);
    }

    fn letters(&mut self, text: Option<(Attributes, String)>) {
        let Some((attributes, text)) = text else { return };
        let has = |name: &str, value: &str| attributes.get(name).is_some_and(|known| known == value);
        let size = if attributes.contains_key("font-size") {
            number(&attributes, "font-size")
        } else {
            13.0
        };
        self.shapes.push(Shape::Text {
            x: number(&attributes, "x"),
            y: number(&attributes, "y"),
            size,
            bold: has("font-weight", "bold"),
            italic: has("font-style", "italic"),
            anchor: match attributes.get("text-anchor").map(String::as_str) {
                Some("middle") => Anchor::Middle,
                Some("end") => Anchor::End,
                _ => Anchor::Start,
            },
            colour: fill(&attributes).unwrap_or(INK),
            text,
        });
    }

    /// The lowest place above `limit` at which no line of letters is cut through.
    pub(super) fn cut_above(&self, from: f32, limit: f32) -> f32 {
        if limit >= self.height {
            return self.height;
        }
        let is_free = |y: f32| {
            self.shapes.iter().all(|shape| match shape {
                Shape::Text { y: base, size, .. } => y <= base - size - 2.0 || y >= base + size * 0.4 + 2.0,
                Shape::Path { .. } => true,
            })
        };
        let mut y = limit;
        while y > from + (limit - from) / 2.0 {
            if is_free(y) {
                return y;
            }
            y -= 2.0;
        }
        limit
    }
}

/// How far `transform="translate(x y)"` moves a shape.
fn moved(attributes: &Attributes) -> (f32, f32) {
    let inner = attributes
        .get("transform")
        .and_then(|text| text.strip_prefix("translate(")?.strip_suffix(')'));
    let mut numbers = inner
        .unwrap_or_default()
        .split([' ', ','])
        .filter_map(|one| one.parse::<f32>().ok());
    (numbers.next().unwrap_or(0.0), numbers.next().unwrap_or(0.0))
}
