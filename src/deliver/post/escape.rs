//! Text of strangers in the markup of others. Pure.

/// Text in HTML, also between double quotes.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Text in Slack's markup, which knows three characters to escape. What only programs of the same kind read as markup is
/// taken apart by a space without width: `@all` would call everybody, `[a](b)` would be a link of a stranger's choice.
pub(super) fn slack(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' | ']' => escaped.extend([c, '\u{200b}']),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let hostile = "<b>&\"@all [a](https://b.example) <!channel>";
        assert_eq!(html(hostile), "&lt;b&gt;&amp;&quot;@all [a](https://b.example) &lt;!channel&gt;");
        assert_eq!(slack(hostile), "&lt;b&gt;&amp;\"@\u{200b}all [a]\u{200b}(https://b.example) &lt;!channel&gt;");
    }
}
