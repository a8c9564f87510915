//! Connections that take their time, in every phase of their life, while people work.

use super::server::{ask, open, status};
use crate::support::TestOffice;
use crate::support::rounds::{figure, rounds};
use quytrinh::app::EdgeSettings;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the slow ones may last.
const DROPPED_WITHIN: Duration = Duration::from_secs(30);
/// How long people may wait for a page meanwhile, of 95 in a hundred pages.
const PEOPLE_WAIT: Duration = Duration::from_millis(300);
/// How many slow connections there are in the short form.
const SLOW: usize = 60;
/// So many of them come from one address of this machine's own net, fewer than one address may have.
const FROM_ONE: usize = 50;

/// One slow connection: what it sends at once, and what it sends every second from then on.
struct Way {
    name: &'static str,
    first: Vec<u8>,
    then: &'static [u8],
    reads: Reads,
}

#[derive(Clone, Copy, PartialEq)]
enum Reads {
    /// Whatever comes.
    All,
    /// A few bytes each second.
    Little,
    Nothing,
}

/// More answers than the buffers of two systems take.
fn many_requests() -> Vec<u8> {
    b"GET /static/site.css HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2_000)
}

fn ways() -> Vec<Way> {
    let way = |name, first: &[u8], then, reads| Way {
        name,
        first: first.to_vec(),
        then,
        reads,
    };
    let post = b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let with = |rest: &[u8]| [post.as_slice(), rest].concat();
    let health = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n".as_slice();
    vec![
        way("says nothing", b"", b"", Reads::All),
        way(
            "drips its head",
            b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ",
            b"a",
            Reads::All,
        ),
        way("sends no body", &with(b"Content-Length: 1000\r\n\r\n"), b"", Reads::All),
        way(
            "drips its body",
            &with(b"Content-Length: 100000\r\n\r\n"),
            b"a",
            Reads::All,
        ),
        way(
            "drips chunks",
            &with(b"Transfer-Encoding: chunked\r\n\r\n"),
            b"1\r\na\r\n",
            Reads::All,
        ),
        way(
            "drips to a door that takes no body",
            b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
            b"a",
            Reads::All,
        ),
        way(
            "drips to no door",
            b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
            b"a",
            Reads::All,
        ),
        way("stays after its answer", health, b"", Reads::All),
        way(
            "drips its second head",
            &[health, b"GET / HTTP/1.1\r\nX-A: "].concat(),
            b"a",
            Reads::All,
        ),
        way("takes no answer", &many_requests(), b"", Reads::Nothing),
        way("sips its answer", &many_requests(), b"", Reads::Little),
        way(
            "asks to go on and does not",
            &with(b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n"),
            b"",
            Reads::All,
        ),
    ]
}

struct Slow {
    way: usize,
    stream: TcpStream,
    left: Vec<u8>,
    begun: Instant,
    dropped: Option<Duration>,
}

impl Slow {
    fn begin(stream: TcpStream, way: usize, ways: &[Way]) -> Self {
        stream.set_nonblocking(true).unwrap();
        Self {
            way,
            stream,
            left: ways[way].first.clone(),
            begun: Instant::now(),
            dropped: None,
        }
    }

    /// What it does in one second.
    fn live(&mut self, ways: &[Way]) {
        let way = &ways[self.way];
        self.left.extend_from_slice(way.then);
        let gone = |kind| !matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted);
        let mut is_gone = !matches!(self.stream.take_error(), Ok(None));
        while !is_gone && !self.left.is_empty() {
            match self.stream.write(&self.left) {
                Ok(sent) => drop(self.left.drain(..sent)),
                Err(cause) => {
                    is_gone = gone(cause.kind());
                    break;
                }
            }
        }
        let most = match way.reads {
            Reads::All => usize::MAX,
            Reads::Little => 10,
            Reads::Nothing => 0,
        };
        let (mut chunk, mut read) = ([0; 4096], 0);
        while !is_gone && read < most {
            let want = chunk.len().min(most - read);
            match self.stream.read(&mut chunk[..want]) {
                Ok(0) => is_gone = true,
                Ok(more) => read += more,
                Err(cause) => {
                    is_gone = gone(cause.kind());
                    break;
                }
            }
        }
        if is_gone {
            self.dropped = Some(self.begun.elapsed());
        }
    }
}

/// Opens slow connections in every way, and lets them live until all are dropped or the time is over.
fn slow_ones(address: SocketAddr, count: usize, time: Duration) -> Vec<(&'static str, Option<Duration>)> {
    let ways = ways();
    let streams = connect(address, count).into_iter().enumerate();
    let mut slow: Vec<Slow> = streams
        .map(|(n, stream)| Slow::begin(stream, n % ways.len(), &ways))
        .collect();
    let begun = Instant::now();
    while begun.elapsed() < time && slow.iter().any(|one| one.dropped.is_none()) {
        let round = Instant::now();
        for one in slow.iter_mut().filter(|one| one.dropped.is_none()) {
            one.live(&ways);
        }
        std::thread::sleep(Duration::from_secs(1).saturating_sub(round.elapsed()));
    }
    slow.into_iter().map(|one| (ways[one.way].name, one.dropped)).collect()
}

