//! A mention as people read it: a title, a snippet around the first hit, a link that is safe to follow. Pure.

use super::notice::MentionView;
use super::text::one_line;
use super::{Author, Concern, Field, Gravity, Hit, Mention, Reason, Severity};

/// Most characters of a snippet, about three lines of a mail.
pub const SNIPPET: usize = 280;
/// Most characters of a title.
pub const TITLE: usize = 120;
/// What stands in front of a snippet that is not the beginning.
const LEAD: &str = "… ";
/// Words shown as reasons.
const REASONS: usize = 6;

impl MentionView {
    /// The view of a mention as it was stored, without what has happened to it since.
    #[must_use]
    pub fn of(id: i64, mention: Mention) -> Self {
        let Mention { brand, entry, source, found_at, hits, judgement, gravity } = mention;
        let snippet = snippet(&entry.text, &hits);
        let title = Some(one_line(&entry.title, TITLE)).filter(|title| !title.is_empty());
        Self {
            id,
            brand,
            source,
            also_in: Vec::new(),
            title: title.unwrap_or_else(|| one_line(&entry.text, TITLE)),
            snippet,
            url: entry.url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            author: entry.author.as_ref().and_then(Author::shown).map(str::to_owned),
            published_at: entry.published_at,
            found_at,
            edited_at: None,
            withdrawn_at: None,
            deleted_at: None,
            lapsed_at: None,
            tone: judgement.tone,
            score: judgement.score,
            corrected: None,
            reasons: strongest(judgement.reasons),
            language: judgement.language.map(|language| language.as_str().to_owned()),
            severity: gravity.severity,
            concerns: gravest(gravity),
            engagement: entry.engagement,
            engagement_first: None,
            counted_at: None,
            copies: 0,
            copied_in: Vec::new(),
        }
    }
}

fn strongest(mut reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    reasons.truncate(REASONS);
    reasons
}

/// The words that made the severity.
fn gravest(gravity: Gravity) -> Vec<Concern> {
    let Gravity { severity, concerns } = gravity;
    concerns
        .into_iter()
        .filter(|concern| concern.severity == severity && severity > Severity::Info)
        .take(REASONS)
        .collect()
}

/// The part of the text around the first hit in it, or its beginning.
fn snippet(text: &str, hits: &[Hit]) -> String {
    let first = hits.iter().filter(|hit| hit.field == Field::Text).map(|hit| hit.start).min().unwrap_or(0);
    let before = text.get(..first).map_or(0, |before| before.chars().count());
    let (total, room) = (text.chars().count(), SNIPPET - LEAD.chars().count());
    // A third of the snippet leads up to the hit, and the end of the text is used up before its middle.
    let start = before.saturating_sub(SNIPPET / 3).min(total.saturating_sub(room));
    if start == 0 || total <= SNIPPET {
        return one_line(text, SNIPPET);
    }
    let start = text.char_indices().nth(start).map_or(text.len(), |(at, _)| at);
    let led_up = text.get(start..first).unwrap_or_default();
    let start = led_up.find(char::is_whitespace).map_or(start, |word| start + word);
    format!("{LEAD}{}", one_line(text.get(start..).unwrap_or_default(), room))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(text: &str, word: &str) -> Hit {
        let start = text.find(word).unwrap();
        Hit { term: word.to_owned(), field: Field::Text, start, end: start + word.len() }
    }

    #[test]
    fn a_snippet_shows_the_hit_between_whole_words() {
        let text = format!("{}the brand fails æøå {}", "before ".repeat(100), "after ".repeat(100));
        let snippet = snippet(&text, &[hit(&text, "brand")]);
        assert!(snippet.starts_with("… before before"), "{snippet}");
        assert!(snippet.contains("the brand fails æøå after"), "{snippet}");
        assert!(snippet.ends_with("after …"), "{snippet}");
        assert!(snippet.chars().count() <= SNIPPET);
    }

    #[test]
    fn a_short_text_is_shown_whole_and_a_hit_at_the_end_uses_the_end() {
        assert_eq!(snippet("short\n text", &[]), "short text");
        let text = format!("{}the brand", "word ".repeat(200));
        assert!(snippet(&text, &[hit(&text, "brand")]).ends_with("word the brand"));
    }

    #[test]
    fn a_text_without_spaces_is_cut_all_the_same() {
        let text = "x".repeat(1_000);
        assert_eq!(snippet(&text, &[]).chars().count(), SNIPPET);
    }
}
