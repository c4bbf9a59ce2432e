//! The world, and the mails, as pages for people. Everything in them is escaped by the template.

use askama::Template;

use super::mails::Caught;
use super::world::{Item, Site, World};
use crate::model::Instant;

/// Sent with every page: nothing is loaded, run or framed.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// A page: a headline, perhaps something to read, and lists of links.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.55 Georgia, serif; color: #222; background: #fdfcf9 }
nav, .note, footer { font: .85rem/1.5 system-ui, sans-serif; color: #666 }
h1 { font-size: 1.7rem; line-height: 1.25 } h2 { font-size: 1.15rem; margin-top: 2rem }
ul { padding-left: 1.1rem } li { margin: .35rem 0 } a { color: #0b5d6b } footer { margin-top: 3rem; border-top: 1px solid #ddd }
</style>
</head>
<body>
<nav><a href="/">The demo's world</a> · <a href="/mails">The mails</a></nav>
<h1>{{ title }}</h1>
<p class="note">{{ note }}</p>
{%- for paragraph in paragraphs %}
<p>{{ paragraph }}</p>
{%- endfor %}
{%- for list in lists %}
<h2>{% if let Some(href) = list.href %}<a href="{{ href }}">{{ list.heading }}</a>{% else %}{{ list.heading }}{% endif %}</h2>
<ul>
{%- for link in list.links %}
<li><a href="{{ link.href }}">{{ link.text }}</a> <span class="note">{{ link.note }}</span></li>
{%- endfor %}
</ul>
{%- endfor %}
<footer>Everything here is invented: people, texts, houses, and what they say about the brand.</footer>
</body>
</html>
"#
)]
struct Page<'a> {
    language: &'a str,
    title: String,
    note: String,
    paragraphs: Vec<String>,
    lists: Vec<List>,
}

struct List {
    heading: String,
    href: Option<String>,
    links: Vec<Link>,
}

struct Link {
    href: String,
    text: String,
    note: String,
}

/// The way into the world: every site with its latest items.
///
/// # Errors
/// When the template fails, as in all functions here: when a formatter fails.
pub fn index(world: &World, now: Instant) -> Result<String, askama::Error> {
    let list = |site: Site| List {
        heading: site.name().to_owned(),
        href: Some(format!("/{}", site.path())),
        links: world.shown(site, now).take(5).map(link).collect(),
    };
    let note = format!("It is {} here.", moment(now));
    let lists = Site::ALL.into_iter().map(list).collect();
    Page { language: "en", title: "The demo's world".to_owned(), note, paragraphs: Vec::new(), lists }.render()
}

/// Everything a site shows.
///
/// # Errors
/// When the template fails.
pub fn site(world: &World, site: Site, now: Instant) -> Result<String, askama::Error> {
    let links = world.shown(site, now).map(link).collect();
    let note = match site.feed() {
        Some(feed) => format!("Its feed is /{}/{feed}.", site.path()),
        None => "It is read through its API.".to_owned(),
    };
    let lists = vec![List { heading: "Latest".to_owned(), href: None, links }];
    Page { language: site.language(), title: site.name().to_owned(), note, paragraphs: Vec::new(), lists }.render()
}

/// One item.
///
/// # Errors
/// When the template fails.
pub fn item(item: &Item) -> Result<String, askama::Error> {
    let answers = if item.thread.is_empty() { String::new() } else { format!(" · on “{}”", item.thread) };
    let note = format!("{} · {} · {}{answers}", item.site.name(), item.by, moment(item.at));
    let (title, paragraphs) = (item.headline(), item.paragraphs());
    Page { language: &item.lang, title, note, paragraphs, lists: Vec::new() }.render()
}

/// The mails, the latest first.
///
/// # Errors
/// When the template fails.
pub fn mails(mails: &[Caught]) -> Result<String, askama::Error> {
    let links = mails.iter().rev().map(|mail| Link {
        href: format!("/mails/{}", mail.number),
        text: if mail.subject.is_empty() { "(without a subject)".to_owned() } else { mail.subject.clone() },
        note: format!("to {} · {}", mail.envelope.recipients.join(", "), moment(mail.at)),
    });
    let lists = vec![List { heading: "Latest".to_owned(), href: None, links: links.collect() }];
    let note = format!("{} mails were sent, and caught on this machine.", mails.len());
    Page { language: "en", title: "The mails".to_owned(), note, paragraphs: Vec::new(), lists }.render()
}

fn link(item: &Item) -> Link {
    Link { href: item.path(), text: item.headline(), note: format!("{} · {}", item.by, moment(item.at)) }
}

fn moment(at: Instant) -> String {
    at.format("%a %-d %b %Y, %H:%M UTC").to_string()
}
