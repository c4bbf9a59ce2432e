//! The demo's invented world as data: who says what, where and when. It shows an item to nobody before its time, and
//! never asks the clock.

use serde::Deserialize;

use crate::model::Instant;
use crate::model::text::one_line;

/// The story, a file per act.
const ACTS: [&str; 3] = [
    include_str!("../../config/demo/calm.toml"),
    include_str!("../../config/demo/trouble.toml"),
    include_str!("../../config/demo/recovery.toml"),
];

/// A place where people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Site {
    /// A parents' blog with several authors; Atom.
    Blog,
    /// A local paper in English; RSS.
    Courier,
    /// A local paper in German; RSS.
    Kuestenblatt,
    /// A forum; JSON Feed.
    Forum,
    /// What Hacker News' search answers.
    Hn,
    /// A Mastodon server.
    Mastodon,
}

impl Site {
    /// All sites.
    pub const ALL: [Self; 6] = [Self::Blog, Self::Courier, Self::Kuestenblatt, Self::Forum, Self::Hn, Self::Mastodon];

    /// The first part of its addresses.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Blog => "blog",
            Self::Courier => "courier",
            Self::Kuestenblatt => "kuestenblatt",
            Self::Forum => "forum",
            Self::Hn => "hn",
            Self::Mastodon => "mastodon",
        }
    }

    /// The site with that path.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|site| site.path() == path)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blog => "Small Steps",
            Self::Courier => "The Harbour Courier",
            Self::Kuestenblatt => "Küstenblatt",
            Self::Forum => "Parents' forum",
            Self::Hn => "Hacker News",
            Self::Mastodon => "Mastodon",
        }
    }

    /// The last part of the address of its feed, if it has one.
    #[must_use]
    pub fn feed(self) -> Option<&'static str> {
        match self {
            Self::Blog => Some("feed.atom"),
            Self::Courier | Self::Kuestenblatt => Some("feed.rss"),
            Self::Forum => Some("feed.json"),
            Self::Hn | Self::Mastodon => None,
        }
    }

    /// The language of those who run it.
    #[must_use]
    pub fn language(self) -> &'static str {
        if self == Self::Kuestenblatt { "de" } else { "en" }
    }
}

/// Something somebody wrote.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Where.
    pub site: Site,
    /// When it appears.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// The language it is written in.
    pub lang: String,
    /// The headline; empty for comments and posts.
    #[serde(default)]
    pub title: String,
    /// What it says: lines are folded, a blank line divides paragraphs.
    pub text: String,
    /// The headline of what a comment on Hacker News answers.
    #[serde(default)]
    pub thread: String,
    /// Points or favourites.
    #[serde(default)]
    pub likes: u64,
    /// Its number within its site, from 1, by time.
    #[serde(skip)]
    pub number: usize,
}

impl Item {
    /// The path of the page where it can be read.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}/{}", self.site.path(), self.number)
    }

    /// The title, or the first words where there is none.
    #[must_use]
    pub fn headline(&self) -> String {
        if !self.title.is_empty() {
            return self.title.clone();
        }
        one_line(&self.text, 60)
    }

    /// The text, a string per paragraph.
    #[must_use]
    pub fn paragraphs(&self) -> Vec<String> {
        let fold = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text.split("\n\n").map(fold).filter(|part| !part.is_empty()).collect()
    }

    /// The author's handle in networks that have them.
    #[must_use]
    pub fn handle(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        self.by.chars().map(plain).collect()
    }

    /// The hashtags in the text, lower case and without `#`.
    pub fn tags(&self) -> impl Iterator<Item = String> {
        self.text.split_whitespace().filter_map(hashtag).map(|(tag, _)| tag.to_lowercase())
    }
}

/// The tag a word writes, without `#`, and what follows it.
#[must_use]
pub fn hashtag(word: &str) -> Option<(&str, &str)> {
    let rest = word.strip_prefix('#')?;
    let tag = rest.trim_end_matches(|c: char| !c.is_alphanumeric());
    (!tag.is_empty()).then_some((tag, rest.strip_prefix(tag)?))
}

/// A time in which a site's server answers nobody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteOutage {
    /// Which.
    pub site: Site,
    /// From.
    pub from: Instant,
    /// Until.
    pub until: Instant,
}

/// Somebody takes care of all open alerts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Act {
    item: Vec<Item>,
    outage: Vec<SiteOutage>,
    acknowledgement: Vec<Acknowledgement>,
}

/// The whole story.
#[derive(Debug)]
pub struct World {
    items: Vec<Item>,
    outages: Vec<SiteOutage>,
    acknowledgements: Vec<Acknowledgement>,
}

impl World {
    /// Reads the story that comes with the program.
    ///
    /// # Errors
    /// When it is not well written; a test holds that it is.
    pub fn load() -> Result<Self, toml::de::Error> {
        let mut whole = Act::default();
        for text in ACTS {
            let act: Act = toml::from_str(text)?;
            whole.item.extend(act.item);
            whole.outage.extend(act.outage);
            whole.acknowledgement.extend(act.acknowledgement);
        }
        whole.item.sort_by_key(|item| item.at);
        for site in Site::ALL {
            for (number, item) in (1..).zip(whole.item.iter_mut().filter(|item| item.site == site)) {
                item.number = number;
            }
        }
        Ok(Self { items: whole.item, outages: whole.outage, acknowledgements: whole.acknowledgement })
    }

    /// Everything, by time.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Who takes care of alerts, by time.
    #[must_use]
    pub fn acknowledgements(&self) -> &[Acknowledgement] {
        &self.acknowledgements
    }

    /// What a site shows at that time, the latest first.
    pub fn shown(&self, site: Site, now: Instant) -> impl Iterator<Item = &Item> {
        self.items.iter().rev().filter(move |item| item.site == site && item.at <= now)
    }

    /// Whether the site's server answers nobody now.
    #[must_use]
    pub fn is_out(&self, site: Site, now: Instant) -> bool {
        self.outages.iter().any(|outage| outage.site == site && outage.from <= now && now < outage.until)
    }
}
