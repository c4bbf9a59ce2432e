//! Markup that stands in RSS texts as it is. feed-rs reads such a text only up to its first element, without a word, so it
//! is escaped as it should have been. Never touches Atom, which has a way to say so.

use std::borrow::Cow;

/// Elements of RSS that hold texts.
const TEXTS: [&str; 4] = ["title", "description", "content:encoded", "itunes:summary"];

/// An RSS document whose texts hold no elements.
pub(super) fn escape(document: &str) -> Cow<'_, str> {
    let mut document = Cow::Borrowed(document);
    if document.contains("<rss") || document.contains(":RDF") {
        for element in TEXTS {
            if let Some(escaped) = escape_in(&document, element) {
                document = Cow::Owned(escaped);
            }
        }
    }
    document
}

/// `None` if nothing had to be changed.
fn escape_in(document: &str, element: &str) -> Option<String> {
    let (start, end) = (format!("<{element}"), format!("</{element}>"));
    let mut out = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(behind) = document.get(from..).and_then(|rest| rest.find(&start)).map(|at| from + at + start.len()) {
        let Some(tag) = document.get(behind..).and_then(|rest| rest.split('>').next()) else { break };
        if tag.ends_with('/') || !(tag.is_empty() || tag.starts_with(char::is_whitespace)) {
            // On behind this tag: many starts before one `>` would take quadratic time.
            from = behind + tag.len();
            continue;
        }
        let text_start = behind + tag.len() + 1;
        let Some((text, _)) = document.get(text_start..).and_then(|rest| rest.split_once(&end)) else { break };
        if text.contains('<') && !text.contains("<![CDATA[") {
            out.push_str(document.get(done..text_start).unwrap_or_default());
            out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
            done = text_start + text.len();
        }
        from = text_start + text.len();
    }
    (done > 0).then(|| out + document.get(done..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::escape;

    #[test]
    fn only_elements_inside_rss_texts_are_escaped() {
        assert_eq!(
            escape("<rss><title>a</title><description x='y'>\n<p>a &amp; b</p></description><title><b>c</b></title>"),
            "<rss><title>a</title><description x='y'>\n&lt;p>a &amp;amp; b&lt;/p></description><title>&lt;b>c&lt;/b></title>"
        );
        for sound in [
            "<feed><title><b>a</b></title></feed>",
            "<rss><title/><link>x</link><title>a</title><titles><a/></titles>",
            "<rss><description>x <![CDATA[<p>]]></description><title",
            "<rss><title>never closed <b>",
        ] {
            assert!(matches!(escape(sound), Cow::Borrowed(_)), "{sound}");
        }
    }
}
