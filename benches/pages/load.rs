//! A small load generator: keep-alive connections, each in a thread, that time every answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// One answer of the server.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The head as text.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// One keep-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("no delay");
        Self {
            stream,
            buffer: Vec::with_capacity(64 << 10),
        }
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Answer {
        self.stream.write_all(request).expect("the request is sent");
        self.buffer.clear();
        let mut chunk = [0_u8; 16 << 10];
        loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                let length = header(&head, "content-length")
                    .and_then(|text| text.parse::<usize>().ok())
                    .unwrap_or(0);
                while self.buffer.len() < end + 4 + length {
                    let read = self.stream.read(&mut chunk).expect("the body arrives");
                    assert!(read > 0, "the server closed the connection");
                    self.buffer.extend_from_slice(&chunk[..read]);
                }
                let status = head
                    .split(' ')
                    .nth(1)
                    .and_then(|text| text.parse().ok())
                    .expect("a status");
                return Answer {
                    status,
                    head,
                    body: self.buffer[end + 4..end + 4 + length].to_vec(),
                };
            }
            let read = self.stream.read(&mut chunk).expect("the head arrives");
            assert!(read > 0, "the server closed the connection");
            self.buffer.extend_from_slice(&chunk[..read]);
        }
    }
}

/// The value of a header in a head.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A GET request.
pub(crate) fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n").into_bytes()
}

/// A POST request of a form.
pub(crate) fn post(path: &str, cookie: &str, form: &str) -> Vec<u8> {
    // Each request that is made has its own key; a page's form may bring one.
    let form = match form.contains("key=") {
        true => form.to_owned(),
        false => format!("{form}&key={}", quytrinh::kernel::new_id()),
    };
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// Percent-encodes a form value.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// What a run measured.
pub(crate) struct Measured {
    /// Answers per second.
    pub(crate) per_second: f64,
    /// Median and 99th percentile of the time to an answer, in milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Sends `requests` over and over through `connections` for `time`; every answer must have the status `wanted`.
pub(crate) fn run(address: &str, request: &[u8], wanted: u16, connections: usize, time: Duration) -> Measured {
    let begun = Instant::now();
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let (address, request) = (address.to_owned(), request.to_vec());
            std::thread::spawn(move || {
                let mut connection = Connection::open(&address);
                let mut times = Vec::new();
                while begun.elapsed() < time {
                    let asked = Instant::now();
                    let answer = connection.ask(&request);
                    assert_eq!(answer.status, wanted, "{}", answer.head);
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    measured(
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("a thread ends"))
            .collect(),
        begun.elapsed(),
    )
}

/// Sends each of `requests` once, spread over `connections`.
pub(crate) fn run_each(address: &str, requests: Vec<Vec<u8>>, wanted: u16, connections: usize) -> Measured {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let (address, requests, next) = (address.to_owned(), Arc::clone(&requests), Arc::clone(&next));
            std::thread::spawn(move || {
                let mut connection = Connection::open(&address);
                let mut times = Vec::new();
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let asked = Instant::now();
                    let answer = connection.ask(request);
                    assert_eq!(answer.status, wanted, "{}", String::from_utf8_lossy(&answer.body));
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    measured(
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("a thread ends"))
            .collect(),
        begun.elapsed(),
    )
}

fn measured(mut times: Vec<Duration>, took: Duration) -> Measured {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    Measured {
        per_second: times.len() as f64 / took.as_secs_f64(),
        p50: at(50),
        p99: at(99),
    }
}
