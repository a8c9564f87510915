//! A small browser over a socket: cookies, and forms filled as a person fills them; for the program in a process of
//! its own.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request that takes longer has no answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A page that was opened.
pub struct Opened {
    /// The status.
    pub status: u16,
    /// Where it leads; empty when nowhere.
    pub location: String,
    /// The text of the page.
    pub text: String,
    cookies: Vec<(String, String)>,
}

/// One person's browser.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

/// A form of a page with what it holds; a choice stands at its first value.
#[derive(Debug, Clone)]
pub struct FilledForm {
    /// Where it is sent.
    pub action: String,
    fields: Vec<(String, String)>,
}

impl Browser {
    /// A browser that knows nobody yet.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: BTreeMap::new(),
        }
    }

    /// The same person at the program after a new start.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self {
            address,
            cookies: self.cookies.clone(),
        }
    }

    /// The program that it visits.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Signs in.
    pub fn sign_in(&mut self, username: &str, password: &str) -> std::io::Result<()> {
        let page = self.get("/sign-in")?;
        let form = page
            .form("/sign-in")
            .expect("a form to sign in")
            .with("username", username)
            .with("password", password);
        let sent = self.send(&form)?;
        assert_eq!(sent.status, 303, "{username} signs in:\n{}", sent.text);
        Ok(())
    }

    /// The cookies, as a request has them.
    pub fn cookie_line(&self) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> std::io::Result<Opened> {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// Sends a form.
    pub fn send(&mut self, form: &FilledForm) -> std::io::Result<Opened> {
        let pairs: Vec<String> = form
            .fields
            .iter()
            .map(|(name, value)| format!("{}={}", percent(name), percent(value)))
            .collect();
        let body = pairs.join("&");
        let head = format!(
            "POST {} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            form.action,
            body.len()
        );
        self.ask(&head, &body)
    }

    /// Sends a form with a file in its field `file`.
    pub fn send_file(&mut self, form: &FilledForm, (name, text): (&str, &str)) -> std::io::Result<Opened> {
        const MARK: &str = "--------a-line-between-two-parts";
        let parts = form.fields.iter().filter(|(field, _)| field != "file");
        let mut body: String = parts
            .map(|(field, value)| {
                format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        body.push_str(&format!(
            "--{MARK}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{text}\r\n--{MARK}--\r\n"
        ));
        let head = format!(
            "POST {} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={MARK}\r\nContent-Length: {}\r\n",
            form.action,
            body.len()
        );
        self.ask(&head, &body)
    }

    fn ask(&mut self, head: &str, body: &str) -> std::io::Result<Opened> {
        let cookies = self.cookie_line();
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let rest = format!(
            "Host: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n{body}",
            self.address, cookies
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(rest.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let opened = Opened::read(&answer).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        self.cookies.extend(opened.cookies.iter().cloned());
        Ok(opened)
    }
}

impl Opened {
    /// A whole answer, or nothing when it broke off.
    fn read(answer: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, &str)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let sent = answer.len() - head.len() - 4;
        let is_whole = header("content-length").is_none_or(|length| length.parse() == Ok(sent));
        let cookies = headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
            .filter_map(|(_, value)| value.split(';').next()?.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        is_whole.then(|| Self {
            status,
            location: header("location").unwrap_or_default().to_owned(),
            text: body.to_owned(),
            cookies,
        })
    }

    /// The first form whose address ends so.
    pub fn form(&self, action_ends: &str) -> Option<FilledForm> {
        self.text.split("<form ").skip(1).find_map(|form| {
            let form = form.split("</form>").next()?;
            let action = attribute(form, "action")?;
            action.ends_with(action_ends).then(|| FilledForm {
                action,
                fields: fields(form),
            })
        })
    }
}

impl FilledForm {
    /// The same with a field filled in.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The value of an attribute of the first tag in the text.
fn attribute(text: &str, name: &str) -> Option<String> {
    let tag = text.split('>').next()?;
    let (_, after) = tag.split_once(&format!("{name}=\""))?;
    Some(plain(after.split_once('"')?.0))
}

fn fields(form: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form.split('<').skip(1) {
        let head = format!(" {} ", tag.split('>').next().unwrap_or_default());
        let Some(name) = attribute(&head, " name") else {
            continue;
        };
        let value = attribute(&head, " value").unwrap_or_default();
        let is_known = fields.iter().any(|(known, _)| *known == name);
        let is_checked = head.contains(" checked ");
        let kind = attribute(&head, " type").unwrap_or_default();
        match (tag.split([' ', '>']).next().unwrap_or_default(), kind.as_str()) {
            ("input", "checkbox") if !is_checked => {}
            ("input", "radio") if is_known && !is_checked => {}
            ("input", "radio") => {
                fields.retain(|(known, _)| *known != name);
                fields.push((name, value));
            }
            ("input", _) => fields.push((name, value)),
            ("textarea", _) => fields.push((name, plain(tag.split_once('>').map_or("", |(_, text)| text)))),
            _ => {}
        }
    }
    fields
}

fn plain(html: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(html.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

fn percent(text: &str) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| {
            if is_plain(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
