//! A mail server of one test, on this machine only: takes letters, or refuses them as it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server does with the next letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes them.
    Takes,
    /// Says to try later.
    Later,
    /// Says that it does not know the address.
    Unknown,
    /// Takes the letter and hangs up before it says so.
    HangsUp,
}

/// A letter as it came.
#[derive(Debug, Clone)]
pub struct Came {
    /// Whom the envelope names.
    pub to: String,
    /// The whole of it.
    pub raw: String,
}

struct Inside {
    mood: Mood,
    came: Vec<Came>,
}

/// The server.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
}

impl MailServer {
    /// A server that takes every letter.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let inside = Arc::new(Mutex::new(Inside {
            mood: Mood::Takes,
            came: Vec::new(),
        }));
        let shared = Arc::clone(&inside);
        // The thread ends with the tests; a client that hangs up early is part of them.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                drop(talk(stream, &shared));
            }
        });
        Self { address, inside }
    }

    /// Changes what it does.
    pub fn turns(&self, mood: Mood) {
        self.inside.lock().unwrap().mood = mood;
    }

    /// The letters that came since this was last asked.
    pub fn take(&self) -> Vec<Came> {
        std::mem::take(&mut self.inside.lock().unwrap().came)
    }
}

fn talk(stream: TcpStream, inside: &Mutex<Inside>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut to = String::new();
    out.write_all(b"220 test ESMTP\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        let mood = inside.lock().unwrap().mood;
        let verb = line.get(..4).unwrap_or_default().to_uppercase();
        let answer = match (verb.as_str(), mood) {
            ("EHLO", _) => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            ("RCPT", Mood::Unknown) => "550 no such mailbox\r\n",
            ("RCPT", Mood::Later) => "450 try again later\r\n",
            ("RCPT", _) => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok\r\n"
            }
            ("DATA", _) => {
                out.write_all(b"354 go on\r\n")?;
                let mut raw = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                    raw.push_str("\r\n");
                }
                let came = Came { to: to.clone(), raw };
                inside.lock().unwrap().came.push(came);
                if mood == Mood::HangsUp {
                    return Ok(());
                }
                "250 taken\r\n"
            }
            ("QUIT", _) => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        out.write_all(answer.as_bytes())?;
    }
    Ok(())
}

impl Came {
    /// A header, unfolded; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let own = head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        own.unwrap_or_default()
    }

    /// The subject as people read it.
    pub fn subject(&self) -> String {
        let value = self.header("Subject");
        let mut bytes = Vec::new();
        let mut rest = value.as_str();
        while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
            if !before.trim().is_empty() {
                bytes.extend_from_slice(before.as_bytes());
            }
            let (word, left) = after.split_once("?=").expect("an encoded word ends");
            bytes.extend(decode(word));
            rest = left;
        }
        bytes.extend_from_slice(rest.as_bytes());
        String::from_utf8(bytes).expect("the subject is text")
    }

    /// The part of this type, as people read it.
    pub fn part(&self, kind: &str) -> String {
        let begin = format!("Content-Type: {kind}");
        let (_, after) = self
            .raw
            .split_once(&begin)
            .unwrap_or_else(|| panic!("no {kind} in\n{}", self.raw));
        let (head, body) = after.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains("base64"), "{head}");
        let body = body.split("\r\n--").next().unwrap_or_default();
        String::from_utf8(decode(body)).expect("the part is text")
    }
}

fn decode(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.chars() {
        let Some(value) = LETTERS.find(letter) else { continue };
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    out
}
