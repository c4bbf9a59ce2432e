//! The names of folders on the line: a variant of UTF-7 (RFC 9051, A.1), quoted. Pure.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// The name as a server of any age knows it.
pub(super) fn coded(name: &str) -> String {
    let mut coded = String::new();
    let mut rest = name;
    while let Some(next) = rest.chars().next() {
        let is_plain = |c: char| (' '..='~').contains(&c);
        let end = rest.find(|c| is_plain(c) != is_plain(next)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if is_plain(next) {
            coded.push_str(&run.replace('&', "&-"));
        } else {
            let units: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            coded.push('&');
            coded.push_str(&BASE64.encode(units));
            coded.push('-');
        }
        rest = behind;
    }
    coded
}

/// The name as people read it; what is no such code stays as it is.
pub(super) fn decoded(name: &str) -> String {
    let mut decoded = String::new();
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('&') {
        decoded.push_str(before);
        let Some((code, after)) = behind.split_once('-') else {
            decoded.push('&');
            rest = behind;
            continue;
        };
        let units = BASE64.decode(code).ok().map(|bytes| {
            let pairs =
                bytes.chunks_exact(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
            String::from_utf16_lossy(&pairs.collect::<Vec<u16>>())
        });
        match units {
            Some(_) if code.is_empty() => decoded.push('&'),
            Some(text) => decoded.push_str(&text),
            None => decoded.extend(["&", code, "-"]),
        }
        rest = after;
    }
    decoded + rest
}

/// A text between quotation marks, as it stands in a command.
pub(super) fn quoted(text: &str) -> String {
    let safe: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", safe.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_coded_as_the_standard_shows_and_come_back() {
        for (name, code) in [
            ("INBOX", "INBOX"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Größe & Lob", "Gr&APYA3w-e &- Lob"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("😡", "&2D3eIQ-"),
            ("&", "&-"),
            ("", ""),
        ] {
            assert_eq!(coded(name), code);
            assert_eq!(decoded(code), name);
        }
    }

    #[test]
    fn what_is_no_code_stays() {
        for name in ["a & b", "&!!-", "&", "x&"] {
            assert_eq!(decoded(name), name);
        }
        assert_eq!(quoted("a\"b\\c\r\nd"), "\"a\\\"b\\\\cd\"");
    }
}
