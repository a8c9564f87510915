//! What a page and a step cost over HTTP, each beside a bare actix handler that returns the same bytes in the same run.
//!
//! `cargo bench --bench pages`; it starts the built program with a demo office in a temporary directory and prints a
//! table. Both servers and the load generator share this machine.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a benchmark may stop at the first surprise"
)]

mod editing;
mod load;

use actix_web::{App, HttpResponse, HttpServer, web};
use load::{Connection, Measured, encode, get, header, post, run, run_each};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Connections at the same time, and how long each page is asked for.
const CONNECTIONS: usize = 16;
const TIME: Duration = Duration::from_secs(5);
/// Cases of the demo, and steps that are completed.
const CASES: usize = 300;
const STEPS: usize = 400;

struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("the server is stopped");
        self.child.wait().expect("the server is gone");
    }
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_quytrinh"))
}

/// Lays the demo down, then starts the server and waits for its first page.
fn start(data: &std::path::Path) -> (Server, Duration, Duration) {
    let address = free_address();
    let args = ["demo", "--listen", &address, "--cases", &CASES.to_string(), "--data"];
    let begun = Instant::now();
    let laid = program()
        .args(args)
        .arg(data)
        .arg("--no-serve")
        .stdout(Stdio::null())
        .status()
        .expect("it runs");
    assert!(laid.success());
    let laying = begun.elapsed();
    let begun = Instant::now();
    let child = program()
        .args(args)
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let server = Server { child, address };
    while std::net::TcpStream::connect(&server.address).is_err() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let page = Connection::open(&server.address).ask(&get("/procedures", ""));
    assert_eq!(page.status, 200);
    (server, laying, begun.elapsed())
}

fn resident_mib(server: &Server) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).expect("its status");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("resident memory");
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse().ok())
        .expect("a number");
    kib / 1024.0
}

fn sign_in(server: &Server, username: &str) -> String {
    let form = format!("username={username}&password={}", encode(quytrinh::demo::PASSWORD));
    let answer = Connection::open(&server.address).ask(&post("/sign-in", "", &form));
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
    let cookie = header(&answer.head, "set-cookie").expect("a session cookie");
    cookie.split(';').next().expect("its value").to_owned()
}

fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let from = page
        .find(&format!("name=\"{name}\" value=\""))
        .expect("the hidden field")
        + name.len()
        + 15;
    page[from..].split('"').next().expect("its value")
}

/// A bare actix server whose one handler returns the bytes that were set.
fn bare(bytes: &Arc<Mutex<web::Bytes>>) -> String {
    let (address, shared) = (free_address(), Arc::clone(bytes));
    let listen = address.clone();
    std::thread::spawn(move || {
        let server = HttpServer::new(move || {
            let shared = Arc::clone(&shared);
            App::new().route(
                "/bytes",
                web::to(move || {
                    let bytes = shared.lock().expect("the bytes").clone();
                    async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(bytes) }
                }),
            )
        })
        .workers(2)
        .bind(&listen)
        .expect("the port is free");
        actix_web::rt::System::new().block_on(server.run()).expect("it serves");
    });
    while std::net::TcpStream::connect(&address).is_err() {
        std::thread::sleep(Duration::from_millis(5));
    }
    address
}

fn row(name: &str, bytes: usize, ours: &Measured, bare: &Measured) {
    println!(
        "{name:<34} {bytes:>7}  {:>8.0}/s {:>7.2} {:>7.2} ms   {:>8.0}/s {:>7.2} {:>7.2} ms   {:>5.1} %",
        ours.per_second,
        ours.p50,
        ours.p99,
        bare.per_second,
        bare.p50,
        bare.p99,
        100.0 * ours.per_second / bare.per_second
    );
}

