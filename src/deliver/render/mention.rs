//! A mention as it stands in a mail: cleaned, and with everything said in words. Pure.

use super::page::{colour, ink};
use crate::deliver::words::Speech;
use crate::model::correction::Corrected;
use crate::model::notice::MentionView;
use crate::model::text::one_line;
use crate::model::view::{SNIPPET, TITLE};
use crate::model::{Concern, Reason, Severity, Tone};

/// Most characters of a name: of a source, an author, a brand, a rule, a word.
pub const NAME: usize = 80;
/// Most other sources that are named.
const ALSO: usize = 3;
/// Longest address in bytes that becomes a link.
const ADDRESS: usize = 2000;

/// Sources of copies that are named.
const COPIES_NAMED: usize = 6;

/// A mention in words.
pub struct MentionText {
    /// The language, for the words between these.
    pub speech: Speech,
    /// Its title; never empty.
    pub title: String,
    /// Where to read it.
    pub url: Option<String>,
    /// Source, author, time, engagement, other sources, and the number for commands.
    pub byline: Vec<String>,
    /// How many copies there are, and where; empty without any.
    pub copies: String,
    /// What has happened to it since it was found, in sentences; may be empty.
    pub since: String,
    /// What was said beyond the title; may be empty.
    pub snippet: String,
    /// Tone and score: `negative (−0.82)`; and who has set it, with what the rules say.
    pub verdict: String,
    /// Its tone.
    pub tone: Tone,
    /// The colour of the tone.
    pub colour: &'static str,
    /// The colour of the tone's word.
    pub ink: &'static str,
    /// The words that made the score: `terrible (−1.8)`.
    pub words: Vec<String>,
    /// Its severity and the words that made it: `urgent, from caught fire`; empty where it speaks of no harm.
    pub severity: String,
}

