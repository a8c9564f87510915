//! A connection whose other end is held to its pace.

use super::crowd::Place;
use super::pace::Patience;
use super::phase::{Phase, Stand, State};
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// The most bytes that a request has, head and body: more than any door takes, so that what is sent after a refusal is not
/// read for ever.
const MOST_OF_A_REQUEST: usize = 32 << 20;

/// A connection that ends when the other end is too slow, or sends without end.
pub(super) struct Watched {
    stream: TcpStream,
    stand: Stand,
    patience: Option<Patience>,
    timer: Pin<Box<Sleep>>,
    head: Head,
    /// Bytes of this request so far.
    taken: usize,
    _place: Place,
}

/// How much of a head has come: line ends must be CR LF, or two programs on the way could see two different requests.
#[derive(Debug, Default)]
struct Head {
    last: [u8; 4],
}

impl Head {
    /// Looks at bytes of a head up to its end; `false` when a line ends without CR.
    fn is_sound(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            let [_, a, b, c] = self.last;
            self.last = [a, b, c, *byte];
            if self.last == *b"\r\n\r\n" {
                return true;
            }
            if *byte == b'\n' && c != b'\r' {
                return false;
            }
        }
        true
    }
}

impl Watched {
    /// Watches a connection; without patience it only counts, for the test that shows what the watch is for.
    pub(super) fn new(stream: TcpStream, place: Place, patience: Option<Patience>) -> Self {
        Self {
            stream,
            stand: Stand::new(Instant::now()),
            patience,
            timer: Box::pin(sleep(Duration::ZERO)),
            head: Head::default(),
            taken: 0,
            _place: place,
        }
    }

    pub(super) fn stand(&self) -> &Stand {
        &self.stand
    }

    /// Ends the connection when its time is over, and asks to be woken when it will be.
    fn hold_to_pace(&mut self, context: &mut Context<'_>) -> Result<()> {
        let Some(patience) = self.patience else {
            return Ok(());
        };
        let now = Instant::now();
        match self.stand.with(|state| look(state, now, &patience)) {
            Err(slow) => {
                // What the other end does not take goes now, not when the system gives it up. It may be gone already.
                drop(self.stream.set_zero_linger());
                Err(Error::new(ErrorKind::TimedOut, slow))
            }
            Ok(None) => Ok(()),
            Ok(Some(wait)) => {
                self.timer.as_mut().reset(now + wait);
                if self.timer.as_mut().poll(context).is_ready() {
                    context.waker().wake_by_ref();
                }
                Ok(())
            }
        }
    }
}

/// Why the other end is too slow, or when to look again.
fn look(state: &mut State, now: Instant, patience: &Patience) -> std::result::Result<Option<Duration>, &'static str> {
    let mut next: Option<Duration> = None;
    let mut at_least = |wait: Duration| next = Some(next.map_or(wait, |known| known.min(wait)));
    let until = |since: Instant, long: Duration| long.checked_sub(now.saturating_duration_since(since));
    if state.writing.is_waiting() {
        if state.writing.is_too_slow(now, patience) || state.writing.is_too_long(now, patience) {
            return Err("the answer was not taken");
        }
        at_least(state.writing.next_look(patience));
    }
    match state.phase {
        Phase::Head(since) => at_least(
            until(since, patience.head)
                .filter(|left| !left.is_zero())
                .ok_or("no head came")?,
        ),
        // While the answer is still being taken, nobody waits for the next request.
        Phase::Idle(_) if state.writing.is_waiting() => {}
        Phase::Idle(since) => {
            at_least(
                until(since, patience.idle)
                    .filter(|left| !left.is_zero())
                    .ok_or("no request came")?,
            );
        }
        Phase::Body => {
            if state.reading.is_too_slow(now, patience) {
                return Err("the body was too slow");
            }
            if state.reading.is_waiting() {
                at_least(state.reading.next_look(patience));
            }
        }
        Phase::Work => {}
    }
    Ok(next)
}

impl AsyncRead for Watched {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(context, buffer);
        let now = Instant::now();
        match polled {
            Poll::Pending => {
                this.stand.with(|state| state.reading.waits(now));
                this.hold_to_pace(context)?;
                Poll::Pending
            }
            Poll::Ready(Err(cause)) => Poll::Ready(Err(cause)),
            Poll::Ready(Ok(())) => {
                let came = buffer.filled().get(before..).unwrap_or_default();
                this.taken = this.taken.saturating_add(came.len());
                let begins = this.stand.with(|state| {
                    state.reading.moved(now, came.len());
                    let begins = matches!(state.phase, Phase::Idle(_)) && !came.is_empty();
                    if begins {
                        state.phase = Phase::Head(now);
                    }
                    begins
                });
                if begins {
                    this.head = Head::default();
                    this.taken = came.len();
                }
                if this.taken > MOST_OF_A_REQUEST && this.patience.is_some() {
                    drop(this.stream.set_zero_linger());
                    return Poll::Ready(Err(Error::new(ErrorKind::InvalidData, "a request without end")));
                }
                let is_head = this.stand.with(|state| matches!(state.phase, Phase::Head(_)));
                if is_head && this.head.last != *b"\r\n\r\n" && !this.head.is_sound(came) {
                    return Poll::Ready(Err(Error::new(
                        ErrorKind::InvalidData,
                        "a line of a head ends without CR",
                    )));
                }
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl Watched {
    fn wrote(&mut self, polled: Poll<Result<usize>>, context: &mut Context<'_>) -> Poll<Result<usize>> {
        let now = Instant::now();
        match &polled {
            Poll::Pending => {
                self.stand.with(|state| state.writing.waits(now));
                self.hold_to_pace(context)?;
            }
            Poll::Ready(Ok(bytes)) => self.stand.with(|state| state.writing.moved(now, *bytes)),
            Poll::Ready(Err(_)) => {}
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.wrote(polled, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.wrote(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[test]
    fn a_head_with_bare_line_feeds_is_found_and_its_body_is_left_alone() {
        assert!(Head::default().is_sound(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\nwith\nlines"));
        assert!(!Head::default().is_sound(b"GET / HTTP/1.1\nHost: a\r\n\r\n"));
        assert!(!Head::default().is_sound(b"GET / HTTP/1.1\r\nHost: a\n\r\n"));
        let mut cut = Head::default();
        assert!(cut.is_sound(b"GET / HTTP/1.1\r") && cut.is_sound(b"\nHost: a\r\n") && !cut.is_sound(b"\n"));
    }
}
