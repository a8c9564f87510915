//! How marks look. No mark is told by its colour alone: each has a sign, a note or a thicker edge besides.

use super::overlay::MarkClass;
use super::plan::Ending;

pub(super) const INK: &str = "#1f2933";
pub(super) const QUIET: &str = "#52606d";
pub(super) const LINE: &str = "#334e68";
pub(super) const PAPER: &str = "#ffffff";
const ALARM: &str = "#9a4a00";

/// The sign beside an ending.
pub(super) fn sign(ending: Ending) -> &'static str {
    match ending {
        Ending::Completed => "M0 5L4 9L10 1",
        Ending::Refused => "M1 1L9 9M9 1L1 9",
        Ending::Withdrawn => "M10 5H1M5 1L1 5L5 9",
    }
}

/// The sign in the corner of a marked box; how much of something there was is told by its note.
pub(super) fn badge(class: MarkClass) -> Option<&'static str> {
    match class {
        MarkClass::Done => Some("M-4 0L-1 3L4 -3"),
        MarkClass::Current => Some("M-2 -4L3 0L-2 4z"),
        MarkClass::Late => Some("M0 -5V1M0 3V5"),
        MarkClass::Skipped => Some("M-4 0H4"),
        MarkClass::Deviating => Some("M-4 -2H4M-4 2H4M3 -5L-3 5"),
        MarkClass::Heat(_) | MarkClass::Alarm(_) => None,
    }
}

/// Class, fill, stroke and stroke width of a marked box. Every fill of a heat leaves dark text 4.5 : 1 and more.
pub(super) fn look(class: MarkClass) -> (&'static str, &'static str, &'static str, i32) {
    match class {
        MarkClass::Done => ("done", "#e8f5ec", "#17663a", 1),
        MarkClass::Current => ("current", "#e3effc", "#0b4f93", 3),
        MarkClass::Late => ("late", "#fff1de", "#9a4a00", 3),
        MarkClass::Skipped => ("skipped", "#eceff1", "#52606d", 1),
        MarkClass::Deviating => ("deviating", "#fdeaea", "#a61b1b", 3),
        MarkClass::Heat(0) | MarkClass::Alarm(0) => ("heat", PAPER, QUIET, 1),
        MarkClass::Heat(1) => ("heat", "#e6f1f8", LINE, 1),
        MarkClass::Heat(2) => ("heat", "#c9e1f0", LINE, 1),
        MarkClass::Heat(3) => ("heat", "#9ec9e4", LINE, 2),
        MarkClass::Heat(_) => ("heat", "#86bbdd", LINE, 3),
        MarkClass::Alarm(1) => ("alarm", "#fff3e0", ALARM, 1),
        MarkClass::Alarm(2) => ("alarm", "#ffdfb5", ALARM, 1),
        MarkClass::Alarm(3) => ("alarm", "#fdc27e", ALARM, 2),
        MarkClass::Alarm(_) => ("alarm", "#f5a04c", ALARM, 3),
    }
}
