//! Opens what somebody sent: unpacks it, bounds it, and makes it UTF-8.

use super::failure::{FailureCode, LogFailure};
use super::limits::Limits;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

/// How much is looked at before the kind of the file is decided.
const HEAD: usize = 64 << 10;
/// Below so many unpacked bytes nothing is called a bomb.
const SMALL: u64 = 16 << 20;

/// An opened file: UTF-8 without a byte order mark, as far as its encoding is known.
pub(super) struct Input<'a> {
    /// All of it.
    pub(super) text: Box<dyn Read + 'a>,
    /// How it begins.
    pub(super) head: Vec<u8>,
    /// What it was written in.
    pub(super) encoding: &'static Encoding,
}

/// Opens a file. `encoding` is what the map says about it.
pub(super) fn open<'a>(
    mut source: impl Read + 'a,
    encoding: Option<&str>,
    limits: &Limits,
) -> Result<Input<'a>, LogFailure> {
    let start = first_bytes(&mut source, 8)?;
    refuse_packed(&start)?;
    let packed = Rc::new(Cell::new(0));
    let whole = Cursor::new(start.clone()).chain(source);
    let counted = Counted {
        source: whole,
        count: Rc::clone(&packed),
    };
    let unpacked: Box<dyn Read + 'a> = if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(Gzip(MultiGzDecoder::new(io::BufReader::with_capacity(HEAD, counted))))
    } else {
        packed.set(u64::MAX / 2);
        Box::new(counted)
    };
    let mut bounded = Bounded {
        source: unpacked,
        packed,
        count: 0,
        bytes: limits.bytes,
        ratio: limits.ratio,
    };
    let head = first_bytes(&mut bounded, HEAD)?;
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(LogFailure::new(FailureCode::Empty));
    }
    refuse_packed(&head)?;
    let (encoding, mark) = encoding_of(&head, encoding)?;
    let text = Cursor::new(head.get(mark..).unwrap_or_default().to_vec()).chain(bounded);
    if encoding == UTF_8 {
        let head = head.get(mark..).unwrap_or_default().to_vec();
        return Ok(Input {
            text: Box::new(text),
            head,
            encoding,
        });
    }
    let mut text = Transcoded {
        source: text,
        decoder: encoding.new_decoder_without_bom_handling(),
        raw: Vec::new(),
        is_over: false,
        ready: Cursor::new(Vec::new()),
    };
    let head = first_bytes(&mut text, HEAD)?;
    Ok(Input {
        text: Box::new(Cursor::new(head.clone()).chain(text)),
        head,
        encoding,
    })
}

/// Up to so many bytes from the beginning of a file.
fn first_bytes(source: &mut impl Read, many: usize) -> Result<Vec<u8>, LogFailure> {
    let mut head = Vec::new();
    let many = u64::try_from(many).unwrap_or(u64::MAX);
    match source.take(many).read_to_end(&mut head) {
        Ok(_) => Ok(head),
        Err(error) => Err(LogFailure::of_io(&error, 1)),
    }
}

/// A workbook or an archive is what people send most often by mistake.
fn refuse_packed(start: &[u8]) -> Result<(), LogFailure> {
    let kind = match start {
        [b'P', b'K', 3, 4, ..] => "zip/xlsx",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "xls",
        [b'7', b'z', 0xbc, 0xaf, ..] => "7z",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zst",
        [b'%', b'P', b'D', b'F', ..] => "pdf",
        _ => return Ok(()),
    };
    Err(LogFailure::new(FailureCode::Packed).with("kind", kind))
}

