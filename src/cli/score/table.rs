//! A judged text as people read it: the verdict, the text with the words that made it, and what each word weighs. Pure.

use std::fmt::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};

use crate::cli::layout::{seen, write_text};
use crate::cli::words::count;
use crate::model::{Field, Hit, Judgement, Language, Tone};

/// Columns in front of the text: those of tone, score and language.
const LEAD: usize = 21;
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

/// A judged text in lines, below the name it has in its file.
pub fn shown(name: Option<&str>, text: &str, hits: &[Hit], judgement: &Judgement, look: &Look) -> String {
    let mut page = String::new();
    if let Some(name) = name {
        let _ = writeln!(page, "{}{}{:#}", look.faint, seen(name).collect::<String>(), look.faint);
    }
    let style = look.of_tone(judgement.tone);
    let score = judgement.score.map_or_else(String::new, |score| format!("{score:+.2}"));
    let language = judgement.language.as_ref().map_or("", Language::as_str);
    let _ = write!(page, "{style}{:<9}{score:>6}{style:#}  {language:<4}", judgement.tone.as_str());
    write_text(&mut page, LEAD, text, marked(hits, judgement, look));
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

/// The places in the text that do not look like the rest.
fn marked(hits: &[Hit], judgement: &Judgement, look: &Look) -> Vec<(Range<usize>, Style)> {
    let words = judgement.reasons.iter().filter_map(|reason| {
        let place = reason.place.filter(|place| place.field == Field::Text)?;
        Some((place.start..place.end, look.of_weight(reason.weight)))
    });
    let target = hits.iter().filter(|hit| hit.field == Field::Text).map(|hit| (hit.start..hit.end, look.target));
    words.chain(target).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Place, Reason};

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
        let text = "Acme is  terrible: I am still waiting.";
        let judgement = judged(text, &[("terrible", -2.5, ""), ("waiting", -1.5, "stronger by \"still\"")]);
        let expected = "\
negative  -0.61  en  Acme is terrible: I am still waiting.
                      -2.5  terrible
                      -1.5  waiting                   stronger by \"still\"
";
        assert_eq!(shown(None, text, &[], &judgement, &Look::new(false)), expected);
        assert_eq!(shown(Some("a-1"), text, &[], &judgement, &Look::new(false)), format!("a-1\n{expected}"));
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
    fn of_many_words_some_are_listed() {
        let text = "bad ".repeat(20);
        let page = shown(None, &text, &[], &judged(&text, &[("bad", -1.0, ""); 14]), &Look::new(false));
        assert_eq!(page.matches(" -1.0  bad\n").count(), LISTED);
        assert!(page.ends_with(&format!("\n{:LEAD$}and 2 more words\n", "")), "{page}");
    }
}
