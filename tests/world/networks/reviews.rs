//! Reviews of businesses and of one's own apps.

use mentiond::model::SourceKind::*;

use super::super::list::{ALL, List, Page};
use super::{DAY, HOUR, Network, Secret, of};

pub(super) const REVIEWS: &[Network] = &[
    Network {
        lists: &[List {
            part: "/reviews?",
            file: "yelp-reviews.json",
            list: "/reviews",
            item: &[
                ("/id", "review{n}"),
                ("/url", "https://www.yelp.com/biz/acme-coffee-portland?hrid=review{n}"),
                ("/text", "{text}"),
                ("/rating", "=1"),
                ("/time_created", "{pacific}"),
            ],
            around: &[("/total", "={all}")],
            most: 3,
            ..ALL
        }],
        secret: Secret::Word,
        lines: "places = [\"acme-coffee-portland\"]\n",
        // No more between two polls than it shows.
        every: 18,
        quota: Some((300, DAY)),
        ..of(Yelp)
    },
    Network {
        lists: &[List {
            part: "/reviews?",
            file: "trustpilot-reviews.json",
            list: "/reviews",
            item: &[
                ("/id", "673a1f00b45fb06f00{n}"),
                ("/stars", "=1"),
                ("/title", "{text}"),
                ("/text", "{text}"),
                ("/language", "en"),
                ("/createdAt", "{time}"),
            ],
            around: &[(
                "/links",
                r#"=[{"href":"https://api.trustpilot.com/v1/x?page={next}","method":"GET","rel":"next-page"}]"#,
            )],
            page: Page::Number("page"),
            most: 5,
            ..ALL
        }],
        secret: Secret::Word,
        lines: "places = [\"507f191e810c19729de860ea\"]\n",
        rush: 7,
        quota: Some((10_000, HOUR)),
        ..of(Trustpilot)
    },
    Network {
        lists: &[List {
            part: "/reviews?",
            file: "google-business-reviews.json",
            list: "/reviews",
            item: &[
                ("/name", "accounts/1/locations/2/reviews/r{n}"),
                ("/reviewId", "r{n}"),
                ("/starRating", "ONE"),
                ("/comment", "{text}"),
                ("/createTime", "{time}"),
                ("/updateTime", "{time}"),
            ],
            around: &[("/nextPageToken", "p{next}")],
            page: Page::Number("pageToken"),
            most: 5,
            ..ALL
        }],
        secret: Secret::GoogleUser,
        lines: "places = [\"accounts/1/locations/2\"]\n",
        rush: 7,
        quota: Some((300, 60)),
        ..of(GoogleBusiness)
    },
    Network {
        lists: &[List {
            part: "/v1/places/",
            file: "google-places-reviews.json",
            list: "/reviews",
            item: &[
                ("/name", "places/ChIJexamplePlaceId0000001/reviews/r{n}"),
                ("/rating", "=1"),
                ("/text/text", "{text}"),
                ("/originalText/text", "{text}"),
                ("/originalText/languageCode", "en"),
                ("/publishTime", "{time}"),
                ("/googleMapsUri", "https://www.google.com/maps/reviews/r{n}"),
            ],
            around: &[("/userRatingCount", "={all}")],
            most: 5,
            ..ALL
        }],
        secret: Secret::Word,
        // It is asked twice a day otherwise, and every call costs.
        lines: "interval = \"20m\"\nplaces = [\"ChIJexamplePlaceId0000001\"]\ndollars_per_month = 100000.0\n",
        every: 18,
        ..of(GooglePlaces)
    },
    Network {
        lists: &[List {
            part: "/reviews?",
            file: "google-play-reviews.json",
            list: "/reviews",
            item: &[
                ("/reviewId", "gp:{n}"),
                ("/comments/0/userComment/text", "{text}"),
                ("/comments/0/userComment/lastModified", "={\"seconds\": \"{unix}\", \"nanos\": 0}"),
                ("/comments/0/userComment/starRating", "=1"),
                ("/comments/0/userComment/reviewerLanguage", "en"),
            ],
            around: &[("/tokenPagination", "={\"nextPageToken\": \"p{next}\"}")],
            page: Page::Number("token"),
            most: 5,
            ..ALL
        }],
        secret: Secret::ServiceAccount,
        lines: "places = [\"com.example.acme\"]\n",
        rush: 7,
        quota: Some((200, HOUR)),
        ..of(GooglePlay)
    },
    Network {
        lists: &[List {
            part: "/customerReviews?",
            file: "appstore-connect-reviews.json",
            list: "/data",
            item: &[
                ("/id", "review-{n}"),
                ("/attributes/rating", "=1"),
                ("/attributes/title", "{text}"),
                ("/attributes/body", "{text}"),
                ("/attributes/createdDate", "{time}"),
            ],
            around: &[("/links/next", "https://api.appstoreconnect.apple.com/v1/x?cursor=p{next}")],
            page: Page::Number("cursor"),
            most: 5,
            ..ALL
        }],
        secret: Secret::AppleKey,
        lines: "account = \"69a6de70-0000-47e3-e053-5b8c7c11a4d1/2X9R4HXF34\"\nplaces = [\"6400000001\"]\n",
        rush: 7,
        quota: Some((3_500, HOUR)),
        ..of(AppStoreConnect)
    },
];
