//! How much of a log is read before it is refused.

/// The bounds of one log. Reading stops with a failure at the first that is met, so memory stays within about
/// 20 bytes an event, 20 bytes a case, twice `text`, and a few times `element`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most events.
    pub events: usize,
    /// Most cases.
    pub cases: usize,
    /// Most bytes after unpacking.
    pub bytes: u64,
    /// Most bytes that one packed byte may become, judged once 16 MiB are unpacked.
    pub ratio: u64,
    /// Most bytes of one row of CSV or one tag of XES.
    pub element: usize,
    /// Most bytes of one value that is kept.
    pub value: usize,
    /// How deep elements of XES may stand inside each other.
    pub depth: usize,
    /// Most bytes of all different names of cases, activities and people together.
    pub text: usize,
}

impl Limits {
    /// For files on the machine of whoever runs the command.
    pub const COMMAND_LINE: Self = Self {
        events: 20_000_000,
        cases: 10_000_000,
        bytes: 4 << 30,
        ratio: 600,
        element: 4 << 20,
        value: 64 << 10,
        depth: 256,
        text: 512 << 20,
    };

    /// For files that somebody sends to a server that others use too.
    pub const UPLOAD: Self = Self {
        events: 2_000_000,
        cases: 1_000_000,
        bytes: 512 << 20,
        ratio: 300,
        element: 1 << 20,
        value: 16 << 10,
        depth: 64,
        text: 64 << 20,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::COMMAND_LINE
    }
}
