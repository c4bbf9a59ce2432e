//! A judged text as people read it: the verdict, the text with the words that made it, and what each word weighs. Pure.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::cli::words::count;
use crate::model::text::is_unseen;
use crate::model::{Field, Hit, Judgement, Language, Place, Tone};

/// Columns in front of the text: those of tone, score and language.
const LEAD: usize = 21;
/// Characters of a line of the text.
const WIDTH: usize = 79;
/// Columns of a word in the list of reasons.
const WORD: usize = 24;
/// Reasons that are listed; all of them are in the other formats.
const LISTED: usize = 12;

/// How things look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    negative: Style,
    positive: Style,
    target: Style,
    faint: Style,
}

impl Look {
    /// That of a terminal, or none at all.
    pub fn new(coloured: bool) -> Self {
        if !coloured {
            return Self::default();
        }
        Self {
            negative: AnsiColor::Red.on_default().bold(),
            positive: AnsiColor::Green.on_default().bold(),
            target: Style::new().underline(),
            faint: Style::new().dimmed(),
        }
    }

    fn of_tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Negative => self.negative,
            Tone::Positive => self.positive,
            Tone::Neutral | Tone::Unscored => self.faint,
        }
    }

    fn of_weight(&self, weight: f64) -> Style {
        if weight < 0.0 { self.negative } else { self.positive }
    }
}

/// A judged text in lines, behind the name it has in its file.
pub fn shown(name: Option<&str>, text: &str, hits: &[Hit], judgement: &Judgement, look: &Look) -> String {
    let style = look.of_tone(judgement.tone);
    let score = judgement.score.map_or_else(String::new, |score| format!("{score:+.2}"));
    let language = judgement.language.as_ref().map_or("", Language::as_str);
    let mut page = format!("{style}{:<9}{score:>6}{style:#}  {language:<4}", judgement.tone.as_str());
    let named = name.map(|name| [(name, look.faint), (": ", look.faint)]);
    let parts = named.into_iter().flatten().chain(parts(text, hits, judgement, look));
    for (number, line) in lines(&letters(parts)).enumerate() {
        if number > 0 {
            let _ = write!(page, "\n{:LEAD$}", "");
        }
        write_line(&mut page, line);
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    for reason in judgement.reasons.iter().take(LISTED) {
        let style = look.of_weight(reason.weight);
        let (weight, word) = (format!("{:+.1}", reason.weight), seen(&reason.word).collect::<String>());
        let row = format!("{:LEAD$}{style}{weight:>5}{style:#}  {word:<WORD$}  {}", "", reason.note);
        let _ = writeln!(page, "{}", row.trim_end());
    }
    let more = judgement.reasons.len().saturating_sub(LISTED);
    if more > 0 {
        let _ = writeln!(page, "{:LEAD$}and {}", "", count(more, "more word", "more words"));
    }
    page
}

/// The text in parts that look alike, from the left to the right.
fn parts<'t>(text: &'t str, hits: &[Hit], judgement: &Judgement, look: &Look) -> Vec<(&'t str, Style)> {
    let words = judgement.reasons.iter().filter_map(|reason| Some((reason.place?, look.of_weight(reason.weight))));
    let target = |hit: &Hit| (Place { field: hit.field, start: hit.start, end: hit.end }, look.target);
    let marked = words.chain(hits.iter().map(target)).filter(|(place, _)| place.field == Field::Text);
    let mut marked: Vec<(Place, Style)> = marked.collect();
    marked.sort_by_key(|(place, _)| (place.start, place.end));
    let mut parts = Vec::new();
    let mut at = 0;
    for (place, style) in marked {
        // Of two that overlap, the one that begins first is shown.
        if let Some((plain, word)) = text.get(at..place.start).zip(text.get(place.start..place.end)) {
            parts.extend([(plain, Style::new()), (word, style)]);
            at = place.end;
        }
    }
    parts.extend(text.get(at..).map(|rest| (rest, Style::new())));
    parts
}

/// The characters that are shown, with one space for all white space between two words.
fn letters<'t>(parts: impl Iterator<Item = (&'t str, Style)>) -> Vec<(char, Style)> {
    let mut letters: Vec<(char, Style)> = Vec::new();
    for (part, style) in parts {
        for c in seen(part) {
            if c != ' ' || letters.last().is_some_and(|(last, _)| *last != ' ') {
                letters.push((c, style));
            }
        }
    }
    letters
}

fn seen(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !is_unseen(*c)).map(|c| if c.is_whitespace() { ' ' } else { c })
}