/// Receives cases at the desk and gives the requests that complete the first open step of each.
fn open_steps(server: &Server, count: usize) -> Vec<Vec<u8>> {
    let desk = sign_in(server, "motcua1");
    let official = sign_in(server, "tuphap2");
    let mut connection = Connection::open(&server.address);
    let page = connection.ask(&get("/cases/new?procedure=QT.CT.01", &desk));
    let csrf = hidden(&String::from_utf8_lossy(&page.body), "csrf").to_owned();
    let form = format!(
        "csrf={csrf}&procedure=QT.CT.01&duration=thuong&full_name={}&address={}&phone=0900&paper=1&paper=2\
         &missing_ok=1&first_outcome={}",
        encode("Nguyễn Văn Thử"),
        encode("Thôn Bông"),
        encode("Hợp lệ")
    );
    let mut requests = Vec::new();
    let mut official_csrf = None;
    for _ in 0..count {
        let answer = connection.ask(&post("/cases", &desk, &form));
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        let location = header(&answer.head, "location").expect("where the case is").to_owned();
        let code = location
            .split(['/', '?'])
            .nth(2)
            .expect("the code of the case")
            .to_owned();
        let page = connection.ask(&get(&format!("/cases/{code}"), &official));
        let text = String::from_utf8_lossy(&page.body);
        let csrf = official_csrf.get_or_insert_with(|| hidden(&text, "csrf").to_owned());
        let form = format!(
            "csrf={csrf}&seen_seq={}&step_code={}&outcome={}",
            hidden(&text, "seen_seq"),
            hidden(&text, "step_code"),
            encode("Đạt")
        );
        requests.push(post(&format!("/cases/{code}/steps"), &official, &form));
    }
    requests
}

/// The path of a case that an official sees in the list.
fn some_case(server: &Server, official: &str) -> String {
    let cases = Connection::open(&server.address).ask(&get("/cases", official));
    let cases = String::from_utf8_lossy(&cases.body).into_owned();
    let case = cases
        .split("href=\"/cases/H")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    format!("/cases/H{}", case.expect("a case"))
}

fn main() {
    let data = tempfile::tempdir().expect("a temporary directory");
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_quytrinh"))
        .expect("the program")
        .len();
    println!(
        "program                            {:.1} MiB",
        size as f64 / 1_048_576.0
    );
    let (server, laying, first) = start(data.path());
    println!("laying down {CASES} cases              {:.2} s", laying.as_secs_f64());
    println!(
        "start to first page                {:.0} ms",
        first.as_secs_f64() * 1000.0
    );
    println!("resident memory, idle              {:.1} MiB", resident_mib(&server));
    let official = sign_in(&server, "tuphap1");
    let auditor = sign_in(&server, "danhgia");
    let case = some_case(&server, &official);
    let pages = [
        ("public procedure page", "/procedures/QT.HT.01".to_owned(), ""),
        (
            "signed-in procedure page",
            "/documents/QT.HT.01".to_owned(),
            official.as_str(),
        ),
        ("home", "/".to_owned(), official.as_str()),
        ("my work", "/my-work".to_owned(), official.as_str()),
        ("case page", case, official.as_str()),
        ("conformance, 90 days", "/conformance".to_owned(), auditor.as_str()),
    ];
    let bytes = Arc::new(Mutex::new(web::Bytes::new()));
    let bare = bare(&bytes);
    println!(
        "\n{CONNECTIONS} connections, {} s each            bytes      ours      p50     p99        bare      p50     p99",
        TIME.as_secs()
    );
    for (name, path, cookie) in pages {
        let answer = Connection::open(&server.address).ask(&get(&path, cookie));
        assert_eq!(answer.status, 200, "{path}");
        *bytes.lock().unwrap() = answer.body.clone().into();
        let ours = run(&server.address, &get(&path, cookie), 200, CONNECTIONS, TIME);
        let beside = run(&bare, &get("/bytes", ""), 200, CONNECTIONS, TIME);
        row(name, answer.body.len(), &ours, &beside);
    }
    let requests = open_steps(&server, STEPS);
    *bytes.lock().unwrap() = web::Bytes::new();
    let ours = run_each(&server.address, requests, 303, CONNECTIONS);
    let beside = run(&bare, &get("/bytes", ""), 200, CONNECTIONS, TIME);
    row("one step completed (durable)", 0, &ours, &beside);
    editing::measure(&server, data.path());
    let requests = vec![get("/documents/QT.HT.02", &official); 10_000];
    run_each(&server.address, requests, 200, CONNECTIONS);
    println!(
        "\nresident memory, 10,000 requests later {:.1} MiB",
        resident_mib(&server)
    );
}
