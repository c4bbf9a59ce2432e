//! Bytes to text: which character encoding a document is in. Never fails; what cannot be decoded becomes U+FFFD.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes in which the XML declaration stands.
const DECLARATION: usize = 256;

/// The text of a document, and what was wrong with its encoding. The byte order mark comes first, then the `charset` of
/// the `Content-Type` header, then the XML declaration, then UTF-8; an encoding that does not fit is passed over.
pub(super) fn decode(body: &[u8], content_type: Option<&str>) -> (String, Option<String>) {
    if let Some((encoding, length)) = Encoding::for_bom(body) {
        let rest = body.get(length..).unwrap_or_default();
        return (encoding.decode_without_bom_handling(rest).0.into_owned(), None);
    }
    if let Some(encoding) = wide(body) {
        return (encoding.decode_without_bom_handling(body).0.into_owned(), None);
    }
    let said = [content_type.and_then(of_header), of_declaration(body)];
    for encoding in said.into_iter().flatten().chain([UTF_8]) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(body) {
            return (text.into_owned(), None);
        }
    }
    guess(body)
}

/// UTF-16 without a mark, told by how `<` is written.
fn wide(body: &[u8]) -> Option<&'static Encoding> {
    match body {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    }
}

fn of_header(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let label = value.trim().trim_matches(['"', '\'']);
        if name.trim().eq_ignore_ascii_case("charset") { narrow(label) } else { None }
    })
}

fn of_declaration(body: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(body.get(..DECLARATION).unwrap_or(body)).into_owned();
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    narrow(value.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?)
}

/// A document whose first bytes could be read as ASCII is not in UTF-16, whatever it says.
fn narrow(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

/// UTF-8 with a few broken bytes, or windows-1252 that says it were UTF-8.
fn guess(body: &[u8]) -> (String, Option<String>) {
    let lossy = String::from_utf8_lossy(body);
    let broken = lossy.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let sound = lossy.chars().filter(|c| !c.is_ascii()).count().saturating_sub(broken);
    if sound > broken {
        return (lossy.into_owned(), Some(format!("{broken} characters are not valid UTF-8")));
    }
    let text = WINDOWS_1252.decode_without_bom_handling(body).0.into_owned();
    (text, Some("the text is not valid UTF-8 and was read as windows-1252".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn the_encoding_is_found() {
        let latin = b"<?xml version='1.0' encoding = \"ISO-8859-1\"?><a>gr\xfcn</a>".as_slice();
        assert!(decode(latin, None).0.contains("grün"));
        assert_eq!(decode(b"<a>gr\xfcn</a>", Some("text/xml; charset=\"ISO-8859-1\"")).0, "<a>grün</a>");
        assert_eq!(decode("<a>grün</a>".as_bytes(), Some("text/xml; charset=nonsense")).0, "<a>grün</a>");
        assert!(decode(latin, Some("text/xml;charset=utf-8")).0.contains("grün"), "a charset that does not fit");
        for body in [
            wide("\u{feff}<a>æ</a>", u16::to_le_bytes),
            wide("\u{feff}<a>æ</a>", u16::to_be_bytes),
            wide("<a>æ</a>", u16::to_le_bytes),
            wide("<a>æ</a>", u16::to_be_bytes),
        ] {
            assert_eq!(decode(&body, Some("text/xml; charset=utf-8")).0, "<a>æ</a>");
        }
        assert_eq!(decode("<?xml version='1.0' encoding='UTF-16'?>ø".as_bytes(), None).0.chars().last(), Some('ø'));
    }

    #[test]
    fn broken_bytes_are_told() {
        let (text, problem) = decode(b"<a>R\xf6ster \x96 gr\xfcn</a>", None);
        assert_eq!((text.as_str(), problem.is_some()), ("<a>Röster – grün</a>", true));
        let (text, problem) = decode(b"<a>\xc3\xa6\xc3\xb8\xc3\xa5 \xe2\x82</a>", None);
        assert_eq!((text.as_str(), problem.is_some()), ("<a>æøå \u{fffd}</a>", true));
        assert_eq!(decode(b"", None), (String::new(), None));
    }
}
