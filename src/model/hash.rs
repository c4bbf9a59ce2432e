//! Hashes as texts or numbers, for names that must follow from what they name. Not for secrets.

use sha2::{Digest, Sha256};

/// The first `bytes` (at most 32) of the SHA-256 of all parts one behind the other, as lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(parts: impl IntoIterator<Item = impl AsRef<[u8]>>, bytes: usize) -> String {
    let hash = parts.into_iter().fold(Sha256::new(), |hash, part| hash.chain_update(part));
    hash.finalize().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

/// The first eight bytes of the SHA-256 of a text as a number, to compare many texts by.
#[must_use]
pub fn sha256_number(text: &str) -> i64 {
    let hash = Sha256::digest(text);
    hash.first_chunk().map_or(0, |start| i64::from_be_bytes(*start))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FIPS 180-4.
    #[test]
    fn parts_are_one_text() {
        assert_eq!(sha256_hex(["abc"], 4), "ba7816bf");
        assert_eq!(sha256_hex(["a", "", "bc"], 8), "ba7816bf8f01cfea");
        assert_eq!(sha256_hex(["abc"], 99).len(), 64);
        assert_eq!(format!("{:016x}", sha256_number("abc")), "ba7816bf8f01cfea");
    }
}
