//! Tags that do not fit together: elements left open, end tags without start, a document that stops in the middle. Never
//! looks at what tags mean, and never reads more than once.

/// Open elements among which the start of an end tag is sought; one further out is taken for a stray.
const REACH: usize = 64;

/// The length of a CDATA section or comment that `here` starts with.
pub(super) fn verbatim(here: &str) -> Option<usize> {
    let ends = [("<![CDATA[", "]]>"), ("<!--", "-->")];
    let (_, end) = ends.into_iter().find(|(start, _)| here.starts_with(start))?;
    Some(here.find(end).map_or(here.len(), |at| at + end.len()))
}

/// The document with an end tag for each element that is left open, and without end tags that close none.
pub(super) fn balance(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((before, here)) = rest.find('<').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let length = verbatim(here).or_else(|| tag_length(here)).unwrap_or(here.len());
        let (tag, behind) = here.split_at_checked(length).unwrap_or((here, ""));
        rest = behind;
        if let Some(name) = tag.strip_prefix("</").map(name_of) {
            let depth = open.iter().rev().take(REACH).position(|opened| *opened == name);
            let Some(depth) = depth else { continue };
            for _ in 0..depth {
                close(&mut out, open.pop());
            }
            open.pop();
        } else if tag.ends_with('>') && !tag.ends_with("/>") && !tag.starts_with("<!") && !tag.starts_with("<?") {
            open.push(name_of(tag.trim_start_matches('<')));
        }
        out.push_str(tag);
    }
    out.push_str(rest);
    while let Some(name) = open.pop() {
        close(&mut out, Some(name));
    }
    out
}

fn close(out: &mut String, name: Option<&str>) {
    if let Some(name) = name {
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}

fn name_of(tag: &str) -> &str {
    tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default()
}

/// The bytes of a tag up to its `>`, which may also stand in an attribute.
fn tag_length(here: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in here.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::balance;

    #[test]
    fn tags_are_made_to_fit() {
        for (text, balanced) in [
            ("<a><b x='>'>1<c/></b></a>", "<a><b x='>'>1<c/></b></a>"),
            ("<a><b>1</a>", "<a><b>1</b></a>"),
            ("<a>1</b></a>", "<a>1</a>"),
            ("<a><b>1</c><d>2</d></a>", "<a><b>1<d>2</d></b></a>"),
            (
                "<!DOCTYPE a><?x y?><a><![CDATA[<b>]]><!-- <c> --><d",
                "<!DOCTYPE a><?x y?><a><![CDATA[<b>]]><!-- <c> --><d</a>",
            ),
            ("<a><b>", "<a><b></b></a>"),
        ] {
            assert_eq!(balance(text), balanced, "{text}");
        }
    }
}
