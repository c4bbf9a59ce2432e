//! What the demo found, for people: read from the store, written as text. Never shows a control character of a text.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::days::{BRAND, Day, SUPPORT, is_to};
use super::{Caught, Folder};
use crate::model::incident::Incident;
use crate::model::notice::{Counts, Coverage, Gap, MentionView};
use crate::model::{Instant, Tone};
use crate::store::{OutboxCounts, Store, StoreError};

/// More than the world has incidents.
const INCIDENTS: usize = 10;
/// More than the world has mentions.
const ALL: usize = 1000;

/// What was found in all days together.
pub struct Findings {
    mentions: Vec<MentionView>,
    counts: Counts,
    coverage: Coverage,
    outbox: OutboxCounts,
    incidents: Vec<Incident>,
    worst_day: Option<Day>,
}

/// Somebody who complained and later praised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Recovered {
    author: String,
    complained: Instant,
    praised: Instant,
}

impl Findings {
    /// Reads them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn gather(store: &Store, days: &[Day]) -> Result<Self, StoreError> {
        let from = days.first().map(|day| day.from).unwrap_or_default();
        let to = days.last().map(|day| day.to).unwrap_or_default();
        Ok(Self {
            mentions: store.worst_mentions(BRAND, from, to, ALL).await?,
            counts: store.period_counts(BRAND, from, to).await?,
            coverage: store.coverage(from, to).await?,
            outbox: store.outbox_counts().await?,
            incidents: store.incidents(Some(BRAND), INCIDENTS).await?,
            worst_day: days.iter().max_by_key(|day| day.counts.negative).cloned(),
        })
    }

    /// Says them, and where to look.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn show(&self, mails: &[Caught], folder: &Folder, out: &mut impl Write) -> io::Result<()> {
        let Counts { entries, mentions, stories, .. } = self.counts;
        writeln!(out, "\n{mentions} of {entries} entries mention {BRAND}, and tell {stories} stories\n")?;
        self.show_tones(out)?;
        self.show_worst(out)?;
        self.show_incidents(mails, out)?;
        self.show_recovered(out)?;
        self.show_gaps(out)?;
        self.show_mails(mails, folder, out)?;
        let (root, config) = (folder.path().display(), folder.config());
        let config = config.display();
        // As it was called, so that the lines can be copied.
        let program = std::env::args().next().unwrap_or_else(|| "mentiond".to_owned());
        writeln!(out, "\nLook again")?;
        writeln!(out, "  {program} status --config {config}")?;
        writeln!(out, "  {program} digest --config {config} --preview {root}/preview")?;
        writeln!(
            out,
            "  {program} demo --dir {root} --serve    makes it anew, and lets the links in the mails work (those to Hacker \
             News lead nowhere)"
        )
    }

    fn show_tones(&self, out: &mut impl Write) -> io::Result<()> {
        let mut languages: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
        for mention in &self.mentions {
            let counts = languages.entry(mention.language.as_deref().unwrap_or_default()).or_default();
            for (count, tone) in counts.iter_mut().zip(Tone::ALL) {
                *count += usize::from(mention.tone == tone);
            }
        }
        write!(out, "  {:<16}", "")?;
        for tone in Tone::ALL {
            write!(out, "{:>10}", tone.as_str())?;
        }
        writeln!(out)?;
        for (language, counts) in languages {
            write!(out, "  {:<16}", named(language))?;
            for count in counts {
                write!(out, "{count:>10}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn show_worst(&self, out: &mut impl Write) -> io::Result<()> {
        let Some(worst) = self.mentions.iter().find(|mention| mention.tone == Tone::Negative) else { return Ok(()) };
        let author = worst.author.as_deref().unwrap_or("somebody");
        let score = worst.score.unwrap_or_default();
        writeln!(out, "\nThe most negative one ({score:+.2}), by {} in {}", plain(author), worst.source)?;
        writeln!(out, "  “{}”", plain(&worst.title))?;
        let words: Vec<String> = worst
            .reasons
            .iter()
            .map(|reason| match reason.note.as_str() {
                "" => format!("{} {:+.1}", plain(&reason.word), reason.weight),
                note => format!("{} {:+.1} ({})", plain(&reason.word), reason.weight, plain(note)),
            })
            .collect();
        writeln!(out, "  because of: {}", words.join(", "))
    }

    /// How long it took from the first complaint to the mail.
    fn show_incidents(&self, mails: &[Caught], out: &mut impl Write) -> io::Result<()> {
        for incident in self.incidents.iter().rev() {
            let Incident { onset, found_at, ended, evidence, .. } = incident;
            let first = self.mentions.iter().find(|mention| Some(mention.id) == evidence.first);
            let title = first.map(|mention| format!(", {}", plain(&mention.title))).unwrap_or_default();
            writeln!(out, "\nNegative stories spread: {} from the first to the last", evidence.negative)?;
            writeln!(out, "  {:<24}{}{title}", "the first complaint", moment(*onset))?;
            writeln!(out, "  {:<24}{}, {} later", "found to spread", moment(*found_at), length(*onset, *found_at))?;
            if let Some(mail) = mails.iter().find(|mail| mail.at >= *found_at && is_about_spread(mail)) {
                let path = mail.html.as_ref().unwrap_or(&mail.eml).display();
                writeln!(out, "  {:<24}{}, {} later: {path}", "mailed", moment(mail.at), length(*onset, mail.at))?;
            }
            if let Some((at, _)) = ended {
                writeln!(out, "  {:<24}{}", "calm again", moment(*at))?;
            }
        }
        Ok(())
    }

    fn show_recovered(&self, out: &mut impl Write) -> io::Result<()> {
        let recovered = recovered(&self.mentions);
        if recovered.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nComplained, and came back happy")?;
        for Recovered { author, complained, praised } in recovered {
            let (complained, praised) = (day(complained), day(praised));
            writeln!(out, "  {:<20}{complained:<12}-> {praised}", plain(&author))?;
        }
        Ok(())
    }

    fn show_gaps(&self, out: &mut impl Write) -> io::Result<()> {
        let gaps: Vec<&Gap> = self.coverage.unread.iter().chain(&self.coverage.recovered).collect();
        if gaps.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nNot read for a while, as the digests say")?;
        for gap in gaps {
            let since = gap.since.map_or_else(|| "the beginning".to_owned(), moment);
            let until = gap.until.map_or_else(|| "the end".to_owned(), moment);
            writeln!(out, "  {}: from {since} to {until}, {}", gap.source, plain(&gap.reason))?;
        }
        Ok(())
    }

    fn show_mails(&self, mails: &[Caught], folder: &Folder, out: &mut impl Write) -> io::Result<()> {
        let alerts = mails.iter().filter(|mail| is_to(mail, SUPPORT)).count();
        let digests = mails.len() - alerts;
        writeln!(out, "\n{alerts} alert mails and {digests} digests; {} could not be delivered", self.outbox.dead)?;
        let first_alert = mails.iter().find(|mail| is_to(mail, SUPPORT));
        let digest = self.worst_day.as_ref().and_then(|day| day.digest(mails));
        for (what, mail) in [("the first alert", first_alert), ("the worst day's digest", digest)] {
            if let Some(path) = mail.map(|mail| mail.html.as_ref().unwrap_or(&mail.eml)) {
                writeln!(out, "  {what:<24}{}", path.display())?;
            }
        }
        writeln!(out, "  {:<24}{}", "all, as .eml and .html", folder.mails().display())?;
        writeln!(out, "  {:<24}{}", "the database", folder.state().join("mentiond.db").display())
    }
}

/// Who was negative first and positive at last, by name.
fn recovered(mentions: &[MentionView]) -> Vec<Recovered> {
    let mut said: BTreeMap<&str, Vec<(Instant, Tone)>> = BTreeMap::new();
    for mention in mentions {
        if let (Some(author), Tone::Negative | Tone::Positive) = (&mention.author, mention.tone) {
            said.entry(author).or_default().push((mention.published_at.unwrap_or(mention.found_at), mention.tone));
        }
    }
    let mut recovered = Vec::new();
    for (author, mut said) in said {
        said.sort_by_key(|(at, _)| *at);
        let complained = said.iter().find(|(_, tone)| *tone == Tone::Negative);
        if let (Some((complained, _)), Some((praised, Tone::Positive))) = (complained, said.last()) {
            recovered.push(Recovered { author: author.to_owned(), complained: *complained, praised: *praised });
        }
    }
    recovered
}

fn named(language: &str) -> String {
    match language {
        "en" => "English".to_owned(),
        "de" => "German".to_owned(),
        "nb" => "Norwegian".to_owned(),
        "" => "unknown".to_owned(),
        other => format!("{other} (no lexicon)"),
    }
}

fn day(at: Instant) -> String {
    at.format("%a %-d %b").to_string()
}

fn moment(at: Instant) -> String {
    at.format("%a %-d %b %H:%M UTC").to_string()
}

/// The first mail of an incident.
fn is_about_spread(mail: &Caught) -> bool {
    is_to(mail, SUPPORT) && mail.subject.contains(": negative stories spread, ")
}

/// `2 h 5 min`.
fn length(from: Instant, to: Instant) -> String {
    let minutes = (to - from).num_minutes();
    format!("{} h {} min", minutes / 60, minutes % 60)
}

/// A text from the network for a terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity;
    use chrono::{DateTime, TimeDelta};

    fn said(author: &str, hour: i64, tone: Tone) -> MentionView {
        let at = DateTime::UNIX_EPOCH + TimeDelta::hours(hour);
        MentionView {
            corrected: None,
            id: hour,
            brand: BRAND.to_owned(),
            source: "forum".to_owned(),
            also_in: Vec::new(),
            title: String::new(),
            snippet: String::new(),
            url: None,
            author: Some(author.to_owned()),
            published_at: Some(at),
            found_at: at,
            edited_at: None,
            withdrawn_at: None,
            deleted_at: None,
            lapsed_at: None,
            tone,
            score: None,
            reasons: Vec::new(),
            language: None,
            severity: Severity::Info,
            concerns: Vec::new(),
            engagement: None,
            engagement_first: None,
            counted_at: None,
            copies: 0,
            copied_in: Vec::new(),
        }
    }

    #[test]
    fn only_who_complains_first_and_praises_last_came_back_happy() {
        let mentions = [
            said("back", 2, Tone::Positive),
            said("back", 1, Tone::Negative),
            said("back", 3, Tone::Neutral),
            said("worse", 1, Tone::Positive),
            said("worse", 2, Tone::Negative),
            said("happy", 1, Tone::Positive),
            said("relapsed", 1, Tone::Negative),
            said("relapsed", 2, Tone::Positive),
            said("relapsed", 3, Tone::Negative),
        ];
        let names: Vec<String> = recovered(&mentions).into_iter().map(|recovered| recovered.author).collect();
        assert_eq!(names, ["back"]);
    }

    #[test]
    fn a_terminal_gets_no_control_characters() {
        assert_eq!(plain("a\u{1b}[31mb\nc"), "a[31mbc");
    }
}