/// Opens pages as people do, until told to stop, and gives how long each took.
fn people(address: SocketAddr, stop: &AtomicBool) -> Vec<Duration> {
    let mut times = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let page = b"GET /sign-in HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = ask(address, page, Duration::from_secs(20));
        assert_eq!(status(&answer), 200, "{answer}");
        times.push(begun.elapsed());
        std::thread::sleep(Duration::from_millis(50));
    }
    times.sort();
    times
}

/// An address of this machine's own net: 127.1.0.1, 127.1.0.2, …
fn own_address(number: usize) -> Ipv4Addr {
    let last = u8::try_from(number % 200).unwrap();
    Ipv4Addr::new(127, 1, u8::try_from(number / 200).unwrap(), last + 1)
}

/// Connections that come from several addresses, made by a thread of their own: the test's runs what is asynchronous.
fn connect(to: SocketAddr, count: usize) -> Vec<TcpStream> {
    let connecting = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let one = |number: usize| {
            runtime.block_on(async {
                let socket = tokio::net::TcpSocket::new_v4()?;
                socket.bind(SocketAddr::from((own_address(number / FROM_ONE), 0)))?;
                socket.connect(to).await?.into_std()
            })
        };
        (0..count).map(one).collect::<std::io::Result<Vec<TcpStream>>>()
    });
    connecting.join().unwrap().expect("connections")
}

#[actix_web::test]
async fn slow_connections_are_dropped_in_every_phase_and_people_do_not_notice() {
    let office = TestOffice::start().await;
    // The limits of connections are those of the house.
    let address = open(&office, EdgeSettings::default());
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let working = std::thread::spawn(move || people(address, &told));
    let count = rounds("F1", SLOW);
    let dropped = slow_ones(address, count, DROPPED_WITHIN + Duration::from_secs(5));
    stop.store(true, Ordering::Relaxed);
    let times = working.join().expect("people get their pages");
    let p95 = times[times.len() * 95 / 100];
    for way in ways() {
        let of_way: Vec<Duration> = dropped
            .iter()
            .filter(|(name, _)| *name == way.name)
            .map(|(name, after)| after.unwrap_or_else(|| panic!("one that {name} was not dropped")))
            .collect();
        let longest = of_way.iter().max().copied().unwrap_or_default();
        println!("{:<36} dropped after {:>5.1} s", way.name, longest.as_secs_f64());
        assert!(longest <= DROPPED_WITHIN, "{} lasted {longest:?}", way.name);
    }
    let longest = dropped.iter().filter_map(|(_, after)| *after).max().unwrap_or_default();
    figure(
        "F1",
        &format!(
            "{count} slow connections in {} ways, the last dropped after {:.1} s; {} pages meanwhile, 95 of 100 within {} ms",
            ways().len(),
            longest.as_secs_f64(),
            times.len(),
            p95.as_millis()
        ),
    );
    assert!(p95 <= PEOPLE_WAIT, "{p95:?}");
}

#[actix_web::test]
async fn without_the_watch_slow_connections_stay() {
    let office = TestOffice::start().await;
    let unwatched = EdgeSettings {
        per_address: 10_000,
        patience: None,
        ..EdgeSettings::default()
    };
    let dropped = slow_ones(open(&office, unwatched), ways().len(), Duration::from_secs(32));
    let stayed: Vec<&str> = dropped
        .iter()
        .filter(|(_, after)| after.is_none())
        .map(|(name, _)| *name)
        .collect();
    for way in ["drips its body", "drips chunks", "takes no answer", "sips its answer"] {
        assert!(stayed.contains(&way), "only these stayed: {stayed:?}");
    }
}

#[actix_web::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let office = TestOffice::start_with(|site| site.trusted_proxies = Vec::new().into()).await;
    let few = EdgeSettings {
        per_address: 3,
        ..EdgeSettings::default()
    };
    let address = open(&office, few);
    std::thread::sleep(Duration::from_millis(200));
    let held: Vec<TcpStream> = (0..3).map(|_| TcpStream::connect(address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(200));
    let health = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert_eq!(ask(address, health, Duration::from_secs(5)), "");
    drop(held);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(status(&ask(address, health, Duration::from_secs(5))), 200);
    // Behind a proxy there are many people.
    let behind = TestOffice::start_with(|site| site.trusted_proxies = vec!["127.0.0.1".parse().unwrap()].into()).await;
    let address = open(&behind, few);
    let held: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(address).unwrap()).collect();
    assert_eq!(status(&ask(address, health, Duration::from_secs(5))), 200);
    drop(held);
}
