//! Which vocabulary a name belongs to, however its namespace is written, misspelt or left out. Never insists on a
//! declaration.

use std::collections::HashMap;

/// The vocabularies that tell something about a feed or entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Space {
    /// RSS, Atom and CDF, in all versions.
    Core,
    /// `content:encoded`.
    Content,
    /// Dublin Core, elements and terms.
    DublinCore,
    /// Media RSS.
    Media,
    /// Apple's podcast elements.
    Itunes,
    /// Comment counts.
    Slash,
    /// Threading extensions of Atom (RFC 4685).
    Thread,
    /// Reviews in the App Store.
    AppStore,
    /// How often a feed changes.
    Syndication,
    /// Deleted entries (RFC 6721).
    Tombstone,
    /// HTML.
    Html,
    /// Any other.
    Other,
}

/// Parts of addresses that name a vocabulary, in lower case and without what stands around them.
const ADDRESSES: [(&str, Space); 25] = [
    ("purl.org/rss/1.0/modules/content", Space::Content),
    ("purl.org/rss/1.0/modules/slash", Space::Slash),
    ("purl.org/rss/1.0/modules/syndication", Space::Syndication),
    ("purl.org/rss/1.0/modules/rss091", Space::Core),
    ("purl.org/rss/1.0/modules/", Space::Other),
    ("purl.org/rss/", Space::Core),
    ("purl.org/net/rss", Space::Core),
    ("purl.org/dc/", Space::DublinCore),
    ("purl.org/atom", Space::Core),
    ("purl.org/echo", Space::Core),
    ("purl.org/pie", Space::Core),
    ("purl.org/syndication/thread", Space::Thread),
    ("purl.org/atompub/tombstones", Space::Tombstone),
    ("w3.org/2005/atom", Space::Core),
    ("w3.org/1999/xhtml", Space::Html),
    ("backend.userland.com/", Space::Core),
    ("blogs.law.harvard.edu/tech/rss", Space::Core),
    ("cyber.law.harvard.edu/rss", Space::Core),
    ("netscape.com/", Space::Core),
    ("example.com/newformat", Space::Core),
    ("example.com/necho", Space::Core),
    ("uri/of/echo/namespace", Space::Core),
    ("yahoo.com/mrss", Space::Media),
    ("itunes.com/dtds/podcast", Space::Itunes),
    ("itunes.apple.com/rss", Space::AppStore),
];

/// Prefixes as everybody writes them, and the exact address that readers expect for them.
const PREFIXES: [(&str, Space, &str); 14] = [
    ("atom", Space::Core, "http://www.w3.org/2005/Atom"),
    ("atom10", Space::Core, "http://www.w3.org/2005/Atom"),
    ("rss", Space::Core, "http://purl.org/rss/1.0/"),
    ("content", Space::Content, "http://purl.org/rss/1.0/modules/content/"),
    ("dc", Space::DublinCore, "http://purl.org/dc/elements/1.1/"),
    ("dcterms", Space::DublinCore, "http://purl.org/dc/terms/"),
    ("media", Space::Media, "http://search.yahoo.com/mrss/"),
    ("itunes", Space::Itunes, "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("im", Space::AppStore, "http://itunes.apple.com/rss"),
    ("slash", Space::Slash, "http://purl.org/rss/1.0/modules/slash/"),
    ("thr", Space::Thread, "http://purl.org/syndication/thread/1.0"),
    ("sy", Space::Syndication, "http://purl.org/rss/1.0/modules/syndication/"),
    ("at", Space::Tombstone, "http://purl.org/atompub/tombstones/1.0"),
    ("xhtml", Space::Html, "http://www.w3.org/1999/xhtml"),
];

/// The vocabulary that an address names.
pub(super) fn of_address(address: &str) -> Option<Space> {
    let address = address.trim().to_ascii_lowercase();
    ADDRESSES.iter().find(|(part, _)| address.contains(part)).map(|(_, space)| *space)
}

/// The vocabulary of a prefix as everybody uses it.
pub(super) fn of_prefix(prefix: &str) -> Option<Space> {
    let prefix = prefix.to_ascii_lowercase();
    PREFIXES.iter().find(|(known, ..)| *known == prefix).map(|(_, space, _)| *space)
}

/// Whether any reader takes the declaration of a prefix for what it means.
pub(super) fn is_exact(prefix: &str, address: &str) -> bool {
    match (PREFIXES.iter().find(|(known, ..)| *known == prefix), of_address(address)) {
        (Some((_, _, exact)), _) => *exact == address,
        (None, meant) => matches!(meant, None | Some(Space::Other | Space::Html)),
    }
}

/// Most prefixes that are remembered.
const MAX_PREFIXES: usize = 1_000;

/// The prefixes that a document has declared so far.
#[derive(Debug, Default)]
pub(super) struct Prefixes<'text> {
    declared: HashMap<&'text str, Space>,
    /// Whether a prefix was used that nobody declared, though everybody knows it.
    pub(super) is_undeclared: bool,
}

