//! A QR code as the path of a drawing.

use fast_qr::{ECL, QRBuilder};
use serde::Serialize;

/// A QR code for a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QrShown {
    /// Squares on a side.
    pub size: usize,
    /// The dark squares, as the path of a drawing.
    pub path: String,
}

/// The code that holds this text; none when it is too long for one.
pub fn qr(text: &str) -> Option<QrShown> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (x, module) in row.iter().enumerate() {
            if module.value() {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    Some(QrShown { size: code.size, path })
}