/// Lines of at most [`WIDTH`] characters, broken between words where that is possible.
fn lines(letters: &[(char, Style)]) -> impl Iterator<Item = &[(char, Style)]> {
    let mut rest = letters;
    std::iter::from_fn(move || {
        let is_space = |letter: &(char, Style)| letter.0 == ' ';
        let line = match rest.get(..=WIDTH) {
            None => rest,
            Some(most) => {
                let end = most.iter().rposition(is_space).filter(|end| *end > 0).unwrap_or(WIDTH);
                rest.get(..end)?
            }
        };
        rest = rest.get(line.len()..)?;
        rest = rest.split_first().filter(|(first, _)| is_space(first)).map_or(rest, |(_, behind)| behind);
        (!line.is_empty()).then_some(line)
    })
}

fn write_line(page: &mut String, line: &[(char, Style)]) {
    for run in line.chunk_by(|(_, one), (_, other)| one == other) {
        let style = run.first().map_or_else(Style::new, |(_, style)| *style);
        let _ = write!(page, "{style}");
        page.extend(run.iter().map(|(c, _)| *c));
        let _ = write!(page, "{style:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reason;

    fn judged(text: &str, words: &[(&str, f64, &str)]) -> Judgement {
        let reasons = words.iter().map(|(word, weight, note)| {
            let start = text.find(word).unwrap();
            let place = Some(Place { field: Field::Text, start, end: start + word.len() });
            Reason { word: (*word).to_owned(), weight: *weight, note: (*note).to_owned(), place }
        });
        let (tone, score) = (Tone::Negative, Some(-0.614));
        Judgement { tone, score, reasons: reasons.collect(), ..Judgement::unscored(Language::parse("en")) }
    }

    fn hit(text: &str, term: &str) -> Hit {
        let start = text.find(term).unwrap();
        Hit { term: term.to_owned(), field: Field::Text, start, end: start + term.len() }
    }

    #[test]
    fn words_stand_below_the_text_with_their_weights() {
        let text = "Acme is  terrible:\u{1b}[31m I am still waiting.";
        let judgement = judged(text, &[("terrible", -2.5, ""), ("waiting", -1.5, "stronger by \"still\"")]);
        let expected = "\
negative  -0.61  en  Acme is terrible:[31m I am still waiting.
                      -2.5  terrible
                      -1.5  waiting                   stronger by \"still\"
";
        assert_eq!(shown(None, text, &[], &judgement, &Look::new(false)), expected);
        let named = shown(Some("a-1"), text, &[], &judgement, &Look::new(false));
        assert!(named.starts_with("negative  -0.61  en  a-1: Acme is terrible"), "{named}");
        let unscored = Judgement::unscored(None);
        assert_eq!(shown(None, "Grüezi", &[], &unscored, &Look::new(false)), "unscored             Grüezi\n");
        assert_eq!(shown(None, "", &[], &unscored, &Look::new(false)), "unscored\n");
    }

    #[test]
    fn colours_stand_around_the_words_alone() {
        let text = "@acme: so bad";
        let page = shown(None, text, &[hit(text, "acme")], &judged(text, &[("bad", -2.0, "")]), &Look::new(true));
        let (red, line, end) = ("\u{1b}[1m\u{1b}[31m", "\u{1b}[4m", "\u{1b}[0m");
        let first = format!("{red}negative  -0.61{end}  en  @{line}acme{end}: so {red}bad{end}\n");
        assert_eq!(page, format!("{first}{:21}{red} -2.0{end}  bad\n", ""));
    }

    #[test]
    fn a_long_text_goes_on_below_itself() {
        let text = format!("{} end", "word ".repeat(40).trim_end());
        let page = shown(None, &text, &[], &judged(&text, &[]), &Look::new(false));
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines.len(), 3, "{page}");
        assert!(lines.iter().all(|line| line.chars().count() <= LEAD + WIDTH), "{page}");
        assert!(lines[1].starts_with(&format!("{:LEAD$}word", "")) && lines[2].ends_with("word end"), "{page}");
        let page = shown(None, &"ø".repeat(200), &[], &judged("", &[]), &Look::new(false));
        assert_eq!(page.matches('ø').count(), 200);
        assert_eq!(page.lines().count(), 3);
    }

    #[test]
    fn of_many_words_some_are_listed() {
        let text = "bad ".repeat(20);
        let page = shown(None, &text, &[], &judged(&text, &[("bad", -1.0, ""); 14]), &Look::new(false));
        assert_eq!(page.matches(" -1.0  bad\n").count(), LISTED);
        assert!(page.ends_with(&format!("\n{:LEAD$}and 2 more words\n", "")), "{page}");
    }
}
