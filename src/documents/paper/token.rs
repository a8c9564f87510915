//! Ids as short texts for addresses on paper: an id is random enough that nobody guesses one, and the address of a copy
//! needs no table of its own.

use uuid::Uuid;

/// Letters and figures that are not mistaken for one another (Crockford's base 32).
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 26 signs of five bits hold 128 bits.
const LENGTH: usize = 26;

/// The short text of an id; none for a text that is no id.
pub fn token_of(id: &str) -> Option<String> {
    let mut rest = Uuid::try_parse(id).ok()?.as_u128();
    let mut signs = Vec::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        let place = usize::try_from(rest & 31).ok()?;
        signs.push(char::from(*SIGNS.get(place)?));
        rest >>= 5;
    }
    Some(signs.iter().rev().collect())
}

/// The id that a short text stands for; none for anything else. Capitals and the look-alikes O, I and L are understood.
pub fn id_of_token(token: &str) -> Option<String> {
    if token.len() != LENGTH {
        return None;
    }
    let mut number: u128 = 0;
    for sign in token.bytes() {
        let sign = match sign.to_ascii_lowercase() {
            b'o' => b'0',
            b'i' | b'l' => b'1',
            other => other,
        };
        let value = SIGNS.iter().position(|known| *known == sign)?;
        number = number.checked_mul(32)?.checked_add(u128::try_from(value).ok()?)?;
    }
    Some(Uuid::from_u128(number).to_string())
}

#[cfg(test)]
mod tests {
    use super::{id_of_token, token_of};
    use crate::kernel::new_id;

    #[test]
    fn an_id_comes_back_from_its_short_text() {
        for id in [new_id(), "ffffffff-ffff-ffff-ffff-ffffffffffff".to_owned()] {
            let token = token_of(&id).unwrap();
            assert_eq!(token.len(), 26);
            assert_eq!(id_of_token(&token).unwrap(), id);
            assert_eq!(id_of_token(&token.to_uppercase()).unwrap(), id);
        }
    }

    #[test]
    fn what_is_no_short_text_names_nothing() {
        for token in [
            "",
            "abc",
            "zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "uuuuuuuuuuuuuuuuuuuuuuuuuu",
            "ọọọọọọọọ",
        ] {
            assert_eq!(id_of_token(token), None, "{token}");
        }
        assert_eq!(token_of("no id"), None);
    }
}
