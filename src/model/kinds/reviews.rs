//! Kinds that show reviews, of businesses and of apps. All of them want a secret.

use std::time::Duration;

use super::{Address, Asks, Confidence, Keep, MINUTE, Places, Price, Profile, Token, Window};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// Whose key is the JSON of a login at Google.
const GOOGLE_LOGIN: Token = Token::Document(
    "the JSON of a service account, or of a user: `client_id`, `client_secret` and `refresh_token` with the type \
     `authorized_user`",
);

pub(super) const YELP: Profile = Profile {
    word: "yelp",
    name: "Yelp",
    interval: MINUTE.saturating_mul(30),
    address: Address::Known("https://api.yelp.com"),
    asks: Asks::Places(Places { what: "ids or aliases of businesses", example: "acme-coffee-portland" }),
    token: Token::Needed("an API key of a plan that has reviews"),
    reaches_back: false,
    by_country: true,
    sees: "The newest reviews of a business with their stars, in the language and country of the source",
    limits: "The first 160 characters of the newest 3 reviews, or 7 under the largest plan; more between two polls are \
             lost, and counted. A trial has 300 calls a day",
    keep: Keep::AtMost(DAY),
    calls_per_day: Some(300),
    ..Profile::SEARCH
};

pub(super) const TRUSTPILOT: Profile = Profile {
    word: "trustpilot",
    name: "Trustpilot",
    interval: MINUTE.saturating_mul(30),
    address: Address::Known("https://api.trustpilot.com"),
    asks: Asks::Places(Places { what: "ids of business units", example: "507f191e810c19729de860ea" }),
    token: Token::Needed("an API key of a plan with the API module"),
    sees: "All reviews of a business, with stars, language and likes",
    limits: "10,000 calls an hour, or what the contract says for a year; later changes of a review are not seen",
    confidence: Confidence::Medium,
    window: Some(Window::of(10_000, 3_600)),
    ..Profile::SEARCH
};

pub(super) const GOOGLE_BUSINESS: Profile = Profile {
    word: "google_business",
    name: "Google Business Profile",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://mybusiness.googleapis.com"),
    asks: Asks::Places(Places { what: "names of locations", example: "accounts/1/locations/2" }),
    token: GOOGLE_LOGIN,
    sees: "All reviews of one's own verified locations, with stars, those that were changed as well",
    limits: "Nothing before Google has approved the project, then 300 calls a minute; reviews have no address of their own",
    window: Some(Window::of(300, 60)),
    ..Profile::SEARCH
};

pub(super) const GOOGLE_PLACES: Profile = Profile {
    word: "google_places",
    name: "Google Places",
    interval: HOUR.saturating_mul(12),
    address: Address::Known("https://places.googleapis.com"),
    asks: Asks::Places(Places { what: "ids of places", example: "ChIJN1t_tDeuEmsRUsoyG83frY4" }),
    token: Token::Needed("an API key of a project with billing, for the Places API (New)"),
    sees: "At most five reviews of any place, chosen by Google and not by time",
    limits: "Most reviews are never shown, but counted; every call costs, whether or not it shows any. Google lets only ids be stored: \
             texts are forgotten once they are no longer shown, and whether that is enough is for you to judge",
    confidence: Confidence::Medium,
    keep: Keep::AtMost(DAY),
    // Not verified: a list price for answers with reviews, behind the first thousand of a month, which are free.
    price: Price::Calls(25.0),
    ..Profile::SEARCH
};

pub(super) const GOOGLE_PLAY: Profile = Profile {
    word: "google_play",
    name: "Google Play",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://androidpublisher.googleapis.com"),
    asks: Asks::Places(Places { what: "package names of your own apps", example: "com.example.app" }),
    token: GOOGLE_LOGIN,
    sees: "Reviews of your own apps that have a text, with stars, language and likes, and their changes",
    limits: "What was written or changed in the last seven days; 200 calls an hour for each app. The account needs the \
             right to reply to reviews",
    ..Profile::SEARCH
};

pub(super) const APP_STORE_CONNECT: Profile = Profile {
    word: "app_store_connect",
    name: "App Store Connect",
    interval: MINUTE.saturating_mul(15),
    address: Address::Known("https://api.appstoreconnect.apple.com"),
    asks: Asks::Places(Places { what: "numbers of your own apps", example: "6400000001" }),
    token: Token::Document("the `.p8` file of an API key that may see reviews"),
    account: Some("the issuer and the id of the key, `ISSUER_ID/KEY_ID`; the id alone for a key of one person"),
    sees: "All reviews of your own apps that have a text, of all countries, with stars",
    limits: "3,500 calls an hour; reviews have neither an address nor a language, and later changes are not seen",
    window: Some(Window::of(3_500, 3_600)),
    ..Profile::SEARCH
};
