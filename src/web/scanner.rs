//! A scanner for viruses that looks at every file before anything is done with it: the daemon of ClamAV, by its protocol
//! INSTREAM (clamd(8)).

use super::{Failure, Say, Upload};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

/// How long the scanner may take for one file.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes that are sent to it at once; it refuses what is longer than its `StreamMaxLength`.
const PIECE: usize = 1 << 16;
/// An answer of it is short.
const LONGEST_ANSWER: u64 = 4_096;

/// Where the scanner listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// A socket of this machine, as `/run/clamav/clamd.ctl`.
    Socket(PathBuf),
    /// Host and port, as `127.0.0.1:3310`. What is sent there is not encrypted.
    Address(String),
}

impl std::str::FromStr for Scanner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('/') {
            return Ok(Self::Socket(PathBuf::from(text)));
        }
        match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(Self::Address(text.to_owned())),
            _ => Err(format!(
                "`{text}` is neither a path, like /run/clamav/clamd.ctl, nor HOST:PORT"
            )),
        }
    }
}

/// What the scanner found.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Clean,
    /// Something harmful, by the name that the scanner has for it.
    Harmful(String),
}

impl Scanner {
    fn look(&self, bytes: &[u8]) -> io::Result<Verdict> {
        match self {
            Self::Socket(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                ask(stream, bytes)
            }
            Self::Address(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                ask(stream, bytes)
            }
        }
    }

    /// Lets the scanner look at these files.
    ///
    /// # Errors
    /// 422 when it finds something in one, with its name; 503 when it gives no verdict: then nothing is taken.
    pub(super) fn must_be_clean(&self, files: &[Upload]) -> Result<(), Failure> {
        for file in files {
            match self.look(&file.bytes) {
                Ok(Verdict::Clean) => {}
                Ok(Verdict::Harmful(found)) => {
                    tracing::warn!(found, "The scanner found something harmful in a file that was sent");
                    let say = Say::new("failure.harmful")
                        .with("file", &file.file_name)
                        .with("found", found);
                    return Err(Failure::Invalid(say));
                }
                Err(cause) => {
                    tracing::error!(%cause, "The scanner for viruses gives no verdict: no file is taken until it does");
                    return Err(Failure::Unavailable(Say::new("failure.no_scanner")));
                }
            }
        }
        Ok(())
    }
}

/// Sends a file and reads the verdict. What the scanner cannot judge, such as a file beyond its own limit, is an error.
fn ask(mut stream: impl Read + Write, bytes: &[u8]) -> io::Result<Verdict> {
    stream.write_all(b"zINSTREAM\0")?;
    for piece in bytes.chunks(PIECE) {
        let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
        stream.write_all(&length.to_be_bytes())?;
        stream.write_all(piece)?;
    }
    stream.write_all(&0_u32.to_be_bytes())?;
    stream.flush()?;
    let mut answer = String::new();
    stream.take(LONGEST_ANSWER).read_to_string(&mut answer)?;
    let said = answer.trim_end_matches(['\0', '\n']);
    match said.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) if found.ends_with(" FOUND") => Ok(Verdict::Harmful(found.trim_end_matches(" FOUND").to_owned())),
        _ => Err(io::Error::other(format!("the scanner answered `{said}`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scanner, Verdict, ask};
    use std::io::{Cursor, Read, Result, Write};

    /// A scanner that takes everything and says one thing.
    struct Says(Cursor<&'static [u8]>, Vec<u8>);

    impl Read for Says {
        fn read(&mut self, into: &mut [u8]) -> Result<usize> {
            self.0.read(into)
        }
    }

    impl Write for Says {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.1.write(bytes)
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    fn said(answer: &'static [u8]) -> Result<Verdict> {
        ask(Says(Cursor::new(answer), Vec::new()), b"bytes")
    }

    #[test]
    fn only_a_clear_word_is_a_verdict() {
        assert_eq!(said(b"stream: OK\0").unwrap(), Verdict::Clean);
        assert_eq!(
            said(b"stream: Win.Test.EICAR_HDB-1 FOUND\0").unwrap(),
            Verdict::Harmful("Win.Test.EICAR_HDB-1".to_owned())
        );
        for unclear in [
            &b""[..],
            b"INSTREAM size limit exceeded. ERROR\0",
            b"stream: OK, perhaps\0",
            b"OK\0",
            b"\xff",
        ] {
            assert!(said(unclear).is_err(), "{unclear:?}");
        }
    }

    #[test]
    fn a_file_is_sent_in_pieces_with_their_lengths() {
        let mut says = Says(Cursor::new(b"stream: OK\0"), Vec::new());
        ask(&mut says, &[7; (1 << 16) + 1]).unwrap();
        let sent = says.1;
        assert_eq!(sent.get(..14).unwrap(), b"zINSTREAM\0\x00\x01\x00\x00");
        assert_eq!(sent.get(sent.len() - 9..).unwrap(), [0, 0, 0, 1, 7, 0, 0, 0, 0]);
    }

    #[test]
    fn an_address_is_a_path_or_a_host_with_its_port() {
        assert_eq!("/run/a".parse(), Ok(Scanner::Socket("/run/a".into())));
        assert_eq!(
            "127.0.0.1:3310".parse(),
            Ok(Scanner::Address("127.0.0.1:3310".to_owned()))
        );
        for wrong in ["", "clamd", ":3310", "host:port"] {
            assert!(wrong.parse::<Scanner>().is_err(), "{wrong}");
        }
    }
}
