//! Repairs of a feed's root element, and of a document that ends before it does. Never touches anything else, but for
//! elements of which one kind of root makes feed-rs give up a feed.

const ATOM: &str = "http://www.w3.org/2005/Atom";
const RSS_1: &str = "http://purl.org/rss/1.0/";
const OLD_ATOM: &str = "purl.org/atom/ns#";

/// Elements of Atom 0.3, and what Atom 1.0 calls them.
const OLD_WORDS: [(&str, &str); 4] =
    [("<issued", "<published"), ("</issued", "</published"), ("<modified", "<updated"), ("</modified", "</updated")];

/// Elements of Atom whose text has a type.
const TYPED: [&str; 5] = ["<title", "<summary", "<subtitle", "<rights", "<content"];

/// Where an entry starts and ends.
const ENTRIES: [(&str, &str); 2] = [("<item", "</item>"), ("<entry", "</entry>")];

/// A start tag within its document.
struct Root<'text> {
    before: &'text str,
    tag: &'text str,
    behind: &'text str,
}

impl<'text> Root<'text> {
    /// The first start tag that is not in a comment.
    fn of(text: &'text str) -> Option<Self> {
        let mut from = 0;
        loop {
            let start = from + text.get(from..)?.find('<')?;
            let here = text.get(start..)?;
            if here.starts_with("<!--") {
                from = start + here.find("-->")?;
            } else if here.get(1..)?.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let length = here.find('>')? + 1;
                return Some(Self {
                    before: text.get(..start)?,
                    tag: here.get(..length)?,
                    behind: here.get(length..)?,
                });
            } else {
                from = start + 1;
            }
        }
    }

    fn name(&self) -> &'text str {
        let name = self.tag.trim_start_matches('<');
        name.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default()
    }

    /// The element's name without its prefix.
    fn local(&self) -> &'text str {
        self.name().rsplit(':').next().unwrap_or_default()
    }
}

/// The document with the version and the namespace that the name of its root asks for.
pub(super) fn mend(text: &str) -> String {
    let Some(root) = Root::of(text) else { return text.to_owned() };
    let prefix = root.name().split_once(':').map(|(prefix, _)| format!("xmlns:{prefix}"));
    let prefix = prefix.as_deref().unwrap_or("xmlns");
    let mut behind = root.behind.to_owned();
    let tag = match root.local() {
        "rss" => with_version(&with_attribute(root.tag, "xmlns", None)),
        "RDF" => {
            behind = with_links(&behind);
            with_attribute(root.tag, "xmlns", Some(RSS_1))
        }
        "feed" | "entry" => {
            if root.tag.contains(OLD_ATOM) {
                behind = OLD_WORDS.iter().fold(behind, |text, (old, new)| text.replace(old, new));
            }
            behind = TYPED.iter().fold(behind, |text, element| with_known_types(&text, element));
            with_attribute(root.tag, prefix, attribute(root.tag, prefix).map(|_| ATOM))
        }
        _ => root.tag.to_owned(),
    };
    format!("{}{tag}{behind}", root.before)
}

/// Texts whose type feed-rs knows: it gives up the whole feed for another one.
fn with_known_types(text: &str, element: &str) -> String {
    in_tags(text, element, |tag| {
        let known = match attribute(tag, "type") {
            None | Some((_, "text" | "html" | "xhtml" | "text/html")) => return tag.to_owned(),
            Some((_, media_type)) if media_type.contains("xhtml") => "xhtml",
            Some((_, media_type)) if media_type.contains("html") => "html",
            Some(_) if element == "<content" => return tag.to_owned(),
            Some(_) => "text",
        };
        with_attribute(tag, "type", Some(known))
    })
}

/// Items with an empty link in front: feed-rs passes over those without any.
fn with_links(text: &str) -> String {
    in_tags(text, "<item", |tag| if tag.ends_with("/>") { tag.to_owned() } else { format!("{tag}<link> </link>") })
}

/// The text with every start tag of an element changed.
fn in_tags(text: &str, element: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, here)) = rest.find(element).and_then(|at| rest.split_at_checked(at)) {
        let Some((tag, behind)) = here.find('>').and_then(|end| here.split_at_checked(end + 1)) else { break };
        out.push_str(before);
        let named =
            tag.get(element.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == '>'));
        out.push_str(&if named { change(tag) } else { tag.to_owned() });
        rest = behind;
    }
    out + rest
}

