//! The kinds of sources: what is particular about each, apart from how it is asked and how its answers are read. The
//! documentation and `mentiond sources` are made from this.

use std::time::Duration;

use super::{Interval, Window};
pub use address::Address;
pub use price::Price;

mod address;
mod news;
mod open;
mod own;
mod price;
mod reviews;
mod social;
mod talk;

/// What is particular about a kind of source.
#[derive(Debug)]
pub struct Profile {
    /// The word of the configuration.
    pub word: &'static str,
    /// Its name, as people write it.
    pub name: &'static str,
    /// Time between two polls, unless the source says otherwise.
    pub interval: Duration,
    /// Where it is.
    pub address: Address,
    /// What it is asked for.
    pub asks: Asks,
    /// Whether it needs a secret.
    pub token: Token,
    /// What `account` is, where the secret has a name that goes with it.
    pub account: Option<&'static str>,
    /// What the first poll reaches back to; `None` where it reads what is there.
    pub reaches_back: bool,
    /// Whether `country` means something.
    pub by_country: bool,
    /// Letters that a word must have for the network to be asked for it.
    pub fewest_letters: usize,
    /// What mentiond sees there, in a sentence.
    pub sees: &'static str,
    /// What it cannot see, and how much may be asked, in a sentence.
    pub limits: &'static str,
    /// How sure we are of the contract.
    pub confidence: Confidence,
    /// How long the network lets its texts be kept.
    pub keep: Keep,
    /// What is left of what was deleted there.
    pub deleted: Deleted,
    /// Calls a day that the network allows, unless the source says otherwise.
    pub calls_per_day: Option<u32>,
    /// The same of a source that reads places, where these are counted apart.
    pub calls_in_places: Option<u32>,
    /// Calls that it takes in a short time, where it counts them together.
    pub window: Option<Window>,
    /// What it costs.
    pub price: Price,
    /// What its network tells of by webhook, where it does.
    pub webhook: Option<Webhook>,
    /// Whether what is counted of known entries can be asked for again.
    pub refresh: Refresh,
    /// Whom `mentiond search` asks where the kind has no address of its own.
    pub search_at: &'static [&'static str],
}

/// What a kind of source is asked for. Places are explained, with an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing: it is one document, read whole.
    Document,
    /// Words, from `terms` or from the queries of the brands.
    Terms,
    /// Tags, from `tags` or from the queries of the brands.
    Tags,
    /// Places, from `places`.
    Places(Places),
    /// Places, from `places`, or the one that it has anyway.
    SomePlaces(Places),
    /// Words in all of it, or in the places that `places` names.
    TermsInPlaces(Places),
}

/// What the places of a kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// In plain words, such as "the number of an app".
    pub what: &'static str,
    /// One of them.
    pub example: &'static str,
}

impl Asks {
    /// Whether it is asked for words, those of the brands where none are configured.
    #[must_use]
    pub fn takes_terms(self) -> bool {
        matches!(self, Self::Terms | Self::TermsInPlaces(_))
    }

    /// What its places are, if it has any.
    #[must_use]
    pub fn places(self) -> Option<Places> {
        match self {
            Self::Places(places) | Self::SomePlaces(places) | Self::TermsInPlaces(places) => Some(places),
            Self::Document | Self::Terms | Self::Tags => None,
        }
    }
}

/// What a network tells of by webhook, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Webhook {
    /// Of what.
    pub object: &'static str,
    /// The field that has to be subscribed to.
    pub field: &'static str,
}

