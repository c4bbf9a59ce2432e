//! A mention as people read it: a title, a snippet around the first hit, a link that is safe to follow. Pure.

use super::notice::MentionView;
use super::{Field, Hit, Mention, Reason};

/// Characters of a snippet, about three lines of a mail.
const SNIPPET: usize = 280;
/// Characters of a title.
const TITLE: usize = 120;
/// Words shown as reasons.
const REASONS: usize = 6;

impl MentionView {
    /// The view of a stored mention.
    #[must_use]
    pub fn of(id: i64, mention: Mention) -> Self {
        let Mention { brand, entry, source, found_at, hits, judgement } = mention;
        let snippet = snippet(&entry.text, &hits);
        let title =
            if entry.title.trim().is_empty() { cut(&entry.text, 0, TITLE) } else { cut(&entry.title, 0, TITLE) };
        Self {
            id,
            brand,
            source,
            title,
            snippet,
            url: entry.url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            author: entry.author.map(|author| author.name).filter(|name| !name.trim().is_empty()),
            published_at: entry.published_at,
            found_at,
            tone: judgement.tone,
            score: judgement.score,
            reasons: strongest(judgement.reasons),
            language: judgement.language.map(|language| language.as_str().to_owned()),
            engagement: entry.engagement,
        }
    }
}

fn strongest(mut reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    reasons.truncate(REASONS);
    reasons
}

/// The part of the text around the first hit in it, or its beginning.
fn snippet(text: &str, hits: &[Hit]) -> String {
    let first = hits.iter().filter(|hit| hit.field == Field::Text).map(|hit| hit.start).min().unwrap_or(0);
    let before = text.get(..first).map_or(0, |before| before.chars().count());
    let total = text.chars().count();
    // A third of the snippet leads up to the hit, and the end of the text is used up before its middle.
    let start = before.saturating_sub(SNIPPET / 3).min(total.saturating_sub(SNIPPET));
    cut(text, start, SNIPPET)
}

/// At most `length` characters from character `start`, at word borders, with an ellipsis where something is left out
/// and white space folded.
fn cut(text: &str, start: usize, length: usize) -> String {
    let mut part: String = text.chars().skip(start).take(length).collect();
    let cut_behind = text.chars().nth(start.saturating_add(length)).is_some();
    if cut_behind && let Some((whole, _)) = part.rsplit_once(char::is_whitespace) {
        part = whole.to_owned();
    }
    if start > 0
        && let Some((_, whole)) = part.split_once(char::is_whitespace)
    {
        part = whole.to_owned();
    }
    let words = part.split_whitespace().collect::<Vec<_>>().join(" ");
    match (start > 0, cut_behind) {
        (false, false) => words,
        (false, true) => format!("{words} …"),
        (true, false) => format!("… {words}"),
        (true, true) => format!("… {words} …"),
    }
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
        assert!(snippet.chars().count() <= SNIPPET + 4);
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
        assert_eq!(snippet(&text, &[]).chars().count(), SNIPPET + 2);
    }
}
