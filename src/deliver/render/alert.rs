//! An alert, its reminder, or what was held of them in words. The brand comes first in the subject, then the worst mention.
//! Pure.

use askama::Template;
use chrono_tz::Tz;

use super::Draft;
use super::held;
use super::mention::{MentionText, NAME};
use super::phrase::{count, quoted, time};
use crate::model::notice::{AlertItem, AlertNotice, HeldNotice};
use crate::model::text::one_line;

/// Most characters of a title in a subject.
const TITLE: usize = 70;

/// What the templates show.
struct Alert {
    subject: String,
    preheader: String,
    heading: String,
    lead: String,
    items: Vec<Item>,
    more: String,
    commands: Vec<Command>,
}

/// One alert.
struct Item {
    mention: MentionText,
    why: String,
}

/// How to say that somebody takes care of it.
struct Command {
    /// For what; empty where there is no choice.
    purpose: String,
    line: String,
}

#[derive(Template)]
#[template(path = "alert.txt", config = "src/deliver/templates/askama.toml")]
struct Text<'a> {
    alert: &'a Alert,
}

#[derive(Template)]
#[template(path = "alert.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    subject: &'a str,
    preheader: &'a str,
    alert: &'a Alert,
}

pub fn render(notice: &AlertNotice, zone: Tz) -> Draft {
    draft(Alert::new(notice, zone))
}

/// All that was held from somebody until now.
pub fn render_held(notice: &HeldNotice, zone: Tz) -> Draft {
    draft(Alert::held(notice, zone))
}

fn draft(alert: Alert) -> Draft {
    let html = Page { subject: &alert.subject, preheader: &alert.preheader, alert: &alert }.to_string();
    Draft { text: Text { alert: &alert }.to_string(), html, subject: alert.subject, attachments: Vec::new() }
}

impl Alert {
    fn new(notice: &AlertNotice, zone: Tz) -> Self {
        let brand = one_line(&notice.brand, NAME);
        let total = notice.more + notice.items.len() as u64;
        let items: Vec<Item> = notice.items.iter().map(|item| Item::new(item, zone)).collect();
        let first = items.first();
        let title = first.map(|item| one_line(&item.mention.title, TITLE)).unwrap_or_default();
        let others = if total > 1 { format!(" (and {} more)", total - 1) } else { String::new() };
        let what = if notice.reminder { "reminder" } else { "urgent" };
        Self {
            subject: format!("{brand}: {what}: {title}{others}"),
            preheader: first.map(|item| item.mention.snippet.clone()).unwrap_or_default(),
            heading: heading(notice, &brand, total),
            lead: lead(notice, total, zone),
            more: more(notice.more),
            commands: commands(&notice.items, &[brand], total),
            items,
        }
    }

    fn held(notice: &HeldNotice, zone: Tz) -> Self {
        let brands: Vec<String> = notice.brands.iter().map(|brand| one_line(brand, NAME)).collect();
        let total = notice.more + notice.items.len() as u64;
        let item = |item: &AlertItem| {
            let Item { mention, why } = Item::new(item, zone);
            let why = if brands.len() > 1 { format!("{}: {why}", one_line(&item.mention.brand, NAME)) } else { why };
            Item { mention, why }
        };
        let items: Vec<Item> = notice.items.iter().map(item).collect();
        let first = items.first();
        let title = first.map(|item| one_line(&item.mention.title, TITLE)).unwrap_or_default();
        let others = if total > 1 { format!(" (and {} more)", total - 1) } else { String::new() };
        Self {
            subject: format!("{}: held until now: {title}{others}", held::named(&brands)),
            preheader: first.map(|item| item.mention.snippet.clone()).unwrap_or_default(),
            heading: held::heading(&notice.causes, total, zone),
            lead: held::lead(&notice.causes, zone),
            more: more(notice.more),
            commands: commands(&notice.items, &brands, total),
            items,
        }
    }
}

fn more(more: u64) -> String {
    match more {
        0 => String::new(),
        1 => "1 more is not shown here; “mentiond status” lists the latest.".to_owned(),
        more => format!("{more} more are not shown here; “mentiond status” lists the latest."),
    }
}

impl Item {
    fn new(item: &AlertItem, zone: Tz) -> Self {
        let rule = one_line(&item.rule, NAME);
        let keyword = item.keyword.as_deref().map(|keyword| one_line(keyword, NAME));
        let why = match keyword {
            Some(keyword) => format!("rule “{rule}”, found “{keyword}”"),
            None => format!("rule “{rule}”"),
        };
        Self { mention: MentionText::new(&item.mention, zone), why }
    }
}

/// How many need an answer.
pub fn heading(notice: &AlertNotice, brand: &str, total: u64) -> String {
    match (notice.reminder, total) {
        (false, 1) => format!("{brand}: somebody needs an answer"),
        (false, _) => format!("{brand}: {} need an answer", count(total, "mention", "mentions")),
        (true, 1) => format!("{brand}: still not acknowledged"),
        (true, _) => format!("{brand}: {} still not acknowledged", count(total, "mention", "mentions")),
    }
}

/// Since when nobody has acknowledged what a reminder repeats; empty for an alert.
pub fn lead(notice: &AlertNotice, total: u64, zone: Tz) -> String {
    let oldest = notice.items.iter().map(|item| item.mention.found_at).min();
    match oldest.filter(|_| notice.reminder) {
        None => String::new(),
        Some(oldest) if total == 1 => format!("Nobody has acknowledged it since {}.", time(oldest, zone)),
        Some(oldest) => {
            let shown = if notice.more > 0 { " of those shown here" } else { "" };
            format!("Nobody has acknowledged these; the oldest{shown} was found {}.", time(oldest, zone))
        }
    }
}

/// Of a single one, and of all of each brand.
fn commands(items: &[AlertItem], brands: &[String], total: u64) -> Vec<Command> {
    let several = total > 1;
    let one = items.first().map(|item| Command {
        purpose: if several { "for the first alone:".to_owned() } else { String::new() },
        line: format!("mentiond ack --mention {}", item.mention.id),
    });
    let all = brands.iter().filter(|_| several).map(|brand| Command {
        purpose: if brands.len() > 1 { format!("for all of {brand}:") } else { "for all of this brand:".to_owned() },
        line: format!("mentiond ack --brand {}", quoted(brand)),
    });
    one.into_iter().chain(all).collect()
}
