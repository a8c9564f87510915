//! How far a comparison is, and whether somebody gave it up. Shared between the thread that works and those that ask.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) enum Phase {
    /// The file is read.
    Reading,
    /// Different orders of steps are compared.
    Comparing,
    /// Cases are judged.
    Judging,
    /// The report is written.
    Writing,
}

impl Phase {
    /// Where it begins and ends, in percent of the whole.
    fn span(self) -> (u32, u32) {
        match self {
            Self::Reading => (0, 35),
            Self::Comparing => (35, 60),
            Self::Judging => (60, 85),
            Self::Writing => (85, 100),
        }
    }
}

/// How far a comparison is.
#[derive(Debug, Default)]
pub(in crate::conformance) struct Progress {
    percent: AtomicU32,
    is_given_up: AtomicBool,
}

impl Progress {
    /// So much of a phase is done.
    pub(super) fn at(&self, phase: Phase, done: usize, all: usize) {
        let (from, to) = phase.span();
        let all = all.max(1);
        let width = usize::try_from(to - from).unwrap_or(0);
        let part = u32::try_from(done.min(all).saturating_mul(width) / all).unwrap_or(0);
        self.percent.store(from + part, Ordering::Relaxed);
    }

    /// From 0 to 100.
    pub(in crate::conformance) fn percent(&self) -> u32 {
        self.percent.load(Ordering::Relaxed)
    }

    /// Asks whoever works to stop.
    pub(in crate::conformance) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked to stop.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed)
    }
}

/// A source of bytes that tells how far it is read, and ends with an error when the work is given up.
pub(super) struct Watched<'a> {
    left: &'a [u8],
    all: usize,
    progress: &'a Progress,
}

impl<'a> Watched<'a> {
    /// Watches the reading of these bytes.
    pub(super) fn new(bytes: &'a [u8], progress: &'a Progress) -> Self {
        Self {
            left: bytes,
            all: bytes.len(),
            progress,
        }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_given_up() {
            return Err(io::Error::other("given up"));
        }
        let read = self.left.read(into)?;
        self.progress.at(Phase::Reading, self.all - self.left.len(), self.all);
        Ok(read)
    }
}

/// A place to write to that counts lines, one for each case, and ends with an error when the work is given up.
pub(super) struct Counted<'a, W> {
    pub(super) inner: W,
    pub(super) done: usize,
    pub(super) all: usize,
    pub(super) progress: &'a Progress,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.progress.is_given_up() {
            return Err(io::Error::other("given up"));
        }
        let written = self.inner.write(bytes)?;
        let lines = bytes.iter().take(written).filter(|byte| **byte == b'\n').count();
        if lines > 0 {
            self.done += lines;
            self.progress.at(Phase::Writing, self.done, self.all);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Phase, Progress, Watched};
    use std::io::{Read, Write};

    #[test]
    fn phases_follow_each_other_and_never_pass_a_hundred() {
        let progress = Progress::default();
        let mut last = 0;
        for phase in [Phase::Reading, Phase::Comparing, Phase::Judging, Phase::Writing] {
            for done in [0, 1, 7, 10, 99] {
                progress.at(phase, done, 10);
                assert!((last..=100).contains(&progress.percent()));
                last = progress.percent();
            }
        }
        assert_eq!(last, 100);
        progress.at(Phase::Judging, 0, 0);
        assert_eq!(progress.percent(), 60);
    }

    #[test]
    fn reading_and_writing_stop_when_the_work_is_given_up() {
        let progress = Progress::default();
        let mut source = Watched::new(b"abcdef", &progress);
        let mut three = [0; 3];
        source.read_exact(&mut three).unwrap();
        assert_eq!(progress.percent(), 17);
        let mut out = Counted {
            inner: Vec::new(),
            done: 0,
            all: 2,
            progress: &progress,
        };
        out.write_all(b"one\ntwo\n").unwrap();
        assert_eq!(progress.percent(), 100);
        progress.give_up();
        assert!(source.read(&mut three).is_err() && out.write(b"x").is_err());
    }
}
