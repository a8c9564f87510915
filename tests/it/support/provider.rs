//! Another party that people sign in by (OpenID Connect): a small provider on this machine, which says what a test wants.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use quytrinh::people::{base64, from_base64};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it knows this site by.
pub const CLIENT: &str = "quytrinh xã Thử";
/// What this site proves itself with.
pub const SECRET: &str = "bí mật: của xã & huyện";

fn url_base64(bytes: &[u8]) -> String {
    let text = base64(bytes).replace('+', "-").replace('/', "_");
    text.trim_end_matches('=').to_owned()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).expect("a key")
}

/// Signs words as a token of identity.
pub fn token(header: &Value, words: &Value, seed: u8) -> String {
    let text = [header, words]
        .map(|part| url_base64(part.to_string().as_bytes()))
        .join(".");
    if header["alg"] == "none" {
        return format!("{text}.");
    }
    let signature: Signature = key(seed).sign(text.as_bytes());
    format!("{text}.{}", url_base64(&signature.to_bytes()))
}

/// The key that it tells of.
pub const OWN_KEY: u8 = 7;

#[derive(Default)]
struct Told {
    /// Codes that were given out: the question of each, and the token that it is worth.
    codes: BTreeMap<String, (String, String)>,
    /// Requests for tokens that were refused, and why.
    refused: Vec<String>,
    asked: usize,
}

/// The provider; it stops with the test.
pub struct Provider {
    /// Its address, as it calls itself.
    pub issuer: String,
    told: Arc<Mutex<Told>>,
}

impl Provider {
    /// Opens it on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let told = Arc::new(Mutex::new(Told::default()));
        let (own, shared) = (issuer.clone(), Arc::clone(&told));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever went away in the middle was no test.
                drop(answer(stream, &own, &shared));
            }
        });
        Self { issuer, told }
    }

    /// A code for a way there (the address that the browser was sent to), worth the token that `make` makes of the nonce.
    pub fn code(&self, way: &str, make: impl FnOnce(&str) -> String) -> String {
        let question = query(way);
        assert_eq!(question["response_type"], "code");
        assert_eq!(question["client_id"], CLIENT);
        assert_eq!(question["code_challenge_method"], "S256");
        let code = quytrinh::kernel::new_id();
        let worth = (question["code_challenge"].clone(), make(&question["nonce"]));
        self.told.lock().unwrap().codes.insert(code.clone(), worth);
        code
    }

    /// How often anybody asked it anything.
    pub fn asked(&self) -> usize {
        self.told.lock().unwrap().asked
    }

    /// Requests for tokens that it refused.
    pub fn refused(&self) -> Vec<String> {
        self.told.lock().unwrap().refused.clone()
    }
}

/// What stands behind `?` in an address.
pub fn query(way: &str) -> BTreeMap<String, String> {
    let text = way.split_once('?').expect("a question").1;
    fields(text)
}

fn fields(text: &str) -> BTreeMap<String, String> {
    actix_web::web::Query::<BTreeMap<String, String>>::from_query(text)
        .expect("fields")
        .into_inner()
}

fn answer(mut stream: TcpStream, issuer: &str, told: &Mutex<Told>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut length, mut authorization) = (String::new(), 0, String::new());
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "authorization" => authorization = value.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, said) = match path {
        "/.well-known/openid-configuration" => (200, about(issuer)),
        "/keys" => (200, keys()),
        "/token" => exchange(&authorization, &String::from_utf8_lossy(&body), told),
        _ => (404, json!({})),
    };
    told.lock().unwrap().asked += 1;
    let text = said.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    )
}

fn about(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
    })
}

fn keys() -> Value {
    let point = key(OWN_KEY).verifying_key().to_sec1_point(false);
    let (x, y) = (&point.as_bytes()[1..33], &point.as_bytes()[33..]);
    json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "một",
        "x": url_base64(x), "y": url_base64(y) }] })
}

/// Gives the token that a code is worth: once, to this site, and to whoever began.
fn exchange(authorization: &str, body: &str, told: &Mutex<Told>) -> (u16, Value) {
    let sent = fields(body);
    let mut told = told.lock().unwrap();
    let pair = authorization
        .strip_prefix("Basic ")
        .and_then(from_base64)
        .unwrap_or_default();
    let pair = String::from_utf8(pair).unwrap_or_default();
    let pair = fields(&format!("pair={}", pair.replace(':', "%3A")));
    let is_known = pair["pair"] == format!("{CLIENT}:{SECRET}");
    let worth = told.codes.remove(sent.get("code").map_or("", String::as_str));
    let refused = match worth {
        _ if !is_known => "client",
        None => "code",
        Some((challenge, token)) => {
            let verifier = sent.get("code_verifier").map_or("", String::as_str);
            if url_base64(&Sha256::digest(verifier.as_bytes())) == challenge {
                return (
                    200,
                    json!({ "access_token": "x", "token_type": "Bearer", "id_token": token }),
                );
            }
            "verifier"
        }
    };
    told.refused.push(refused.to_owned());
    (400, json!({ "error": "invalid_grant" }))
}
