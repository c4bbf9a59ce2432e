//! What `X-Hub-Signature` proves: that whoever sent a body knows the secret. Compared in constant time; never says why a
//! signature does not hold.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// Longest signature in bytes: SHA-512.
const LONGEST: usize = 64;

/// Whether the header, `METHOD=HEX`, is the HMAC of the raw body by this secret (W3C WebSub, 7). SHA-1 counts: forging an
/// HMAC of it takes the secret, and many hubs know no other.
#[must_use]
pub fn is_signed(secret: &str, header: &str, body: &[u8]) -> bool {
    let Some((method, digits)) = header.trim().split_once('=') else { return false };
    let Some(signature) = bytes(digits) else { return false };
    match method.to_ascii_lowercase().as_str() {
        "sha1" => holds::<Hmac<Sha1>>(secret, body, &signature),
        "sha256" => holds::<Hmac<Sha256>>(secret, body, &signature),
        "sha384" => holds::<Hmac<Sha384>>(secret, body, &signature),
        "sha512" => holds::<Hmac<Sha512>>(secret, body, &signature),
        _ => false,
    }
}

/// Whether a text is the secret; how long that takes says nothing of either.
#[must_use]
pub fn is_same(secret: &str, text: &str) -> bool {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes());
    mac.is_ok_and(|mac| {
        let of_text = mac.clone().chain_update(text).finalize().into_bytes();
        mac.chain_update(secret).verify_slice(&of_text).is_ok()
    })
}

fn holds<M: Mac + KeyInit>(secret: &str, body: &[u8], signature: &[u8]) -> bool {
    <M as KeyInit>::new_from_slice(secret.as_bytes())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(signature).is_ok())
}

/// Hexadecimal digits as bytes.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = digits.chars().map(|c| c.to_digit(16)).take(LONGEST * 2 + 1).collect::<Option<_>>()?;
    if digits.len() > LONGEST * 2 || !digits.len().is_multiple_of(2) {
        return None;
    }
    let pair = |pair: &[u32]| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok();
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202, 3, and RFC 4231, 4.3: key `Jefe`, data `what do ya want for nothing?`.
    #[test]
    fn the_vectors_of_the_rfcs_hold() {
        let body = b"what do ya want for nothing?";
        for header in [
            "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
            "SHA1=EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79",
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdc\
             aeab1a34d4a6b4b636e070a38bce737",
        ] {
            assert!(is_signed("Jefe", header, body), "{header}");
            assert!(!is_signed("jefe", header, body), "{header}");
            assert!(!is_signed("Jefe", header, b"what do ya want for nothing!"), "{header}");
            let (method, digits) = header.split_once('=').unwrap();
            let part = digits.get(2..).unwrap();
            assert!(!is_signed("Jefe", &format!("{method}={part}"), body), "a part of it is not enough");
        }
    }

    #[test]
    fn a_secret_is_the_same_as_itself_alone() {
        assert!(is_same("meatyhamhock", "meatyhamhock"));
        for text in ["", "meatyhamhoc", "meatyhamhockx", "Meatyhamhock"] {
            assert!(!is_same("meatyhamhock", text), "{text}");
        }
    }

    #[test]
    fn what_is_no_signature_holds_nothing() {
        let long = format!("sha1={}", "0".repeat(1_000_000));
        for header in ["", "=", "sha1", "sha1=", "sha1=zz", "sha1=0", "md5=00", "sha1=\u{e6}\u{e6}", "plain=x", &long] {
            assert!(!is_signed("Jefe", header, b""), "{header:.20}");
        }
    }
}
