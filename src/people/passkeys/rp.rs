//! The site as browsers know it: passkeys belong to the host of its public address.

use super::Why;
use crate::web::{Failure, Say};
use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

/// The one host that may have passkeys without TLS: browsers let it, and nobody else answers there.
const OWN_MACHINE: &str = "localhost";

/// The site as browsers know it.
pub(in crate::people) struct Rp {
    /// The host.
    pub(in crate::people) id: String,
    pub(super) webauthn: Webauthn,
}

impl Rp {
    /// The site with this public address; `None` when it has none that passkeys work for: they need a name (no number)
    /// and TLS, but on one's own machine.
    pub(in crate::people) fn of(address: Option<&str>) -> Option<Self> {
        let url = Url::parse(address?).ok()?;
        let id = url.domain()?.to_owned();
        let is_own = id == OWN_MACHINE;
        if url.scheme() != "https" && !is_own {
            return None;
        }
        let webauthn = WebauthnBuilder::new(&id, &url)
            .and_then(|builder| builder.rp_name("quytrinh").allow_any_port(is_own).build());
        match webauthn {
            Ok(webauthn) => Some(Self { id, webauthn }),
            Err(cause) => {
                tracing::error!(%cause, "The public address does not do for passkeys");
                None
            }
        }
    }

    /// The same, where a passkey is wanted.
    ///
    /// # Errors
    /// [`Failure::Conflict`]: the site has no address for them.
    pub(in crate::people) fn needed(address: Option<&str>) -> Result<Self, Failure> {
        Self::of(address).ok_or_else(|| Failure::Conflict(Say::new("people.passkeys.no_address")))
    }

    /// Whether a browser that says it stands at `origin` stands at this site.
    pub(super) fn is_at(id: &str, origin: &str) -> bool {
        Url::parse(origin).is_ok_and(|url| {
            let is_safe = url.scheme() == "https" || id == OWN_MACHINE;
            is_safe && url.domain() == Some(id)
        })
    }
}

/// A refusal of the library, noted for whoever runs the site: it holds no secret.
pub(super) fn refused(cause: &webauthn_rs::prelude::WebauthnError) -> Why {
    tracing::info!(%cause, "A passkey was refused");
    Why::of(cause)
}

#[cfg(test)]
mod tests {
    use super::Rp;

    #[test]
    fn passkeys_need_a_name_and_tls_but_on_ones_own_machine() {
        let id = |address| Rp::of(Some(address)).map(|rp| rp.id);
        assert_eq!(id("https://iso.example.gov.vn").as_deref(), Some("iso.example.gov.vn"));
        assert_eq!(id("http://localhost:8080").as_deref(), Some("localhost"));
        for other in [
            "http://iso.example.gov.vn",
            "https://10.0.0.5",
            "http://127.0.0.1:8080",
            "iso.example.gov.vn",
            "",
        ] {
            assert_eq!(id(other), None, "{other}");
        }
        assert!(Rp::of(None).is_none());
    }

    #[test]
    fn a_browser_stands_at_the_site_only_at_its_own_host() {
        assert!(Rp::is_at("iso.example.gov.vn", "https://iso.example.gov.vn"));
        for other in [
            "http://iso.example.gov.vn",
            "https://iso.example.gov.vn.evil.example",
            "https://x.iso.example.gov.vn",
            "null",
        ] {
            assert!(!Rp::is_at("iso.example.gov.vn", other), "{other}");
        }
    }
}
