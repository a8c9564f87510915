//! The server as it stands at a door of this machine, and raw bytes sent to it.

use crate::support::TestOffice;
use quytrinh::app::{self, EdgeSettings};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// A server in a thread of this test; it ends with the tests.
pub fn open(office: &TestOffice, settings: EdgeSettings) -> SocketAddr {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (site, listen) = (office.site.clone(), address.to_string());
    std::thread::spawn(move || {
        actix_web::rt::System::new()
            .block_on(app::serve(site, &listen, settings))
            .expect("it serves");
    });
    while TcpStream::connect(address).is_err() {
        std::thread::sleep(Duration::from_millis(5));
    }
    address
}

/// Sends bytes and gives everything that comes back until the other end closes, or `wait` is over.
pub fn ask(address: SocketAddr, bytes: &[u8], wait: Duration) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(wait)).unwrap();
    // A server that refuses early may have closed already.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    let mut chunk = [0; 16 << 10];
    while let Ok(read @ 1..) = stream.read(&mut chunk) {
        answer.extend_from_slice(&chunk[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of the first answer in it; 0 when the connection was closed without one.
pub fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}
