//! Bytes to text: which character encoding a document is in. Never fails; what cannot be decoded becomes U+FFFD.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::wide;

/// Bytes in which the XML declaration stands.
const DECLARATION: usize = 256;
/// Bytes from which an encoding is guessed.
const SAMPLE: usize = 64 << 10;

/// Names of encodings that documents use and browsers do not know, in lower case, and what browsers call them.
const ALIASES: [(&str, &str); 14] = [
    ("latin-1", "latin1"),
    ("latin-9", "iso-8859-15"),
    ("latin9", "iso-8859-15"),
    ("cp932", "shift_jis"),
    ("ms932", "shift_jis"),
    ("mskanji", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("uhc", "euc-kr"),
    ("cp950", "big5"),
    ("eucjp", "euc-jp"),
    ("euckr", "euc-kr"),
    ("mac-roman", "macintosh"),
    ("utf8-mb4", "utf-8"),
];

/// The text of a document, and what was wrong with its encoding. The byte order mark comes first, then the `charset` of
/// the `Content-Type` header, then the XML declaration, then UTF-8; an encoding that does not fit is passed over.
pub(super) fn decode<'body>(body: &'body [u8], content_type: Option<&str>) -> (Cow<'body, str>, Option<String>) {
    if let Some(text) = wide::utf_32(body).or_else(|| wide::ebcdic(body)) {
        return (Cow::Owned(text), None);
    }
    if let Some((encoding, length)) = Encoding::for_bom(body) {
        let rest = body.get(length..).unwrap_or_default();
        return match encoding.decode_without_bom_handling_and_without_replacement(rest) {
            Some(text) => (text, None),
            None if encoding == UTF_8 => guess(rest),
            None => (
                encoding.decode_without_bom_handling(rest).0,
                Some(format!("the text is not valid {}", encoding.name())),
            ),
        };
    }
    if let Some(encoding) = two_bytes(body) {
        return (encoding.decode_without_bom_handling(body).0, None);
    }
    let (header, declared) = (content_type.and_then(of_header), of_declaration(body));
    for encoding in [header, declared].into_iter().flatten().chain([UTF_8]) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(body) {
            let is_utf_8 = || declared == Some(UTF_8) && !body.is_ascii() && std::str::from_utf8(body).is_ok();
            return (text, (encoding != UTF_8 && is_utf_8()).then(|| contradiction(encoding)));
        }
    }
    guess(body)
}

/// Servers that add a charset to whatever they serve are wrong more often than documents that are valid.
fn contradiction(encoding: &'static Encoding) -> String {
    let name = encoding.name();
    format!("the text was read as {name}, as the server says, though it calls itself UTF-8 and is valid UTF-8")
}

/// UTF-16 without a mark, told by how its first characters are written.
fn two_bytes(body: &[u8]) -> Option<&'static Encoding> {
    match body {
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some(UTF_16LE),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some(UTF_16BE),
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
    let start = String::from_utf8_lossy(body.get(..DECLARATION).unwrap_or(body));
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    narrow(value.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?)
}

/// A document whose first bytes could be read as ASCII is not in UTF-16, whatever it says.
fn narrow(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_ascii_lowercase().replace('_', "-");
    let alias = ALIASES.iter().find(|(alias, _)| *alias == label).map_or(label.as_str(), |(_, name)| name);
    let known =
        Encoding::for_label(alias.as_bytes()).or_else(|| Encoding::for_label(alias.replace('-', "_").as_bytes()));
    known.filter(|encoding| encoding.is_ascii_compatible() || *encoding == ISO_2022_JP)
}

/// UTF-8 with a few broken bytes, or an encoding that says it were UTF-8.
fn guess(body: &[u8]) -> (Cow<'_, str>, Option<String>) {
    let lossy = String::from_utf8_lossy(body);
    let broken = lossy.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let sound = lossy.chars().filter(|c| !c.is_ascii()).count().saturating_sub(broken);
    if sound > broken {
        return (lossy, Some(format!("{broken} characters are not valid UTF-8")));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // Bytes of ASCII tell nothing, so the sample starts with the first other one.
    let first = body.iter().position(|byte| !byte.is_ascii()).unwrap_or(0).saturating_sub(64);
    let sample = body.get(first..).unwrap_or_default();
    detector.feed(sample.get(..SAMPLE).unwrap_or(sample), true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let text = encoding.decode_without_bom_handling(body).0;
    (text, Some(format!("the text is not valid UTF-8 and was read as {}", encoding.name())))
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
        assert_eq!(decode(&wide("\n <a>æ", u16::to_be_bytes), None).0, "\n <a>æ");
        assert_eq!(decode("<?xml version='1.0' encoding='UTF-16'?>ø".as_bytes(), None).0.chars().last(), Some('ø'));
    }

    #[test]
    fn encodings_are_known_by_other_names() {
        for (label, bytes, text) in [
            ("latin-1", b"\xe5".as_slice(), "å"),
            ("ISO_8859-15", b"\xa4", "€"),
            ("cp1251", b"\xe6", "ж"),
            ("koi8-r", b"\xd6", "ж"),
            ("CP932", b"\x82\xa0", "あ"),
            ("shift_jis", b"\x82\xa0", "あ"),
            ("iso-2022-jp", b"\x1b$B$\"\x1b(B", "あ"),
            ("euc_kr", b"\xb0\xa1", "가"),
            ("gb2312", b"\xb0\xa1", "啊"),
            ("big5", b"\xa4\xa4", "中"),
        ] {
            let body = [format!("<?xml version='1.0' encoding='{label}'?>").as_bytes(), bytes].concat();
            assert_eq!(
                decode(&body, None).0.split_once("?>"),
                Some((format!("<?xml version='1.0' encoding='{label}'").as_str(), text))
            );
        }
    }

    #[test]
    fn a_server_that_contradicts_the_document_is_told() {
        let body = "<?xml version='1.0' encoding='UTF-8'?><a>grün</a>";
        let told =
            "the text was read as windows-1252, as the server says, though it calls itself UTF-8 and is valid UTF-8";
        for (body, charset, text, problem) in [
            (body, "ISO-8859-1", "<a>grÃ¼n</a>", Some(told)),
            (body, "utf-8", "<a>grün</a>", None),
            ("<?xml version='1.0' encoding='UTF-8'?><a>gruen</a>", "ISO-8859-1", "<a>gruen</a>", None),
            ("<?xml version='1.0'?><a>grün</a>", "ISO-8859-1", "<a>grÃ¼n</a>", None),
        ] {
            let read = decode(body.as_bytes(), Some(&format!("text/xml; charset={charset}")));
            assert!(read.0.ends_with(text) && read.1.as_deref() == problem, "{charset} {read:?}");
        }
    }

    #[test]
    fn broken_bytes_are_told() {
        let (text, problem) = decode(b"<a>R\xf6ster \x96 gr\xfcn</a>", None);
        assert_eq!((&*text, problem.is_some()), ("<a>Röster – grün</a>", true));
        let (text, problem) = decode(b"<a>\xc3\xa6\xc3\xb8\xc3\xa5 \xe2\x82</a>", None);
        assert_eq!((&*text, problem.is_some()), ("<a>æøå \u{fffd}</a>", true));
        let russian = encoding_rs::WINDOWS_1251.encode("<a>Кофе с собой, и очень хороший кофе</a>").0.into_owned();
        let (text, problem) = decode(&russian, Some("text/xml; charset=utf-8"));
        assert!(text.contains("очень хороший") && problem.is_some_and(|problem| problem.ends_with("windows-1251")));
        assert_eq!(decode(b"", None), ("".into(), None));
    }
}
