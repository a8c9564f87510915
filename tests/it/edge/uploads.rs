//! Files that are too much, never end, or break off: refused while they arrive, and nothing of them stays.

use super::server::{ask, status};
use crate::support::databases::SERVER;
use crate::support::program::{Program, run};
use crate::support::rounds::figure;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

const WAIT: Duration = Duration::from_secs(30);
/// The room that the program has for everything, in bytes: 768 MiB.
const ROOM: &str = "--as=805306368";

/// The cookie of a person who signed in.
fn sign_in(address: SocketAddr, username: &str) -> String {
    let password: String = quytrinh::demo::PASSWORD
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let body = format!("csrf=&username={username}&password={password}");
    let sent = format!(
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = ask(address, sent.as_bytes(), WAIT);
    let set = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let cookies: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    assert!(!cookies.is_empty(), "{answer}");
    cookies.join("; ")
}

fn head(cookie: &str, length: &str) -> String {
    format!(
        "POST /documents/archive HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {cookie}\r\n{length}\r\n\
         Content-Type: multipart/form-data; boundary=E\r\n\r\n"
    )
}

/// Sends pieces of a body until the server has enough, and gives how many bytes it took and what it said.
fn pour(address: SocketAddr, head: &str, first: &[u8], piece: &[u8], most: usize) -> (usize, u16) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_write_timeout(Some(WAIT)).unwrap();
    stream.set_read_timeout(Some(WAIT)).unwrap();
    let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let mut sent = 0;
    let mut taken = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&chunk(first)));
    let whole = chunk(piece);
    while taken.is_ok() && sent < most {
        taken = stream.write_all(&whole);
        sent += piece.len();
    }
    let mut answer = Vec::new();
    drop(std::io::Read::read_to_end(&mut stream, &mut answer));
    (sent, status(&String::from_utf8_lossy(&answer)))
}

fn files_in(folder: &Path) -> usize {
    let Ok(inside) = std::fs::read_dir(folder) else {
        return 0;
    };
    inside
        .flatten()
        .map(|entry| {
            if entry.path().is_dir() {
                files_in(&entry.path())
            } else {
                1
            }
        })
        .sum()
}

#[test]
fn uploads_are_counted_while_they_arrive_in_a_house_with_little_memory() {
    if SERVER.is_some() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let lay_down = ["demo", "--no-serve", "--cases", "5", "--data", data.to_str().unwrap()];
    assert!(run(&lay_down).status.success());
    let under = ["env", "MALLOC_ARENA_MAX=2", "prlimit", ROOM];
    let program = Program::start_under(&under, "demo", data, &[]);
    let (address, before) = (program.address, files_in(&data.join("files")));
    let cookie = sign_in(address, "thuky");
    let chunked = head(&cookie, "Transfer-Encoding: chunked");
    let part = b"--E\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"a.zip\"\r\n\r\n".as_slice();
    let (piece, most) = (vec![b'a'; 1 << 20], 256 << 20);
    let header = b"--E\r\nContent-Disposition: form-data; name=\"archive\"\r\nX-A: ".as_slice();
    let parts = b"--E\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\"\r\n\r\n\r\n".repeat(1_000);
    let floods: [(&str, &[u8], &[u8]); 3] = [
        ("a file without end", part, &piece),
        ("a header of a part without end", header, &piece),
        ("parts without end", b"", &parts),
    ];
    for (name, first, piece) in floods {
        let (sent, said) = pour(address, &chunked, first, piece, most);
        assert!(sent < most, "all {sent} bytes of {name} were taken");
        assert!(matches!(said, 0 | 413 | 422), "{name}: {said}");
    }
    // Eight at once, in a house that has room for none of them whole.
    let pouring: Vec<_> = (0..8)
        .map(|_| {
            let (chunked, piece) = (chunked.clone(), piece.clone());
            std::thread::spawn(move || pour(address, &chunked, part, &piece, most).0)
        })
        .collect();
    for one in pouring {
        assert!(one.join().unwrap() < most);
    }
    // Broken off at each place: in the head, in a part's header, in the file, before its end.
    let whole = [
        head(&cookie, "Content-Length: 100000").as_bytes(),
        part,
        b"PK\x03\x04",
        &[b'x'; 50_000],
    ]
    .concat();
    for cut in [10, 200, 300, 1_000, whole.len()] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&whole[..cut.min(whole.len())]).unwrap();
        drop(stream);
    }
    let begun = Instant::now();
    let health = ask(
        address,
        b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        WAIT,
    );
    assert_eq!(status(&health), 200, "{}", program.said());
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(files_in(&data.join("files")), before, "something of an upload stayed");
    figure(
        "F2",
        "endless files, part headers and parts, eight at once and five broken off, in a house with 768 MiB: none taken, no file left",
    );
}
