//! Keys as openssl, Google and Apple write them: base64 between two lines that name what it is (RFC 7468). Never shows
//! what it reads.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The first block of a PEM text: its label, such as `PRIVATE KEY`, and its bytes.
#[must_use]
pub fn first(text: &str) -> Option<(&str, Vec<u8>)> {
    let lines = text.lines().map(str::trim);
    let begin = lines.clone().find(|line| line.starts_with("-----BEGIN "))?;
    let label = begin.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    let inner = lines.skip_while(|line| *line != begin).skip(1).take_while(|line| !line.starts_with("-----"));
    Some((label, STANDARD.decode(inner.collect::<String>()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn the_first_block_counts_whatever_stands_around_it() {
        let text = "comment\n -----BEGIN A KEY-----\r\n AQID\r\nBA==\r\n-----END A KEY-----\n-----BEGIN B-----\nAQ==\n";
        assert_eq!(first(text), Some(("A KEY", vec![1, 2, 3, 4])));
        for broken in ["", "AQID", "-----BEGIN A KEY\nAQID\n", "-----BEGIN A-----\n?\n-----END A-----\n"] {
            assert_eq!(first(broken), None, "{broken}");
        }
    }
}
