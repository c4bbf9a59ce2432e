//! Posts and comments of a site that runs WordPress, by its REST API: two lanes per term. Pages are not asked for, nor what
//! needs a login. A comment has the time when it was written, whenever it is approved: those of the two weeks before the
//! newest are asked for each time, and one that waits for longer may not be seen. Many sites close this API, or its
//! comments, while their feeds stay open: the fault says which. Not verified: whether a site takes `after` for its own time
//! or UTC, so that a day is read again.

use chrono::TimeDelta;
use serde_json::Value;
use url::Url;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Source};
use crate::parse::{json, text};

/// Posts or comments asked for at once; a site gives out no more.
const LIMIT: usize = 100;
/// How much further back comments are asked for than everything else, since they may have waited for somebody to approve
/// them.
const WAITING: TimeDelta = TimeDelta::days(13);
/// What is asked for, as the API calls it.
const POSTS: &str = "posts";
const COMMENTS: &str = "comments";

pub(super) struct WordPress;

impl Listing for WordPress {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.iter().flat_map(|term| [POSTS, COMMENTS].map(|what| format!("{what} {term}"))).collect()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (what, term) = visit.lane.split_once(' ').unwrap_or((POSTS, visit.lane));
        let since = if what == COMMENTS { visit.since - WAITING } else { visit.since };
        let after = since.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let usual = [
            ("search", term),
            ("after", &after),
            ("orderby", if what == POSTS { "date" } else { "date_gmt" }),
            ("order", "desc"),
            ("per_page", "100"),
            ("page", visit.page.unwrap_or("1")),
        ];
        let embed = Some(("_embed", "author")).filter(|_| what == POSTS);
        let parameters: Vec<(&str, &str)> = usual.into_iter().chain(embed).collect();
        api::request(source, &["wp-json", "wp", "v2", what], &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(found) = body.as_array() else {
            return Err(api::missing(answer, &body, "list of posts or comments"));
        };
        let page: u64 = visit.page.and_then(|page| page.parse().ok()).unwrap_or(1);
        let pages = answer.header("x-wp-totalpages").and_then(|pages| pages.trim().parse::<u64>().ok());
        let has_more = pages.map_or(found.len() >= LIMIT, |pages| page < pages) && !found.is_empty();
        let are_posts = visit.lane.starts_with(POSTS);
        let read = if are_posts { post } else { comment };
        let entries = found.iter().filter_map(|item| read(source, item)).collect();
        let next = has_more.then(|| api::page_after(visit));
        // All comments that are asked for are read, however old.
        Ok(List { entries, next, oldest: (!are_posts).then_some(visit.since), ..List::default() })
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let (status, closed) = (answer.status, matches!(answer.status, 401 | 403 | 404));
        let said = api::word(answer, "code").filter(|_| closed)?;
        let feed = "read `/?s=WORD&feed=rss2` or `/comments/feed/` of the site as a feed";
        let message = format!("the site does not open this part of its REST API (`{}`); {feed}", text::line(&said));
        Some(PollFault::Status { status, message })
    }

    fn overlap(&self) -> TimeDelta {
        TimeDelta::days(1)
    }
}

fn post(source: &Source, item: &Value) -> Option<Entry> {
    let entry = entry(source, item, &json::text(item, "id")?, "")?;
    let author = json::list(item, "_embedded.author").next();
    Some(Entry {
        title: json::text(item, "title.rendered").map(|title| text::html_line(&title)).unwrap_or_default(),
        author: author.and_then(|author| written_by(author, "name", "link")),
        kind: Some(EntryKind::Blog),
        ..entry
    })
}

fn comment(source: &Source, item: &Value) -> Option<Entry> {
    let (id, post) = (json::text(item, "id")?, json::text(item, "post")?);
    let answered = json::text(item, "parent").filter(|parent| parent != "0");
    let thread = key(source, item, &post, "")?;
    let parent = answered.and_then(|answered| key(source, item, &post, &format!("#comment-{answered}")));
    Some(Entry {
        author: written_by(item, "author_name", "author_url"),
        kind: Some(EntryKind::Comment),
        parent: parent.or_else(|| Some(thread.clone())),
        thread: Some(thread),
        ..entry(source, item, &post, &format!("#comment-{id}"))?
    })
}

/// What posts and comments have in common.
fn entry(source: &Source, item: &Value, post: &str, part: &str) -> Option<Entry> {
    let rendered = ["content.rendered", "excerpt.rendered"].map(|path| json::text(item, path));
    let texts = rendered.into_iter().flatten().map(|html| text::html(&html));
    Some(Entry {
        url: json::text(item, "link").and_then(|url| link(&url)),
        text: texts.max_by_key(String::len).unwrap_or_default(),
        published_at: json::instant(item, "date_gmt").or_else(|| json::instant(item, "date")),
        language: source.language.clone(),
        ..Entry::new(key(source, item, post, part)?)
    })
}

/// The key of a post or of a part of it: the short address that WordPress gives to it, below the folder of the site.
fn key(source: &Source, item: &Value, post: &str, part: &str) -> Option<EntryKey> {
    let site = Url::parse(&json::text(item, "link")?).ok()?.origin().ascii_serialization();
    let folder = source.url.path().trim_end_matches('/');
    Some(EntryKey::of("wordpress", &format!("{site}{folder}/?p={post}{part}")))
}

fn written_by(item: &Value, name: &str, page: &str) -> Option<Author> {
    let name = text::html_line(&json::text(item, name)?);
    let url = json::text(item, page).and_then(|url| link(&url));
    (!name.is_empty()).then(|| Author { name, url, ..Author::default() })
}
