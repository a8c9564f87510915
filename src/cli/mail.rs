//! The mail server of `serve` and `demo`.

use crate::notices::{Mail, Post, PostSettings, Security};
use crate::web::MailShown;
use anyhow::Context;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SecurityArg {
    /// Plain: only for a server on the same machine or network, and never with a password over the network.
    None,
    /// TLS that begins after the greeting (usually port 587).
    Starttls,
    /// TLS from the first byte (usually port 465).
    Tls,
}

/// Which server takes letters. Without a host, notices are told on the page only.
#[derive(Debug, Args)]
pub(super) struct MailArgs {
    /// Mail server (SMTP) that letters are handed to; without it there are none.
    #[arg(long, value_name = "HOST", env = "QUYTRINH_MAIL_HOST", requires = "mail_from")]
    mail_host: Option<String>,
    /// Its port; 587 for starttls, 465 for tls and 25 for none unless told otherwise.
    #[arg(long, value_name = "PORT", env = "QUYTRINH_MAIL_PORT")]
    mail_port: Option<u16>,
    /// How the connection to it is protected.
    #[arg(
        long,
        value_name = "HOW",
        env = "QUYTRINH_MAIL_SECURITY",
        value_enum,
        default_value = "starttls"
    )]
    mail_security: SecurityArg,
    /// User at the mail server.
    #[arg(
        long,
        value_name = "NAME",
        env = "QUYTRINH_MAIL_USER",
        requires = "mail_password_file"
    )]
    mail_user: Option<String>,
    /// File whose first line is the password of that user.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_MAIL_PASSWORD_FILE")]
    mail_password_file: Option<PathBuf>,
    /// Sender of letters: an address, or `Name <address>`.
    #[arg(long, value_name = "ADDRESS", env = "QUYTRINH_MAIL_FROM")]
    mail_from: Option<String>,
    /// Certificates (PEM) that are trusted besides the usual ones, for a server with the office's own authority.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_MAIL_CA_FILE")]
    mail_ca_file: Option<PathBuf>,
}

impl MailArgs {
    /// The mail server, when one is named. Letters hold links, so the address of the site must be told.
    pub(super) fn mail(&self, public_address: Option<&str>) -> anyhow::Result<Option<(Mail, MailShown)>> {
        let Some(host) = self.mail_host.clone() else {
            return Ok(None);
        };
        let address =
            public_address.context("letters hold links: tell the address of the site with --public-address")?;
        let (security, usual) = match self.mail_security {
            SecurityArg::None => (Security::None, 25),
            SecurityArg::Starttls => (Security::StartTls, 587),
            SecurityArg::Tls => (Security::Tls, 465),
        };
        let read = |path: &PathBuf| std::fs::read(path).with_context(|| format!("reading {}", path.display()));
        let login = match (&self.mail_user, &self.mail_password_file) {
            (Some(user), Some(path)) => {
                let text = String::from_utf8(read(path)?).with_context(|| format!("{} is no text", path.display()))?;
                let password = text.lines().next().unwrap_or_default().to_owned();
                anyhow::ensure!(!password.is_empty(), "the first line of {} is empty", path.display());
                Some((user.clone(), password))
            }
            _no_login => None,
        };
        let port = self.mail_port.unwrap_or(usual);
        let post = Post::new(&PostSettings {
            port,
            security,
            login,
            from: self.mail_from.clone().unwrap_or_default(),
            authority: self.mail_ca_file.as_ref().map(read).transpose()?,
            host: host.clone(),
        })?;
        let shown = MailShown {
            server: format!("{host}:{port}"),
            security: security.as_str(),
            from: post.from(),
        };
        let mail = Mail {
            post,
            address: address.trim_end_matches('/').to_owned(),
        };
        Ok(Some((mail, shown)))
    }
}
