//! Encodings that no browser knows, yet documents come in: UTF-32 and EBCDIC. Never fails; what cannot be decoded becomes
//! U+FFFD.

/// Code page 037. Controls other than ends of lines are spaces.
const EBCDIC: &str = concat!(
    "     \t       \n                       \n                          ",
    " \u{a0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
    "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×",
    "{ABCDEFGHI\u{ad}ôöòóõ}JKLMNOPQR¹ûüùúÿ\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ ",
);

/// The beginning of an XML declaration or of an RSS element in EBCDIC, which differ little in those letters.
const STARTS: [&[u8]; 3] = [b"\x4c\x6f\xa7\x94\x93", b"\x4c\x99\xa2\xa2", b"\x4c\x86\x85\x85\x84"];

/// The text of a document in UTF-32, with its mark or told by how `<` is written.
pub(super) fn utf_32(body: &[u8]) -> Option<String> {
    let (read, length): (fn([u8; 4]) -> u32, usize) = match body {
        [0xff, 0xfe, 0, 0, ..] => (u32::from_le_bytes, 4),
        [0, 0, 0xfe, 0xff, ..] => (u32::from_be_bytes, 4),
        [b'<', 0, 0, 0, ..] => (u32::from_le_bytes, 0),
        [0, 0, 0, b'<', ..] => (u32::from_be_bytes, 0),
        _ => return None,
    };
    let points = body.get(length..)?.chunks(4).map(|chunk| <[u8; 4]>::try_from(chunk).map(read).ok());
    Some(points.map(|point| point.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// The text of a document in EBCDIC.
pub(super) fn ebcdic(body: &[u8]) -> Option<String> {
    if !STARTS.iter().any(|start| body.starts_with(start)) {
        return None;
    }
    let table: Vec<char> = EBCDIC.chars().collect();
    Some(body.iter().filter_map(|byte| table.get(usize::from(*byte)).copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::{EBCDIC, ebcdic, utf_32};

    #[test]
    fn wide_characters_are_decoded() {
        let text = "<a>æ😀</a>";
        let encode =
            |text: &str, bytes: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| bytes(u32::from(c))).collect::<Vec<u8>>();
        for bytes in [u32::to_le_bytes as fn(u32) -> [u8; 4], u32::to_be_bytes] {
            assert_eq!(utf_32(&encode(text, bytes)).as_deref(), Some(text));
            assert_eq!(utf_32(&encode(&format!("\u{feff}{text}"), bytes)).as_deref(), Some(text));
        }
        assert_eq!(utf_32(b"<\0\0\0\xff\xff\xff\xffa").as_deref(), Some("<\u{fffd}\u{fffd}"));
        assert_eq!(utf_32(b"<a>"), None);
    }

    #[test]
    fn ebcdic_is_decoded() {
        assert_eq!(EBCDIC.chars().count(), 256);
        let bytes = b"\x4c\x6f\xa7\x94\x93\x40\xa5\x6e\x4c\x81\x6e\xc1\xc2\x4c\x61\x81\x6e\x25";
        assert_eq!(ebcdic(bytes).as_deref(), Some("<?xml v><a>AB</a>\n"));
        assert_eq!(ebcdic(b"<?xml ?>"), None);
    }
}
