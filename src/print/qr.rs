//! A QR code as squares.

use fast_qr::{ECL, QRBuilder};

/// A QR code: its dark squares as runs in rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Code {
    /// Squares on a side.
    pub(super) size: f32,
    /// Column, row and length of each dark run.
    pub(super) runs: Vec<(f32, f32, f32)>,
}

/// The code that holds this text; none when it is too long for one.
pub(super) fn code(text: &str) -> Option<Code> {
    let qr = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut runs = Vec::new();
    let mut y = 0.0;
    for row in qr.data.chunks(qr.size).take(qr.size) {
        let (mut x, mut length) = (0.0, 0.0);
        for module in row {
            if module.value() {
                length += 1.0;
            } else if length > 0.0 {
                runs.push((x - length, y, length));
                length = 0.0;
            }
            x += 1.0;
        }
        if length > 0.0 {
            runs.push((x - length, y, length));
        }
        y += 1.0;
    }
    Some(Code { size: y, runs })
}
