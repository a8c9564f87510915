//! Who is at the other end: the address of the connection, or the one that a trusted proxy tells.

use super::Site;
use actix_web::{HttpRequest, web};
use std::net::IpAddr;
use std::str::FromStr;

/// A network of addresses, as `10.0.0.0/8` or one address: those of proxies whose word is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether the address lies in the network.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.base, plain(address)) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX
                    .checked_shl(32_u32.saturating_sub(self.bits.into()))
                    .unwrap_or(0);
                u32::from(base) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX
                    .checked_shl(128_u32.saturating_sub(self.bits.into()))
                    .unwrap_or(0);
                u128::from(base) & mask == u128::from(address) & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(address, bits)| (address, Some(bits)));
        let base = address
            .trim()
            .parse()
            .map(plain)
            .map_err(|cause| format!("`{text}` is no network like 10.0.0.0/8: {cause}"))?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) => bits
                .trim()
                .parse()
                .ok()
                .filter(|bits| *bits <= most)
                .ok_or_else(|| format!("`{text}`: behind the stroke stands a number up to {most}"))?,
        };
        Ok(Self { base, bits })
    }
}

/// An IPv4 address that came over IPv6, as what it is.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The address of who asks. `X-Forwarded-For` counts only as far as trusted proxies wrote it: read from its end, the first
/// address that is no trusted proxy. `None` when the connection has no address (a socket file).
pub fn peer(request: &HttpRequest) -> Option<IpAddr> {
    let direct = plain(request.peer_addr()?.ip());
    let site = request.app_data::<web::Data<Site>>()?;
    let is_trusted = |address: IpAddr| site.trusted_proxies.iter().any(|network| network.holds(address));
    if !is_trusted(direct) {
        return Some(direct);
    }
    let told: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = direct;
    for text in told.into_iter().rev() {
        let Ok(address) = text.trim().parse().map(plain) else {
            break;
        };
        nearest = address;
        if !is_trusted(address) {
            break;
        }
    }
    Some(nearest)
}

/// Whether the visitor's browser came by TLS: the site says so by its public address, or a trusted proxy does.
pub fn is_https(request: &HttpRequest) -> bool {
    let Some(site) = request.app_data::<web::Data<Site>>() else {
        return false;
    };
    if let Some(address) = &site.address {
        return address.starts_with("https://");
    }
    let direct = request.peer_addr().map(|address| plain(address.ip()));
    let is_trusted = direct.is_some_and(|direct| site.trusted_proxies.iter().any(|network| network.holds(direct)));
    let told = request
        .headers()
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok());
    is_trusted && told == Some("https")
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let office: Network = "10.1.0.0/16".parse().unwrap();
        assert!(office.holds("10.1.200.3".parse().unwrap()));
        assert!(office.holds("::ffff:10.1.200.3".parse().unwrap()));
        assert!(!office.holds("10.2.0.1".parse().unwrap()));
        let one: Network = "127.0.0.1".parse().unwrap();
        assert!(one.holds("127.0.0.1".parse().unwrap()) && !one.holds("127.0.0.2".parse().unwrap()));
        let all: Network = "::/0".parse().unwrap();
        assert!(all.holds("2001:db8::1".parse().unwrap()) && !all.holds("10.0.0.1".parse().unwrap()));
        for wrong in ["", "10.0.0.0/33", "office", "10.0.0.0/x"] {
            wrong.parse::<Network>().unwrap_err();
        }
    }
}
