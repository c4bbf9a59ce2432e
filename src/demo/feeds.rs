//! The world's blog, papers and forum as Atom, RSS and JSON Feed. Pure.

use askama::Template;
use serde_json::json;

use super::world::{Item, Site};

/// The content type and body of the site's feed; `None` for a site without one. `base` is the address of the server,
/// without a slash at its end.
///
/// # Errors
/// When a template fails, which needs a formatter that fails.
pub fn feed(site: Site, items: &[&Item], base: &str) -> Result<Option<(&'static str, String)>, askama::Error> {
    Ok(match site {
        Site::Blog => Some(("application/atom+xml; charset=utf-8", Atom { site, items, base }.render()?)),
        Site::Courier | Site::Kuestenblatt => {
            Some(("application/rss+xml; charset=utf-8", Rss { site, items, base }.render()?))
        }
        Site::Forum => Some(("application/feed+json", json_feed(site, items, base)?)),
        Site::Hn | Site::Mastodon => None,
    })
}

/// The text as HTML.
#[derive(Template)]
#[template(ext = "html", source = "{% for paragraph in self.item.paragraphs() %}<p>{{ paragraph }}</p>{% endfor %}")]
pub(super) struct Body<'a> {
    pub(super) item: &'a Item,
}

fn body(item: &Item) -> String {
    Body { item }.render().unwrap_or_default()
}

#[derive(Template)]
#[template(
    ext = "xml",
    source = r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{{ site.language() }}">
  <id>{{ base }}/{{ site.path() }}/</id>
  <title>{{ site.name() }}</title>
  <link rel="alternate" href="{{ base }}/{{ site.path() }}"/>
  {%- if let Some(item) = items.first() %}
  <updated>{{ item.at.to_rfc3339() }}</updated>
  {%- endif %}
  {%- for item in items %}
  <entry xml:lang="{{ item.lang }}">
    <id>{{ base }}{{ item.path() }}</id>
    <title>{{ item.title }}</title>
    <link rel="alternate" href="{{ base }}{{ item.path() }}"/>
    <published>{{ item.at.to_rfc3339() }}</published>
    <updated>{{ item.at.to_rfc3339() }}</updated>
    <author><name>{{ item.by }}</name></author>
    <content type="html" xml:lang="{{ item.lang }}">{{ self::body(item) }}</content>
  </entry>
  {%- endfor %}
</feed>
"#
)]
struct Atom<'a> {
    site: Site,
    items: &'a [&'a Item],
    base: &'a str,
}

#[derive(Template)]
#[template(
    ext = "xml",
    source = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>{{ site.name() }}</title>
    <link>{{ base }}/{{ site.path() }}</link>
    <description>{{ site.name() }}</description>
    <language>{{ site.language() }}</language>
    {%- for item in items %}
    <item>
      <guid isPermaLink="true">{{ base }}{{ item.path() }}</guid>
      <title>{{ item.title }}</title>
      <link>{{ base }}{{ item.path() }}</link>
      <dc:creator>{{ item.by }}</dc:creator>
      <pubDate>{{ item.at.to_rfc2822() }}</pubDate>
      <description>{{ self::body(item) }}</description>
    </item>
    {%- endfor %}
  </channel>
</rss>
"#
)]
struct Rss<'a> {
    site: Site,
    items: &'a [&'a Item],
    base: &'a str,
}

fn json_feed(site: Site, items: &[&Item], base: &str) -> Result<String, askama::Error> {
    let mut entries = Vec::new();
    for item in items {
        let address = format!("{base}{}", item.path());
        entries.push(json!({
            "id": address,
            "url": address,
            "title": item.title,
            "content_html": Body { item }.render()?,
            "date_published": item.at.to_rfc3339(),
            "language": item.lang,
            "authors": [{ "name": item.by }],
        }));
    }
    let home = format!("{base}/{}", site.path());
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name(),
        "home_page_url": home,
        "feed_url": format!("{home}/{}", site.feed().unwrap_or_default()),
        "language": site.language(),
        "items": entries,
    });
    Ok(feed.to_string())
}
