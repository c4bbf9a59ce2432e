//! Mentions of an account in comments and captions: Instagram sends no more than ids by webhook, and shows the rest to
//! who asks for it in the name of the account. What is asked for is called `ACCOUNT/MEDIA`, or `ACCOUNT/MEDIA/COMMENT`.
//!
//! Not verified: who wrote a comment; the reference has no such field, so that it is not asked for.

use serde_json::Value;

use super::{Instagram, TAGGED_POST, entry};
use crate::model::{Answer, Entry, EntryKey, EntryKind, PollFault, Request, Source};
use crate::parse::{json, text};
use crate::source::webhook::{Heard, Webhook, changes, is_id};
use crate::source::{api, link};

const COMMENT: &str = "id,text,timestamp,like_count,media{id,permalink}";

impl Webhook for Instagram {
    fn hear(&self, _source: &Source, body: &[u8]) -> Result<Heard, PollFault> {
        let mut heard = Heard::default();
        for (account, value) in changes(body, "instagram", "mentions")? {
            let ids = [Some(account), json::text(&value, "media_id"), json::text(&value, "comment_id")];
            // What stands in an address as it is has to be a number.
            let [Some(account), Some(media), comment] = ids.map(|id| id.filter(|id| is_id(id))) else {
                heard.problems.push("a mention came by webhook without the id of what mentions".to_owned());
                continue;
            };
            let about = [Some(account), Some(media), comment].into_iter().flatten().collect::<Vec<_>>().join("/");
            if !heard.asks.contains(&about) {
                heard.asks.push(about);
            }
        }
        Ok(heard)
    }

    fn ask(&self, source: &Source, about: &str) -> Request {
        let (account, fields) = match parts(about) {
            (account, _, Some(comment)) => (account, format!("mentioned_comment.comment_id({comment}){{{COMMENT}}}")),
            (account, media, None) => (account, format!("mentioned_media.media_id({media}){{{TAGGED_POST}}}")),
        };
        api::request(source, &[account], &[("fields", &fields)])
    }

    fn learn(&self, source: &Source, about: &str, answer: &Answer) -> Result<Vec<Entry>, PollFault> {
        let body = api::body(answer)?;
        let (account, media, comment) = parts(about);
        let what = if comment.is_some() { "mentioned_comment" } else { "mentioned_media" };
        let found = json::at(&body, what).filter(|found| found.is_object());
        let found = found.ok_or_else(|| api::missing(answer, &body, "mention"))?;
        let read = match comment {
            Some(_) => said(source, media, found),
            None => entry(source, None, found),
        };
        let read = read.ok_or_else(|| PollFault::Unreadable("the mention has no id".to_owned()))?;
        Ok(vec![Entry { place: Some(account.to_owned()), ..read }])
    }
}

/// The account, the post and the comment.
fn parts(about: &str) -> (&str, &str, Option<&str>) {
    let mut parts = about.split('/');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next())
}

fn said(source: &Source, media: &str, comment: &Value) -> Option<Entry> {
    let id = json::text(comment, "id")?;
    let post = EntryKey::of("instagram", media);
    Some(Entry {
        url: json::text(comment, "media.permalink").and_then(|url| link(&url)),
        text: json::text(comment, "text").map(|said| text::plain(&said)).unwrap_or_default(),
        published_at: json::instant(comment, "timestamp"),
        language: source.language.clone(),
        engagement: json::count(comment, "like_count"),
        kind: Some(EntryKind::Comment),
        parent: Some(post.clone()),
        thread: Some(post),
        ..Entry::new(EntryKey::of("instagram", &id))
    })
}