/// The encoding of a file, and the length of its byte order mark.
fn encoding_of(head: &[u8], said: Option<&str>) -> Result<(&'static Encoding, usize), LogFailure> {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Ok((encoding, mark));
    }
    let declared = declared_encoding(head);
    let Some(label) = said.map(str::as_bytes).or(declared) else {
        return Ok((guessed(head), 0));
    };
    let encoding = Encoding::for_label(label).filter(|encoding| *encoding != encoding_rs::REPLACEMENT);
    let unknown = || LogFailure::new(FailureCode::UnknownEncoding).with("value", super::fault::shown(label));
    Ok((encoding.ok_or_else(unknown)?, 0))
}

/// UTF-16 without a mark shows itself by zeros beside the first letters.
fn guessed(head: &[u8]) -> &'static Encoding {
    match head {
        [0, one, 0, other, ..] if *one != 0 && *other != 0 => encoding_rs::UTF_16BE,
        [one, 0, other, 0, ..] if *one != 0 && *other != 0 => encoding_rs::UTF_16LE,
        _ => UTF_8,
    }
}

/// What the declaration of an XML document says about its encoding.
fn declared_encoding(head: &[u8]) -> Option<&[u8]> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|letter| *letter == b'>')?;
    let declaration = declaration.get(..end)?;
    let name = b"encoding";
    let at = declaration.windows(name.len()).position(|part| part == name)?;
    let value = declaration.get(at + name.len()..)?.trim_ascii_start();
    let value = value.strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let value = value.split(|letter| letter == quote).next()?;
    matches!(quote, b'"' | b'\'').then_some(value)
}

/// Counts what is read.
struct Counted<R> {
    source: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let many = self.source.read(out)?;
        let count = self.count.get().saturating_add(u64::try_from(many).unwrap_or(u64::MAX));
        self.count.set(count);
        Ok(many)
    }
}

/// Tells damage from the end of a file.
struct Gzip<R>(MultiGzDecoder<R>);

impl<R: io::BufRead> Read for Gzip<R>
where
    MultiGzDecoder<R>: Read,
{
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(|error| {
            let is_damage = matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData);
            if is_damage && error.get_ref().is_none_or(is_foreign) {
                return LogFailure::new(FailureCode::BrokenGzip).with("cause", error).into();
            }
            error
        })
    }
}

fn is_foreign(inside: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    inside.downcast_ref::<LogFailure>().is_none()
}

/// Stops at too many bytes, and at too many for what they were packed in.
struct Bounded<R> {
    source: R,
    packed: Rc<Cell<u64>>,
    count: u64,
    bytes: u64,
    ratio: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let many = self.source.read(out)?;
        self.count = self.count.saturating_add(u64::try_from(many).unwrap_or(u64::MAX));
        if self.count > self.bytes {
            return Err(LogFailure::limit(FailureCode::TooManyBytes, self.bytes).into());
        }
        if self.count > SMALL && self.count / self.ratio.max(1) > self.packed.get() {
            return Err(LogFailure::limit(FailureCode::TooPacked, self.ratio).into());
        }
        Ok(many)
    }
}

/// Makes UTF-8 of another encoding; what it does not know becomes U+FFFD.
struct Transcoded<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    is_over: bool,
    ready: Cursor<Vec<u8>>,
}

impl<R: Read> Transcoded<R> {
    fn refill(&mut self) -> io::Result<()> {
        self.raw.resize(HEAD, 0);
        let many = loop {
            match self.source.read(&mut self.raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.is_over = many == 0;
        let raw = self.raw.get(..many).unwrap_or_default();
        let most = self.decoder.max_utf8_buffer_length(raw.len()).unwrap_or(HEAD * 4);
        let mut out = std::mem::take(&mut self.ready).into_inner();
        out.resize(most, 0);
        let (result, _, written, _) = self.decoder.decode_to_utf8(raw, &mut out, self.is_over);
        debug_assert_eq!(result, CoderResult::InputEmpty);
        out.truncate(written);
        self.ready = Cursor::new(out);
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let many = self.ready.read(out)?;
            if many > 0 || out.is_empty() || self.is_over {
                return Ok(many);
            }
            self.refill()?;
        }
    }
}
