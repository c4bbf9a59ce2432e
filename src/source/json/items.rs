//! The items of a described API as entries, and what of the description does not fit them.

use chrono::{DateTime, TimeDelta};
use serde_json::Value;

use super::super::link;
use super::LONGEST_NAME;
use crate::model::json_api::{DateForm, JsonApi, Pick, instant_in};
use crate::model::text::one_line;
use crate::model::{Author, Entry, EntryKey, Instant, Language, PollFault, Source};
use crate::parse::{date, json, text};

/// 1990, in Unix seconds: before that there was no web.
const EARLIEST: i64 = 631_152_000;
/// How far ahead a date may lie and still be meant: a local time that calls itself UTC lies ahead by up to 14 hours.
const AHEAD: TimeDelta = TimeDelta::days(1);
/// So many names in an item are told.
const MOST_NAMES: usize = 12;

/// What a page has.
pub(super) struct Items {
    pub(super) entries: Vec<Entry>,
    /// What did not fit, in plain words.
    pub(super) problems: Vec<String>,
}

/// Reads a page.
///
/// # Errors
/// When none of its items has an id.
pub(super) fn read(source: &Source, api: &JsonApi, items: &[Value], now: Instant) -> Result<Items, PollFault> {
    let read: Vec<(&Value, Option<Entry>)> = items.iter().map(|item| (item, entry(source, api, item, now))).collect();
    let nameless: Vec<&Value> = read.iter().filter(|(_, entry)| entry.is_none()).map(|(item, _)| *item).collect();
    let undated: Vec<&Value> = read
        .iter()
        .filter(|(_, entry)| entry.as_ref().is_some_and(|entry| entry.published_at.is_none()))
        .map(|(item, _)| *item)
        .collect();
    let shown = items.len();
    let mut problems = Vec::new();
    if let Some(first) = nameless.first() {
        let problem = format!(
            "{} of {shown} items have no id at `{}`, where `id` says; {}",
            nameless.len(),
            api.fields.id.written(),
            names_in(first)
        );
        if nameless.len() == shown {
            return Err(PollFault::Unreadable(problem));
        }
        problems.push(problem);
    }
    problems.extend(api.fields.published.as_ref().zip(undated.first()).map(|(published, first)| {
        let found = match published.value(first) {
            Some(value) => {
                format!("`{}` is no date in the form that `dates` says", one_line(&plain(&value), LONGEST_NAME))
            }
            None => names_in(first),
        };
        let (undated, at) = (undated.len(), published.written());
        format!("{undated} of {shown} items have no date that can be read at `{at}`, where `published` says; {found}")
    }));
    let entries: Vec<Entry> = read.into_iter().filter_map(|(_, entry)| entry).collect();
    if let Some(first) =
        items.first().filter(|_| entries.iter().all(|entry| entry.title.is_empty() && entry.text.is_empty()))
    {
        problems.push(format!("no item has a title or a text where `title` and `text` say; {}", names_in(first)));
    }
    Ok(Items { entries, problems })
}

/// What an item has, so that the description can be mended.
fn names_in(item: &Value) -> String {
    let Some(fields) = item.as_object().filter(|fields| !fields.is_empty()) else {
        return "the first of them is no object with names in it".to_owned();
    };
    let names = fields.keys().take(MOST_NAMES).map(|name| format!("`/{}`", one_line(name, LONGEST_NAME)));
    let more = if fields.len() > MOST_NAMES { " and more" } else { "" };
    format!("the first of them has {}{more}", names.collect::<Vec<_>>().join(", "))
}

fn plain(value: &Value) -> String {
    json::written(value).unwrap_or_else(|| value.to_string())
}

fn entry(source: &Source, api: &JsonApi, item: &Value, now: Instant) -> Option<Entry> {
    let fields = &api.fields;
    let raw = |pick: &Pick| pick.value(item).and_then(|value| json::written(&value));
    let line = |pick: &Option<Pick>| pick.as_ref().and_then(raw).map(|value| text::line(&value));
    let count = |pick: &Pick| raw(pick).and_then(|value| value.parse::<u64>().ok());
    let id = raw(&fields.id)?;
    let key = |pick: &Option<Pick>| pick.as_ref().and_then(raw).map(|id| EntryKey::of(&api.network, &id));
    let title = fields.title.iter().find_map(raw).unwrap_or_default();
    let texts = fields.text.iter().map(raw);
    let body = |value: String| if api.html { text::html(&value) } else { text::plain(&value) };
    let published = fields.published.as_ref().and_then(|pick| pick.value(item));
    let language = line(&fields.language).and_then(|tag| Language::parse(&tag));
    Some(Entry {
        url: line(&fields.url).and_then(|url| link(&url)),
        title: if api.html { text::html_line(&title) } else { text::line(&title) },
        text: json::paragraphs(texts.map(|value| value.map(body))),
        author: author(api, item),
        published_at: published.and_then(|value| instant(&value, &api.dates)).filter(|at| is_plausible(*at, now)),
        language: language.or_else(|| source.language.clone()),
        tags: fields.tags.as_ref().and_then(|pick| pick.value(item)).map(|tags| words(&tags)).unwrap_or_default(),
        rating: line(&fields.rating).and_then(|stars| stars.parse().ok()).filter(|stars| (0.0..=5.0).contains(stars)),
        engagement: fields.engagement.iter().filter_map(count).reduce(u64::saturating_add),
        kind: api.kind,
        place: line(&fields.place),
        parent: key(&fields.parent),
        thread: key(&fields.thread),
        ..Entry::new(EntryKey::of(&api.network, &id))
    })
}

fn author(api: &JsonApi, item: &Value) -> Option<Author> {
    let line = |pick: &Option<Pick>| {
        let value = pick.as_ref()?.value(item)?;
        json::written(&value).map(|value| text::line(&value)).filter(|value| !value.is_empty())
    };
    let (name, handle) = (line(&api.fields.author), line(&api.fields.author_handle));
    Some(Author {
        name: name.or_else(|| handle.clone())?,
        handle,
        url: line(&api.fields.author_url).and_then(|url| link(&url)),
        followers: line(&api.fields.followers).and_then(|count| count.parse().ok()),
        id: None,
    })
}

fn words(value: &Value) -> Vec<String> {
    let items: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
    items.into_iter().filter_map(json::written).map(|tag| text::line(tag.trim_start_matches('#'))).collect()
}

fn instant(value: &Value, dates: &DateForm) -> Option<Instant> {
    let written = json::written(value)?;
    let number = || written.parse::<f64>().ok().filter(|number| number.is_finite());
    match dates {
        DateForm::Usual => date::parse(&written),
        #[expect(clippy::cast_possible_truncation, reason = "a time beyond all calendars is refused behind")]
        DateForm::Unix => DateTime::from_timestamp_millis((number()? * 1000.0) as i64),
        #[expect(clippy::cast_possible_truncation, reason = "a time beyond all calendars is refused behind")]
        DateForm::UnixMilliseconds => DateTime::from_timestamp_millis(number()? as i64),
        DateForm::Form(form) => instant_in(form, &written),
    }
}

/// Seconds that are taken for milliseconds lie in 1970, and milliseconds that are taken for seconds far ahead.
fn is_plausible(at: Instant, now: Instant) -> bool {
    at.timestamp() >= EARLIEST && now.checked_add_signed(AHEAD).is_none_or(|latest| at <= latest)
}