fn with_version(tag: &str) -> String {
    match attribute(tag, "version") {
        Some((_, "2.0" | "0.91" | "0.92")) => tag.to_owned(),
        Some(_) => with_attribute(tag, "version", Some("2.0")),
        None => tag.replacen("rss", "rss version=\"2.0\"", 1),
    }
}

/// The tag with another value of an attribute, or without it.
fn with_attribute(tag: &str, name: &str, value: Option<&str>) -> String {
    let Some((start, old)) = attribute(tag, name) else { return tag.to_owned() };
    let Some((before, here)) = tag.split_at_checked(start) else { return tag.to_owned() };
    let quotes = [format!("\"{old}\""), format!("'{old}'")];
    let end = quotes.iter().filter_map(|quoted| Some(here.find(quoted.as_str())? + quoted.len())).min();
    let behind = end.and_then(|end| here.get(end..)).unwrap_or_default();
    value.map_or_else(|| format!("{before}{behind}"), |value| format!("{before}{name}=\"{value}\"{behind}"))
}

/// Where an attribute starts in a tag, and its value.
fn attribute<'tag>(tag: &'tag str, name: &str) -> Option<(usize, &'tag str)> {
    tag.match_indices(name).find_map(|(start, _)| {
        let behind = tag.get(start + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = behind.get(1..)?.split(quote).next()?;
        tag.get(..start)?.ends_with(char::is_whitespace).then_some((start, value))
    })
}

/// Whether a document has the beginning of an entry in it.
pub(super) fn has_entries(text: &str) -> bool {
    ENTRIES.iter().any(|(start, _)| text.contains(start))
}

/// The document without the entry in which it ends, where it ends before its root element does.
pub(super) fn cut(text: &str) -> String {
    let Some(root) = Root::of(text) else { return text.to_owned() };
    let last = ENTRIES.iter().filter_map(|(_, end)| Some(text.rfind(end)? + end.len())).max();
    let first = || ENTRIES.iter().filter_map(|(start, _)| text.find(start)).min();
    let whole = last.or_else(first).and_then(|end| text.get(..end));
    let ends_early = !text.contains(&format!("</{}", root.name()));
    whole.filter(|_| ends_early).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{cut, mend};

    #[test]
    fn a_root_gets_the_version_and_namespace_of_its_name() {
        for (root, mended) in [
            ("<rss>", "<rss version=\"2.0\">"),
            ("<rss version='2.01' a='b'>", "<rss version=\"2.0\" a='b'>"),
            ("<rss version=\"0.92\">", "<rss version=\"0.92\">"),
            (
                "<!-- <x> --><!DOCTYPE rss><rss xmlns=\"http://old.example/\">",
                "<!-- <x> --><!DOCTYPE rss><rss version=\"2.0\" >",
            ),
            (
                "<feed version=\"0.3\" xmlns = 'http://purl.org/atom/ns#'><issued>x</issued>",
                "<feed version=\"0.3\" xmlns=\"http://www.w3.org/2005/Atom\"><published>x</published>",
            ),
            ("<a:feed xmlns:a=\"http://purl.org/atom/ns#\">", "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\">"),
            ("<rdf:RDF xmlns:rdf='r' xmlns='x'>", "<rdf:RDF xmlns:rdf='r' xmlns=\"http://purl.org/rss/1.0/\">"),
            (
                "<rdf:RDF xmlns:rdf='r'><items/><item a='b'>",
                "<rdf:RDF xmlns:rdf='r'><items/><item a='b'><link> </link>",
            ),
            (
                "<feed><title type='a/b'>x</title><titles type='a/b'/><content type='a/xhtml+xml'><content type='image/png'>",
                "<feed><title type=\"text\">x</title><titles type='a/b'/><content type=\"xhtml\"><content type='image/png'>",
            ),
            ("<rss", "<rss"),
            ("", ""),
        ] {
            assert_eq!(mend(root), mended, "{root}");
        }
    }

    #[test]
    fn a_document_that_ends_early_keeps_its_whole_entries() {
        assert_eq!(cut("<rss><channel><item>1</item><item>2"), "<rss><channel><item>1</item>");
        assert_eq!(cut("<feed><entry>1</entry><entr"), "<feed><entry>1</entry>");
        assert_eq!(cut("<rss><item>1</item></rss> "), "<rss><item>1</item></rss> ");
        assert_eq!(cut("<rss><channel><item><ti"), "<rss><channel>");
    }
}
