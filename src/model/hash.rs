//! Hashes as text, for names that must follow from what they name. Not for secrets.

use sha2::{Digest, Sha256};

/// The first `bytes` (at most 32) of the SHA-256 of all parts one behind the other, as lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(parts: impl IntoIterator<Item = impl AsRef<[u8]>>, bytes: usize) -> String {
    let hash = parts.into_iter().fold(Sha256::new(), |hash, part| hash.chain_update(part));
    hash.finalize().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
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
    }
}