/// Whether a kind of source needs a secret, and where to get it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// It is open to everybody.
    None,
    /// It shows more with one.
    Optional(&'static str),
    /// It shows nothing without one.
    Needed(&'static str),
    /// It shows nothing without one either, and that is a password, in which any character may stand.
    Password(&'static str),
    /// It shows nothing without one either, and that is a document of several lines.
    Document(&'static str),
}

impl Token {
    /// What it shows nothing without.
    #[must_use]
    pub fn needed(self) -> Option<&'static str> {
        match self {
            Self::Needed(what) | Self::Password(what) | Self::Document(what) => Some(what),
            Self::None | Self::Optional(_) => None,
        }
    }
}

/// Whether a network tells in one call what is counted of many known entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// It does not.
    Never,
    /// It does, and is asked unless the source says otherwise.
    Free,
    /// It does for money, and is asked only where the source says so.
    Paid,
}

/// How sure we are of what a network promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// Its own reference, or answers that were observed.
    High,
    /// Its own reference in parts, or somebody else's.
    Medium,
    /// Pieced together.
    Low,
}

impl Confidence {
    /// The word for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// How long a network lets its texts be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// As long as `store.keep_entries` says.
    AsConfigured,
    /// So long at most after it was last shown there.
    AtMost(Duration),
}

/// What is left of what was deleted where it was read, as far as mentiond hears of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// Everything, and that it was deleted.
    Marked,
    /// That it was, and what was counted; no text, title, author or address.
    Erased,
    /// The same. Servers have copies of each other's posts, which they delete for reasons of their own, so that only the
    /// server of a post speaks for all sources that show it.
    ErasedAtHome,
}

const MINUTE: Duration = Duration::from_secs(60);
/// How often what has arrived on a stream is read.
const STREAM: Duration = Duration::from_secs(15);

impl Profile {
    /// Whether the network can be asked for a term.
    #[must_use]
    pub fn takes(&self, term: &str) -> bool {
        term.chars().count() >= self.fewest_letters
    }

    /// Whether it can be asked for none of some terms.
    #[must_use]
    pub fn takes_none(&self, terms: &[String]) -> bool {
        !terms.is_empty() && !terms.iter().any(|term| self.takes(term))
    }

    /// Why it cannot be asked for a term.
    #[must_use]
    pub fn refusal(&self) -> String {
        format!("{} takes no words of fewer than {} letters", self.name, self.fewest_letters)
    }

    /// A network that is open to everybody, searched for words, and asked every five minutes. The rest has to be filled in.
    const SEARCH: Self = Self {
        word: "",
        name: "",
        interval: MINUTE.saturating_mul(5),
        address: Address::Known(""),
        asks: Asks::Terms,
        token: Token::None,
        account: None,
        reaches_back: true,
        by_country: false,
        fewest_letters: 1,
        sees: "",
        limits: "",
        confidence: Confidence::High,
        keep: Keep::AsConfigured,
        deleted: Deleted::Erased,
        calls_per_day: None,
        calls_in_places: None,
        window: None,
        price: Price::Nothing,
        webhook: None,
        refresh: Refresh::Never,
        search_at: &[],
    };
}

/// Each line is a kind: its documentation, its name, its [`Profile`].
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $profile:expr,)*) => {
        /// The networks and formats mentiond can read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SourceKind {
            $($(#[$doc])* $kind,)*
        }

        impl SourceKind {
            /// All kinds, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// What is particular about it.
            #[must_use]
            pub fn profile(self) -> &'static Profile {
                match self {
                    $(Self::$kind => &const { $profile },)*
                }
            }
        }
    };
}

