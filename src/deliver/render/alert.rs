//! An alert, its reminder, or what was held of them in words. The brand comes first in the subject, then the worst mention.
//! Pure.

use askama::Template;

use super::Draft;
use super::mention::{MentionText, NAME};
use super::phrase::quoted;
use super::{escalation, held};
use crate::deliver::words::Speech;
use crate::model::notice::{AlertItem, AlertNotice, EscalationNotice, HeldNotice};
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
    acknowledge: Option<String>,
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
    speech: Speech,
    alert: &'a Alert,
}

#[derive(Template)]
#[template(path = "alert.html", config = "src/deliver/templates/askama.toml")]
struct Page<'a> {
    speech: Speech,
    subject: &'a str,
    preheader: &'a str,
    alert: &'a Alert,
}

/// `acknowledge` is where the recipient says that somebody takes care of it.
pub fn render(notice: &AlertNotice, speech: Speech, acknowledge: Option<&str>) -> Draft {
    draft(Alert::new(notice, speech), speech, acknowledge)
}

/// What nobody has acknowledged, for somebody who was not told of it.
pub fn render_escalation(notice: &EscalationNotice, speech: Speech, acknowledge: Option<&str>) -> Draft {
    draft(Alert::escalated(notice, speech), speech, acknowledge)
}

/// All that was held from somebody until now.
pub fn render_held(notice: &HeldNotice, speech: Speech, acknowledge: Option<&str>) -> Draft {
    draft(Alert::held(notice, speech), speech, acknowledge)
}

fn draft(alert: Alert, speech: Speech, acknowledge: Option<&str>) -> Draft {
    let alert = Alert { acknowledge: acknowledge.map(str::to_owned), ..alert };
    let html = Page { speech, subject: &alert.subject, preheader: &alert.preheader, alert: &alert }.to_string();
    Draft { text: Text { speech, alert: &alert }.to_string(), html, subject: alert.subject, attachments: Vec::new() }
}

impl Alert {
    fn new(notice: &AlertNotice, speech: Speech) -> Self {
        let brand = one_line(&notice.brand, NAME);
        let total = notice.more + notice.items.len() as u64;
        let items: Vec<Item> = notice.items.iter().map(|item| Item::new(item, speech)).collect();
        let first = items.first();
        let title = first.map(|item| one_line(&item.mention.title, TITLE)).unwrap_or_default();
        Self {
            subject: speech.alert_subject(&brand, notice.reminder, &title, total.saturating_sub(1)),
            preheader: first.map(|item| item.mention.snippet.clone()).unwrap_or_default(),
            heading: heading(notice, &brand, total, speech),
            lead: lead(notice, total, speech),
            more: more(notice.more, speech),
            acknowledge: None,
            commands: commands(&notice.items, &[brand], total, speech),
            items,
        }
    }

    fn escalated(EscalationNotice { alert, told }: &EscalationNotice, speech: Speech) -> Self {
        let brand = one_line(&alert.brand, NAME);
        let total = alert.more + alert.items.len() as u64;
        let told_first = Self::new(alert, speech);
        let title = told_first.items.first().map(|item| one_line(&item.mention.title, TITLE)).unwrap_or_default();
        Self {
            subject: speech.escalation_subject(&brand, &title, total.saturating_sub(1)),
            heading: speech.nobody_takes_care(&brand, total),
            lead: escalation::lead(told, speech),
            ..told_first
        }
    }

    fn held(notice: &HeldNotice, speech: Speech) -> Self {
        let brands: Vec<String> = notice.brands.iter().map(|brand| one_line(brand, NAME)).collect();
        let total = notice.more + notice.items.len() as u64;
        let item = |item: &AlertItem| {
            let Item { mention, why } = Item::new(item, speech);
            let why = if brands.len() > 1 { format!("{}: {why}", one_line(&item.mention.brand, NAME)) } else { why };
            Item { mention, why }
        };
        let items: Vec<Item> = notice.items.iter().map(item).collect();
        let first = items.first();
        let title = first.map(|item| one_line(&item.mention.title, TITLE)).unwrap_or_default();
        Self {
            subject: speech.held_subject(&held::named(&brands, speech), &title, total.saturating_sub(1)),
            preheader: first.map(|item| item.mention.snippet.clone()).unwrap_or_default(),
            heading: held::heading(&notice.causes, total, speech),
            lead: held::lead(notice, total, speech),
            more: more(notice.more, speech),
            acknowledge: None,
            commands: commands(&notice.items, &brands, total, speech),
            items,
        }
    }
}

fn more(more: u64, speech: Speech) -> String {
    if more == 0 { String::new() } else { speech.not_shown_but_listed(more) }
}

impl Item {
    fn new(item: &AlertItem, speech: Speech) -> Self {
        let rule = one_line(&item.rule, NAME);
        let keyword = item.keyword.as_deref().map(|keyword| one_line(keyword, NAME));
        let why = speech.rule(&rule, keyword.as_deref());
        Self { mention: MentionText::new(&item.mention, speech), why }
    }
}

/// How many need an answer.
pub fn heading(notice: &AlertNotice, brand: &str, total: u64, speech: Speech) -> String {
    if notice.reminder { speech.not_acknowledged(brand, total) } else { speech.need_answer(brand, total) }
}

/// Since when nobody has acknowledged what a reminder repeats; empty for an alert.
pub fn lead(notice: &AlertNotice, total: u64, speech: Speech) -> String {
    let oldest = notice.items.iter().map(|item| item.mention.found_at).min();
    match oldest.filter(|_| notice.reminder) {
        None => String::new(),
        Some(oldest) if total == 1 => speech.not_acknowledged_since(&speech.time(oldest)),
        Some(oldest) => speech.oldest_found(&speech.time(oldest), notice.more > 0),
    }
}

/// Of a single one, and of all of each brand.
fn commands(items: &[AlertItem], brands: &[String], total: u64, speech: Speech) -> Vec<Command> {
    let several = total > 1;
    let one = items.first().map(|item| Command {
        purpose: if several { speech.only_the_first().to_owned() } else { String::new() },
        line: format!("mentiond ack --mention {}", item.mention.id),
    });
    let all = brands.iter().filter(|_| several).map(|brand| Command {
        purpose: if brands.len() > 1 { speech.all_of(brand) } else { speech.all_of_this_brand().to_owned() },
        line: format!("mentiond ack --brand {}", quoted(brand)),
    });
    one.into_iter().chain(all).collect()
}
