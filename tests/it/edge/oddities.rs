//! Requests that no browser sends.

use super::server::{ask, open, status};
use crate::support::TestOffice;
use crate::support::rounds::figure;
use quytrinh::app::EdgeSettings;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(3);

/// What is sent, and with which statuses it may be answered; 0 is a connection that is closed without an answer.
const TABLE: [(&str, &str, &[u16]); 21] = [
    (
        "an ordinary request",
        "GET /health HTTP/1.1\r\nHost: iso.example:8080\r\n\r\n",
        &[200],
    ),
    (
        "an address of six",
        "GET /health HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        &[200],
    ),
    (
        "both lengths",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        &[400],
    ),
    (
        "two lengths",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        &[400],
    ),
    (
        "a signed length",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
        &[400],
    ),
    (
        "a list of lengths",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd",
        &[400],
    ),
    (
        "an unknown coding",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        &[400],
    ),
    ("bare line feeds", "GET /health HTTP/1.1\nHost: a\n\n", &[0, 400]),
    (
        "one bare line feed",
        "GET /health HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        &[0, 400],
    ),
    (
        "a space before the colon",
        "GET /health HTTP/1.1\r\nHost : a\r\n\r\n",
        &[0, 400],
    ),
    (
        "a folded header",
        "GET /health HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
        &[0, 400],
    ),
    (
        "NUL in a header",
        "GET /health HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
        &[0, 400],
    ),
    (
        "a whole address",
        "GET http://evil.example/health HTTP/1.1\r\nHost: a\r\n\r\n",
        &[400],
    ),
    ("no host", "GET /health HTTP/1.1\r\n\r\n", &[400]),
    (
        "two hosts",
        "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        &[400],
    ),
    (
        "a host with a path",
        "GET /health HTTP/1.1\r\nHost: a/evil\r\n\r\n",
        &[400],
    ),
    (
        "a host with a name before it",
        "GET /health HTTP/1.1\r\nHost: a@evil\r\n\r\n",
        &[400],
    ),
    ("TRACE", "TRACE /health HTTP/1.1\r\nHost: a\r\n\r\n", &[405]),
    (
        "CONNECT",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        &[400, 405],
    ),
    (
        "another method in a header",
        "GET /health HTTP/1.1\r\nHost: a\r\nX-HTTP-Method-Override: DELETE\r\n\r\n",
        &[200],
    ),
    ("a head without end", "", &[0, 400, 431]),
];

#[actix_web::test]
async fn odd_requests_are_refused_and_the_next_one_is_not_taken_from_their_tail() {
    let office = TestOffice::start().await;
    let address = open(&office, EdgeSettings::default());
    let endless = format!("GET /health HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "a".repeat(200_000));
    let before = office.digest();
    for (name, sent, wanted) in TABLE {
        let sent = if sent.is_empty() { &endless } else { sent };
        let answer = ask(address, sent.as_bytes(), WAIT);
        assert!(wanted.contains(&status(&answer)), "{name}: {answer}");
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{name} was answered {answers} times: {answer}");
        assert!(!answer.contains("evil"), "{name}: {answer}");
    }
    assert_eq!(office.digest(), before);
    figure(
        "F10",
        &format!(
            "{} requests that no browser sends, by raw socket: each as the table says",
            TABLE.len()
        ),
    );
}

#[actix_web::test]
async fn a_method_in_a_field_or_header_changes_nothing() {
    let office = TestOffice::start().await;
    let visitor = office.stranger();
    let before = office.digest();
    visitor.get("/sign-in?_method=POST").await.is(200);
    let sent = [("_method", "DELETE"), ("username", "lan")];
    assert_ne!(visitor.post("/health", &sent).await.status(), 200);
    assert_eq!(office.digest(), before);
}

/// A form of a visitor from another site, which a header of a proxy would make look like ours.
fn forged(more: &str) -> String {
    let body = "language=en&back=/";
    format!(
        "POST /language HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.example\r\n{more}Connection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[actix_web::test]
async fn what_only_a_proxy_may_say_is_taken_from_no_one_else() {
    let lies = [
        "X-Forwarded-Host: evil.example\r\n",
        "Forwarded: host=evil.example;proto=https\r\n",
    ];
    let office = TestOffice::start().await;
    let address = open(&office, EdgeSettings::default());
    for lie in lies {
        assert_eq!(status(&ask(address, forged(lie).as_bytes(), WAIT)), 403, "{lie}");
    }
    // The control: of a proxy that is trusted, the same word counts.
    let behind =
        TestOffice::start_with(|site| site.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()].into()).await;
    let address = open(&behind, EdgeSettings::default());
    for lie in lies {
        assert_eq!(status(&ask(address, forged(lie).as_bytes(), WAIT)), 303, "{lie}");
    }
}
