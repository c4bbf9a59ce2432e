//! An alert, its reminder, or what was held of them in words. The brand comes first in the subject, then the worst mention.
//! Pure.

use askama::Template;

use super::Draft;
use super::held;
use super::mention::{MentionText, NAME};
use super::phrase::quoted;
use crate::deliver::words::Voice;
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
    voice: Voice,
    alert: &'a Alert,
}

#[derive(Template)]
#[template(path = "alert.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    voice: Voice,
    subject: &'a str,
    preheader: &'a str,
    alert: &'a Alert,
}

pub fn render(notice: &AlertNotice, voice: Voice) -> Draft {
    draft(Alert::new(notice, voice), voice)
}

/// All that was held from somebody until now.
pub fn render_held(notice: &HeldNotice, voice: Voice) -> Draft {
    draft(Alert::held(notice, voice), voice)
}

fn draft(alert: Alert, voice: Voice) -> Draft {
    let html = Page { voice, subject: &alert.subject, preheader: &alert.preheader, alert: &alert }.to_string();
    Draft { text: Text { voice, alert: &alert }.to_string(), html, subject: alert.subject }
}

impl Alert {
    fn new(notice: &AlertNotice, voice: Voice) -> Self {
        let brand = one_line(&notice.brand, NAME);
        let total = notice.more + notice.items.len() as u64;
        let items: Vec<Item> = notice.items.iter().map(|item| Item::new(item, voice)).collect();
        let first = items.first();
        let title = first.map(|item| one_line(&item.mention.title, TITLE)).unwrap_or_default();
        Self {
            subject: voice.alert_subject(&brand, notice.reminder, &title, total.saturating_sub(1)),
            preheader: first.map(|item| item.mention.snippet.clone()).unwrap_or_default(),
            heading: heading(notice, &brand, total, voice),
            lead: lead(notice, total, voice),
            more: more(notice.more, voice),
            commands: commands(&notice.items, &[brand], total, voice),
            items,
        }
    }

    fn held(notice: &HeldNotice, voice: Voice) -> Self {
        let brands: Vec<String> = notice.brands.iter().map(|brand| one_line(brand, NAME)).collect();
        let total = notice.more + notice.items.len() as u64;
        let item = |item: &AlertItem| {
            let Item { mention, why } = Item::new(item, voice);
            let why = if brands.len() > 1 { format!("{}: {why}", one_line(&item.mention.brand, NAME)) } else { why };
            Item { mention, why }
        };
        let items: Vec<Item> = notice.items.iter().map(item).collect();
        let first = items.first();
        let title = first.map(|item| one_line(&item.mention.title, TITLE)).unwrap_or_default();
        Self {
            subject: voice.held_subject(&held::named(&brands, voice), &title, total.saturating_sub(1)),
            preheader: first.map(|item| item.mention.snippet.clone()).unwrap_or_default(),
            heading: held::heading(&notice.causes, total, voice),
            lead: held::lead(&notice.causes, voice),
            more: more(notice.more, voice),
            commands: commands(&notice.items, &brands, total, voice),
            items,
        }
    }
}

fn more(more: u64, voice: Voice) -> String {
    if more == 0 { String::new() } else { voice.not_shown_but_listed(more) }
}

impl Item {
    fn new(item: &AlertItem, voice: Voice) -> Self {
        let rule = one_line(&item.rule, NAME);
        let keyword = item.keyword.as_deref().map(|keyword| one_line(keyword, NAME));
        let why = voice.rule(&rule, keyword.as_deref());
        Self { mention: MentionText::new(&item.mention, voice), why }
    }
}

/// How many need an answer.
pub fn heading(notice: &AlertNotice, brand: &str, total: u64, voice: Voice) -> String {
    if notice.reminder { voice.not_acknowledged(brand, total) } else { voice.need_answer(brand, total) }
}

/// Since when nobody has acknowledged what a reminder repeats; empty for an alert.
pub fn lead(notice: &AlertNotice, total: u64, voice: Voice) -> String {
    let oldest = notice.items.iter().map(|item| item.mention.found_at).min();
    match oldest.filter(|_| notice.reminder) {
        None => String::new(),
        Some(oldest) if total == 1 => voice.not_acknowledged_since(&voice.time(oldest)),
        Some(oldest) => voice.oldest_found(&voice.time(oldest), notice.more > 0),
    }
}

/// Of a single one, and of all of each brand.
fn commands(items: &[AlertItem], brands: &[String], total: u64, voice: Voice) -> Vec<Command> {
    let several = total > 1;
    let one = items.first().map(|item| Command {
        purpose: if several { voice.only_the_first().to_owned() } else { String::new() },
        line: format!("mentiond ack --mention {}", item.mention.id),
    });
    let all = brands.iter().filter(|_| several).map(|brand| Command {
        purpose: if brands.len() > 1 { voice.all_of(brand) } else { voice.all_of_this_brand().to_owned() },
        line: format!("mentiond ack --brand {}", quoted(brand)),
    });
    one.into_iter().chain(all).collect()
}