impl MentionText {
    /// The mention in a language and its zone.
    pub fn new(view: &MentionView, speech: Speech) -> Self {
        let title = one_line(&view.title, TITLE);
        let snippet = one_line(&view.snippet, SNIPPET);
        let when = match view.published_at {
            Some(published) => speech.time(published),
            None => speech.found(&speech.time(view.found_at)),
        };
        let author = view.author.as_deref().map(|author| one_line(author, NAME)).filter(|author| !author.is_empty());
        let engagement = view.engagement.filter(|number| *number > 0);
        let reactions = engagement.map(|number| match view.engagement_first {
            Some(first) if first < number => speech.risen(number, first, &speech.time(view.found_at)),
            _ => speech.reactions(number),
        });
        Self {
            speech,
            snippet: beyond(&title, snippet),
            title: if title.is_empty() { speech.untitled().to_owned() } else { title },
            url: view.url.as_deref().and_then(link),
            byline: [
                Some(one_line(&view.source, NAME)),
                author,
                Some(when),
                reactions,
                also_in(&view.also_in, speech),
                Some(speech.mention_number(view.id)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            copies: copies(view, speech),
            since: since(view, speech),
            verdict: verdict(view, speech),
            tone: view.tone,
            colour: colour(view.tone),
            ink: ink(view.tone),
            words: view.reasons.iter().map(|word| reason(word, speech)).collect(),
            severity: severity(view, speech),
        }
    }
}

fn also_in(sources: &[String], speech: Speech) -> Option<String> {
    let named: Vec<String> = sources.iter().take(ALSO).map(|source| one_line(source, NAME)).collect();
    let more = sources.len() - named.len();
    (!named.is_empty()).then(|| speech.also_in(&named, more as u64))
}

fn since(view: &MentionView, speech: Speech) -> String {
    let edited = match (view.withdrawn_at, view.edited_at) {
        (Some(withdrawn), _) => Some(speech.withdrawn(&speech.time(withdrawn))),
        (None, Some(edited)) => Some(speech.edited(&speech.time(edited))),
        (None, None) => None,
    };
    let deleted = view.deleted_at.map(|deleted| speech.deleted(&speech.time(deleted)));
    let lapsed = view.lapsed_at.map(|lapsed| speech.lapsed(&speech.time(lapsed)));
    [edited, deleted, lapsed].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The address, if it is one that may become a link: `http` or `https`, and written in ASCII.
pub fn link(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let written = url.to_string();
    (written.len() <= ADDRESS).then_some(written)
}

/// The snippet without what the title has said already. A title that is made of the first words of a text ends with an
/// ellipsis of its own.
fn beyond(title: &str, snippet: String) -> String {
    let start = title.trim_end_matches('…').trim_end();
    match snippet.strip_prefix(start).map(str::trim) {
        Some("" | "…") => String::new(),
        Some(rest) if !start.is_empty() && start != title => format!("… {rest}"),
        _ => snippet,
    }
}

/// Sources that are not named are counted.
fn copies(view: &MentionView, speech: Speech) -> String {
    let names: Vec<String> = view.copied_in.iter().take(COPIES_NAMED).map(|source| one_line(source, NAME)).collect();
    match view.copies {
        0 => String::new(),
        copies => speech.copies_in(copies, &names, view.copied_in.len() <= COPIES_NAMED),
    }
}

fn verdict(view: &MentionView, speech: Speech) -> String {
    let by_rules = |tone: Tone, score: Option<f64>| match (tone, score, &view.language) {
        (Tone::Unscored, _, Some(language)) => speech.no_lexicon(&one_line(language, 8)),
        (tone, Some(score), _) => format!("{} ({})", speech.tone(tone), speech.signed(score, 2)),
        (tone, None, _) => speech.tone(tone).to_owned(),
    };
    let Some(Corrected { by, at, ruled }) = &view.corrected else { return by_rules(view.tone, view.score) };
    let (by, on, said) = (one_line(by, NAME), speech.time(*at), by_rules(ruled.tone, ruled.score));
    if ruled.tone == view.tone {
        speech.confirmed(&said, &by, &on)
    } else {
        speech.corrected(speech.tone(view.tone), &by, &on, &said)
    }
}

fn severity(view: &MentionView, speech: Speech) -> String {
    let word = |concern: &Concern| match (one_line(&concern.word, NAME), note(&concern.note, speech)) {
        (word, note) if note.is_empty() => word,
        (word, note) => format!("{word} ({note})"),
    };
    let words: Vec<String> = view.concerns.iter().map(word).collect();
    match (view.severity, words.is_empty()) {
        (Severity::Info, _) => String::new(),
        (severity, true) => speech.severity(severity).to_owned(),
        (severity, false) => format!("{}, {} {}", speech.severity(severity), speech.because_of(), words.join(", ")),
    }
}

fn reason(reason: &Reason, speech: Speech) -> String {
    let (word, weight) = (one_line(&reason.word, NAME), speech.signed(reason.weight, 1));
    let note = note(&reason.note, speech);
    if note.is_empty() { format!("{word} ({weight})") } else { format!("{word} ({weight}, {note})") }
}

/// A note of the scorer: `negated by "not", in capitals`. What it quotes stays as it is.
fn note(note: &str, speech: Speech) -> String {
    let parts = note.split('"').enumerate().map(|(index, part)| {
        if index % 2 == 1 {
            return format!("\"{part}\"");
        }
        part.split(", ").map(|phrase| told(phrase, speech)).collect::<Vec<_>>().join(", ")
    });
    one_line(&parts.collect::<String>(), NAME)
}

/// A phrase with the blanks around it.
fn told(phrase: &str, speech: Speech) -> String {
    let words = phrase.trim();
    let said = match words.strip_suffix(" of 5 stars") {
        Some(stars) => speech.stars(stars),
        None => speech.note(words).unwrap_or(words).to_owned(),
    };
    phrase.replacen(words, &said, usize::from(!words.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        let links =
            ["https://example.org/a?b=c", "javascript:alert(1)", "HTTP://EXAMPLE.org", "//x", "https://x/\"><b>"];
        let read = links.map(link);
        let expected = [
            Some("https://example.org/a?b=c".to_owned()),
            None,
            Some("http://example.org/".to_owned()),
            None,
            Some("https://x/%22%3E%3Cb%3E".to_owned()),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn a_snippet_goes_on_where_the_title_ends() {
        let say = |title: &str, snippet: &str| beyond(title, snippet.to_owned());
        assert_eq!(say("It broke after …", "It broke after two days of use"), "… two days of use");
        assert_eq!(say("It broke", "It broke"), "");
        assert_eq!(say("Broken", "It broke"), "It broke");
        assert_eq!(say("", "It broke"), "It broke");
    }
}
