//! The mail server: the only place that speaks SMTP.

use super::write::Written;
use anyhow::Context;
use chrono::NaiveDateTime;
use lettre::message::header::{ContentTransferEncoding, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, Message, SmtpTransport, Transport};
use std::time::{Duration, SystemTime};

/// How long the server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest address (RFC 5321, 4.5.3.1.3).
const LONGEST_ADDRESS: usize = 254;
/// How much of what a server says is kept.
const LONGEST_ERROR: usize = 300;

/// How what is said to the mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on the same machine or network.
    None,
    /// By TLS that the plain connection turns into, always.
    StartTls,
    /// By TLS from the first byte.
    Tls,
}

impl Security {
    /// The word for pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }
}

/// By which server letters are sent.
#[derive(Clone)]
pub struct PostSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: Security,
    /// User and password, when the server wants them.
    pub login: Option<(String, String)>,
    /// The sender: `Name <address>` or an address.
    pub from: String,
    /// Certificates (PEM) that are trusted besides the usual ones: for an office with its own authority.
    pub authority: Option<Vec<u8>>,
}

/// A mail server that letters are handed to.
pub struct Post {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Why a letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PostFault {
    /// What was said, for the administrator.
    pub(super) text: String,
    /// Whether trying again is of no use: the server does not know the address.
    pub(super) is_final: bool,
    /// Whether nobody answered, so that no other letter would come through now.
    pub(super) is_deaf: bool,
}

/// Whether a text is an address that letters can be sent to.
pub(super) fn is_address(text: &str) -> bool {
    text.len() <= LONGEST_ADDRESS && text.parse::<Address>().is_ok()
}

impl Post {
    /// A mail server by its settings; nothing is said to it yet.
    ///
    /// # Errors
    /// When the sender is no address, the certificates cannot be read, or a password would go over the network in plain.
    pub fn new(settings: &PostSettings) -> anyhow::Result<Self> {
        let host = settings.host.as_str();
        let is_near = matches!(host, "localhost" | "127.0.0.1" | "::1");
        anyhow::ensure!(
            settings.security != Security::None || settings.login.is_none() || is_near,
            "a password would go to {host} unprotected: use starttls or tls"
        );
        let from: Mailbox = settings
            .from
            .parse()
            .with_context(|| format!("`{}` is no address of a sender", settings.from))?;
        let parameters = || -> anyhow::Result<TlsParameters> {
            let mut builder = TlsParameters::builder(host.to_owned());
            if let Some(pem) = &settings.authority {
                let certificate = Certificate::from_pem(pem).context("reading the certificates of the mail server")?;
                builder = builder.add_root_certificate(certificate);
            }
            builder.build().context("setting up TLS for the mail server")
        };
        let tls = match settings.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(parameters()?),
            Security::Tls => Tls::Wrapper(parameters()?),
        };
        let mut transport = SmtpTransport::builder_dangerous(host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = &settings.login {
            transport = transport.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self {
            transport: transport.build(),
            from,
        })
    }

    /// The sender's address.
    pub fn from(&self) -> String {
        self.from.email.to_string()
    }

    /// Hands a letter over. As long as it tells the same it has the same Message-ID however often it is tried, by which mail
    /// programs know a copy.
    pub(super) fn send(
        &self,
        (id, address): (&str, &str),
        at: NaiveDateTime,
        written: &Written,
    ) -> Result<(), PostFault> {
        let message = self.message((id, address), at, written).map_err(|cause| PostFault {
            text: short(&format!("{cause:#}")),
            is_final: true,
            is_deaf: false,
        })?;
        match self.transport.send(&message) {
            Ok(_answer) => Ok(()),
            Err(cause) => {
                let code = cause.status().map(u16::from);
                Err(PostFault {
                    text: short(&full(&cause)),
                    is_final: matches!(code, Some(550 | 551 | 553)),
                    is_deaf: code.is_none(),
                })
            }
        }
    }

    fn message(&self, (id, address): (&str, &str), at: NaiveDateTime, written: &Written) -> anyhow::Result<Message> {
        let to = Mailbox::new(None, address.parse()?);
        let seconds = u64::try_from(at.and_utc().timestamp())?;
        let plain = |part: lettre::message::SinglePartBuilder, body: &str| {
            part.header(ContentTransferEncoding::Base64).body(body.to_owned())
        };
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(written.subject.clone())
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{id}.{}@{}>", written.mark, self.from.email.domain())))
            .multipart(
                MultiPart::alternative()
                    .singlepart(plain(
                        SinglePart::builder().header(lettre::message::header::ContentType::TEXT_PLAIN),
                        &written.text,
                    ))
                    .singlepart(plain(
                        SinglePart::builder().header(lettre::message::header::ContentType::TEXT_HTML),
                        &written.html,
                    )),
            )?;
        let headers = message.headers_mut();
        headers.insert_raw(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
        headers.insert_raw(HeaderValue::new(
            HeaderName::new_from_ascii_str("List-Unsubscribe"),
            format!("<{}>", written.settings),
        ));
        Ok(message)
    }
}

/// An error with its causes.
fn full(cause: &dyn std::error::Error) -> String {
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(inner) = source {
        text.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    text
}

/// One line, not too long.
fn short(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    one_line.chars().take(LONGEST_ERROR).collect()
}

#[cfg(test)]
mod tests {
    use super::{Post, PostSettings, Security, is_address};

    fn settings() -> PostSettings {
        PostSettings {
            host: "mail.example.gov.vn".to_owned(),
            port: 587,
            security: Security::StartTls,
            login: Some(("may".to_owned(), "bí mật".to_owned())),
            from: "Hệ thống ISO <iso@example.gov.vn>".to_owned(),
            authority: None,
        }
    }

    #[test]
    fn a_password_never_goes_over_the_network_in_plain() {
        assert_eq!(Post::new(&settings()).unwrap().from(), "iso@example.gov.vn");
        let plain = PostSettings {
            security: Security::None,
            ..settings()
        };
        assert!(Post::new(&plain).is_err());
        let near = PostSettings {
            host: "localhost".to_owned(),
            ..plain.clone()
        };
        assert!(Post::new(&near).is_ok());
        let open = PostSettings { login: None, ..plain };
        assert!(Post::new(&open).is_ok());
        let nobody = PostSettings {
            from: "không có".to_owned(),
            ..settings()
        };
        assert!(Post::new(&nobody).is_err());
    }

    #[test]
    fn only_addresses_are_addresses() {
        for good in ["a@b.vn", "tu.phap+iso@baoha.laocai.gov.vn"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@b.vn", "a".repeat(260));
        for bad in [
            "",
            "a",
            "a@",
            "@b.vn",
            "a b@c.vn",
            "a@b.vn, c@d.vn",
            "a@b.vn\r\nBcc: c@d.vn",
            long.as_str(),
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