impl<'text> Prefixes<'text> {
    /// Takes note of an attribute if it declares a prefix.
    pub(super) fn learn(&mut self, attribute: &'text str, address: &str) {
        if let Some(prefix) = attribute.strip_prefix("xmlns:")
            && (self.declared.len() < MAX_PREFIXES || self.declared.contains_key(prefix))
        {
            let space = of_address(address).or_else(|| of_prefix(prefix)).unwrap_or(Space::Other);
            self.declared.insert(prefix, space);
        }
    }

    /// The vocabulary of a name, and the name without its prefix in lower case. `own` is the default namespace that the
    /// element itself declares.
    pub(super) fn look_up(&mut self, name: &str, own: Option<&str>) -> (Space, String) {
        let (prefix, local) = name.rsplit_once(':').unwrap_or(("", name));
        let space = match self.declared.get(prefix) {
            _ if prefix.is_empty() => own.map_or(Space::Core, |own| of_address(own).unwrap_or(Space::Core)),
            Some(space) => *space,
            None => {
                let known = of_prefix(prefix);
                self.is_undeclared |= known.is_some();
                known.unwrap_or(Space::Other)
            }
        };
        (space, local.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::{Prefixes, Space, is_exact};

    #[test]
    fn namespaces_are_recognised_however_they_are_written() {
        let mut prefixes = Prefixes::default();
        for (attribute, address) in [
            ("xmlns:podcast", " HTTP://WWW.iTunes.com/DTDs/PodCast-1.0.dtd "),
            ("xmlns:media", "http://search.yahoo.com/mrss"),
            ("xmlns:dc", "http://somewhere.example/"),
            ("xmlns:z", "http://somewhere.example/"),
            ("xmlns:a", "http://purl.org/atom/ns#"),
        ] {
            prefixes.learn(attribute, address);
        }
        for (name, space) in [
            ("podcast:author", Space::Itunes),
            ("media:Title", Space::Media),
            ("dc:date", Space::DublinCore),
            ("z:title", Space::Other),
            ("unheard:of", Space::Other),
            ("a:entry", Space::Core),
            ("ITEM", Space::Core),
        ] {
            let (found, local) = prefixes.look_up(name, None);
            assert_eq!((found, prefixes.is_undeclared), (space, false), "{name} {local}");
        }
        assert_eq!(prefixes.look_up("itunes:Summary", None), (Space::Itunes, "summary".to_owned()));
        assert!(prefixes.is_undeclared);
        assert_eq!(prefixes.look_up("div", Some("http://www.w3.org/1999/xhtml")).0, Space::Html);
        assert!(
            is_exact("dc", "http://purl.org/dc/elements/1.1/") && !is_exact("dc", "http://purl.org/dc/elements/1.1")
        );
        assert!(
            is_exact("georss", "http://www.georss.org/georss") && !is_exact("d", "http://purl.org/dc/elements/1.1/")
        );
    }
}
