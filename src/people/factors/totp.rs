//! Codes of an app (RFC 6238): six figures, thirty seconds, one step to either side, each code once.

use crate::web::Failure;
use chrono::NaiveDateTime;
use fast_qr::{ECL, QRBuilder};
use serde::Serialize;
use totp_rs::{Builder, Secret, Totp};

/// The name of the program in the app.
const ISSUER: &str = "quytrinh";

/// What a person needs to set an app up; shown once.
#[derive(Debug, Clone, Serialize)]
pub(in crate::people) struct Enrolment {
    /// The secret, for typing.
    pub(in crate::people) secret: String,
    /// Squares on a side of the QR code.
    pub(in crate::people) size: usize,
    /// The dark squares of the QR code, as the path of a drawing.
    pub(in crate::people) path: String,
}

/// 160 random bits.
pub(super) fn new_secret() -> Vec<u8> {
    Secret::generate().as_bytes().to_vec()
}

fn totp(secret: &[u8], username: &str) -> Result<Totp, Failure> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(username)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|cause| Failure::Internal(anyhow::anyhow!("making the codes of an app: {cause}")))
}

/// What is shown once to set the app up.
pub(super) fn enrolment(secret: &[u8], username: &str) -> Result<Enrolment, Failure> {
    let internal = |cause: String| Failure::Internal(anyhow::anyhow!("drawing the code for an app: {cause}"));
    let url = totp(secret, username)?
        .to_url()
        .map_err(|cause| internal(cause.to_string()))?;
    let qr = QRBuilder::new(url)
        .ecl(ECL::M)
        .build()
        .map_err(|cause| internal(format!("{cause:?}")))?;
    let mut path = String::new();
    for (y, row) in qr.data.chunks(qr.size).take(qr.size).enumerate() {
        for (x, module) in row.iter().enumerate() {
            if module.value() {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    Ok(Enrolment {
        secret: Secret::from(secret.to_vec()).to_base32(),
        size: qr.size,
        path,
    })
}

/// The step whose code was typed, if it is right at this moment and later than the last one that was used.
pub(super) fn step(secret: &[u8], typed: &str, (at, last_step): (NaiveDateTime, i64)) -> Result<Option<i64>, Failure> {
    let now = u64::try_from(at.and_utc().timestamp()).unwrap_or(0);
    let found = totp(secret, "x")?.check(typed, now);
    Ok(found
        .and_then(|step| i64::try_from(step).ok())
        .filter(|step| *step > last_step))
}

#[cfg(test)]
mod tests {
    use super::{enrolment, new_secret, step};
    use chrono::DateTime;

    /// RFC 6238, appendix B: the secret of SHA-1, and the last six figures of its codes.
    const RFC_SECRET: &[u8] = b"12345678901234567890";

    fn at(unix: i64) -> chrono::NaiveDateTime {
        DateTime::from_timestamp(unix, 0).unwrap().naive_utc()
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        for (unix, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(
                step(RFC_SECRET, code, (at(unix), 0)).unwrap(),
                Some(unix / 30),
                "{unix}"
            );
        }
    }

    #[test]
    fn a_code_holds_one_step_to_either_side_and_once() {
        let (code, used) = ("081804", 1_111_111_109 / 30);
        for (unix, is_right) in [(-31, true), (-60, false), (0, true), (31, true), (61, false)] {
            let found = step(RFC_SECRET, code, (at(1_111_111_109 + unix), 0)).unwrap();
            assert_eq!(found.is_some(), is_right, "{unix}");
        }
        assert_eq!(step(RFC_SECRET, code, (at(1_111_111_109), used)).unwrap(), None);
        assert_eq!(step(RFC_SECRET, "08180", (at(1_111_111_109), 0)).unwrap(), None);
        assert_eq!(step(RFC_SECRET, "không phải", (at(1_111_111_109), 0)).unwrap(), None);
    }

    #[test]
    fn a_secret_is_long_and_its_picture_is_drawn() {
        let secret = new_secret();
        assert_eq!(secret.len(), 20);
        let shown = enrolment(&secret, "tuphap1").unwrap();
        assert_eq!(shown.secret.len(), 32);
        assert!(shown.size > 20 && shown.path.starts_with("M0 0h1v1h-1z"));
    }
}
