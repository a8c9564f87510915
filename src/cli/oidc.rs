//! The other party by which people may sign in to `serve` and `demo` (OpenID Connect).

use crate::people::{Oidc, OidcSettings};
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// By whose word people may sign in. Without an issuer the network is asked nothing.
#[derive(Debug, Args)]
pub(super) struct OidcArgs {
    /// Address of the provider (OpenID Connect) by which people may sign in, as it calls itself.
    #[arg(long, value_name = "URL", env = "QUYTRINH_OIDC_ISSUER", requires = "oidc_client_id")]
    oidc_issuer: Option<String>,
    /// Name under which the provider knows this site; the address to register there is URL/sign-in/oidc/callback.
    #[arg(long, value_name = "NAME", env = "QUYTRINH_OIDC_CLIENT_ID")]
    oidc_client_id: Option<String>,
    /// File whose first line is the secret of this site at the provider; without one, PKCE alone protects the way.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_OIDC_SECRET_FILE")]
    oidc_secret_file: Option<PathBuf>,
    /// What the provider says by which accounts are linked: sub, preferred_username, employee_number …
    #[arg(long, value_name = "CLAIM", env = "QUYTRINH_OIDC_CLAIM", default_value = "sub")]
    oidc_claim: String,
    /// How people call the provider; on the button of the sign-in page.
    #[arg(long, value_name = "NAME", env = "QUYTRINH_OIDC_NAME", default_value = "SSO")]
    oidc_name: String,
    /// Values of `amr` or `acr` that stand for the own second factor when somebody signs in; divided by commas.
    #[arg(
        long,
        value_name = "VALUE",
        env = "QUYTRINH_OIDC_SECOND_FACTOR",
        value_delimiter = ','
    )]
    oidc_second_factor: Vec<String>,
    /// Certificates (PEM) that are trusted instead of the usual ones, for a provider with an authority of its own.
    #[arg(long, value_name = "FILE", env = "QUYTRINH_OIDC_CA_FILE")]
    oidc_ca_file: Option<PathBuf>,
}

impl OidcArgs {
    /// The provider, when one is named. It sends people back, so the address of the site must be told.
    pub(super) fn provider(&self, public_address: Option<&str>) -> anyhow::Result<Option<Arc<Oidc>>> {
        let Some(issuer) = self.oidc_issuer.clone() else {
            return Ok(None);
        };
        public_address.context("the provider sends people back: tell the address of the site with --public-address")?;
        let secret = self.oidc_secret_file.as_ref().map(|path| {
            let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
            let text = Zeroizing::new(text);
            let line = Zeroizing::new(text.lines().next().unwrap_or_default().to_owned());
            anyhow::ensure!(!line.is_empty(), "the first line of {} is empty", path.display());
            Ok(line)
        });
        let authority = self
            .oidc_ca_file
            .as_ref()
            .map(|path| std::fs::read(path).with_context(|| format!("reading {}", path.display())));
        let oidc = Oidc::new(OidcSettings {
            issuer,
            client_id: self.oidc_client_id.clone().unwrap_or_default(),
            secret: secret.transpose()?,
            claim: self.oidc_claim.clone(),
            name: self.oidc_name.clone(),
            second_factor: self.oidc_second_factor.clone(),
            authority: authority.transpose()?,
        })?;
        Ok(Some(Arc::new(oidc)))
    }
}