kinds! {
    /// RSS, Atom or JSON Feed.
    Feed = open::FEED,
    /// Hacker News through Algolia's `search_by_date`.
    HackerNews = open::HACKER_NEWS,
    /// Tag timelines of a Mastodon server.
    Mastodon = open::MASTODON,
    /// Search of a Mastodon server in the name of an account.
    MastodonSearch = talk::MASTODON_SEARCH,
    /// Tags of a Mastodon server as they are posted.
    MastodonStreaming = talk::MASTODON_STREAMING,
    /// All posts of Bluesky as they are posted.
    Jetstream = talk::JETSTREAM,
    /// Search of Bluesky in the name of an account.
    Bluesky = talk::BLUESKY,
    /// Search of a Lemmy instance.
    Lemmy = open::LEMMY,
    /// Search of Reddit, and comments of subreddits.
    Reddit = talk::REDDIT,
    /// Search of a Discourse forum.
    Discourse = talk::DISCOURSE,
    /// Search of the sites of Stack Exchange.
    StackExchange = talk::STACK_EXCHANGE,
    /// Search of issues and pull requests on GitHub.
    GitHub = talk::GITHUB,
    /// Articles of dev.to with a tag.
    DevTo = talk::DEV_TO,
    /// Search of Google News as RSS.
    GoogleNews = news::GOOGLE_NEWS,
    /// Search of Bing News as RSS.
    BingNews = news::BING_NEWS,
    /// GDELT's index of news.
    Gdelt = news::GDELT,
    /// Search of NewsAPI.org.
    NewsApi = news::NEWS_API,
    /// Search of The Guardian.
    Guardian = news::GUARDIAN,
    /// Episodes of podcasts through the search of iTunes.
    Itunes = news::ITUNES,
    /// Posts and comments of a WordPress site.
    WordPress = news::WORDPRESS,
    /// Reviews of apps in the App Store.
    AppStore = news::APP_STORE,
    /// Folders of one's own mailbox through IMAP.
    Imap = own::IMAP,
    /// Any JSON API, as the configuration describes it.
    Json = open::JSON,
    /// Recent search of X.
    X = social::X,
    /// Search and comments of `YouTube`.
    YouTube = social::YOUTUBE,
    /// Pages of Facebook.
    Facebook = social::FACEBOOK,
    /// Accounts of Instagram, and hashtags.
    Instagram = social::INSTAGRAM,
    /// Groups and channels of Telegram.
    Telegram = social::TELEGRAM,
    /// Channels of Discord.
    Discord = social::DISCORD,
    /// Tags of Tumblr.
    Tumblr = social::TUMBLR,
    /// Reviews of businesses on Yelp.
    Yelp = reviews::YELP,
    /// Reviews of businesses on Trustpilot.
    Trustpilot = reviews::TRUSTPILOT,
    /// Reviews of one's own locations on Google.
    GoogleBusiness = reviews::GOOGLE_BUSINESS,
    /// Reviews of any place on Google Maps.
    GooglePlaces = reviews::GOOGLE_PLACES,
    /// Reviews of one's own apps on Google Play.
    GooglePlay = reviews::GOOGLE_PLAY,
    /// Reviews of one's own apps in App Store Connect.
    AppStoreConnect = reviews::APP_STORE_CONNECT,
}

impl SourceKind {
    /// The word of the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.profile().word
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// The interval of a source for which none is configured: that of its kind, and for a feed its own pace as soon as it
    /// has one.
    #[must_use]
    pub fn interval(self) -> Interval {
        let usual = self.profile().interval;
        if self == Self::Feed { Interval::Adaptive { usual } } else { Interval::Fixed(usual) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_sound() {
        for (number, kind) in SourceKind::ALL.iter().enumerate() {
            let profile = kind.profile();
            let word = profile.word;
            assert!(SourceKind::ALL[..number].iter().all(|other| other.as_str() != word), "{word} stands twice");
            let is_stream = profile.interval == STREAM;
            assert!(is_stream || profile.interval >= MINUTE, "{word} is polled too often");
            assert_eq!(SourceKind::parse(word), Some(*kind));
            let (Address::Known(url) | Address::Own(url)) = profile.address;
            assert!(["https", "imaps"].contains(&url::Url::parse(url).unwrap().scheme()), "{word}");
            let texts = [profile.name, profile.sees, profile.limits];
            assert!(texts.iter().all(|text| !text.is_empty() && !text.contains('|')), "{word}");
            assert!(profile.account.is_none() || profile.token != Token::None, "{word} has an account without a token");
            assert!(profile.asks.places().is_none_or(|places| !places.what.is_empty()), "{word}");
        }
    }
}
