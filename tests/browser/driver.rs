//! Chromium without a window: one chromedriver for each test, and a browser as wide as a desk or a phone.

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Width and height of a desk, and of a phone.
const DESK: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);
const PATIENCE: Duration = Duration::from_secs(30);

/// The chromedriver of a test.
pub struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (tests/run installs it)");
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        }
    }

    async fn open(&self, options: serde_json::Value) -> Client {
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let serde_json::Value::Object(wanted) = wanted else {
            unreachable!("an object was written")
        };
        ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&self.url)
            .await
            .expect("Chromium starts")
    }

    /// Gives a browser a device with a fingerprint reader whose finger always fits (WebAuthn level 2, section 11: the
    /// command for it is part of the driver, not of its client).
    pub async fn give_authenticator(&self, client: &Client) {
        let session = client.session_id().await.expect("a session").expect("its name");
        let device = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true });
        let (body, host) = (device.to_string(), self.url.trim_start_matches("http://"));
        let mut stream = TcpStream::connect(host).expect("the driver");
        write!(
            stream,
            "POST /session/{session}/webauthn/authenticator HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("the command is sent");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200", "the browser has its device");
    }

    /// A browser on a desk.
    pub async fn desk(&self) -> Client {
        let mut args = arguments();
        args.push(format!("--window-size={},{}", DESK.0, DESK.1));
        self.open(json!({ "args": args })).await
    }

    /// A browser on a phone.
    pub async fn phone(&self) -> Client {
        let metrics = json!({ "width": PHONE.0, "height": PHONE.1, "pixelRatio": 2.0, "touch": true });
        self.open(json!({ "args": arguments(), "mobileEmulation": { "deviceMetrics": metrics } }))
            .await
    }
}

/// What lets Chromium run in a container, and nothing of it talk to anybody else.
fn arguments() -> Vec<String> {
    [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--hide-scrollbars",
        "--lang=vi",
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
