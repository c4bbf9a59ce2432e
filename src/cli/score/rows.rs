//! Labelled texts for `mentiond score`: one a line, its fields between tabs, below a header. Pure.

use crate::cli::words::count;
use crate::model::{Language, Tone};

/// The first line of such a file.
pub const HEADER: &str = "id\tlang\tlabel\ttarget\ttext";
/// Its fields.
const COLUMNS: usize = 5;

/// A line of it.
#[derive(Debug, PartialEq)]
pub struct Row<'l> {
    /// What it is called.
    pub id: &'l str,
    /// The language of the text.
    pub language: Language,
    /// The tone that people have found in it.
    pub label: Tone,
    /// Whom the tone is about, or empty.
    pub target: &'l str,
    /// What it says.
    pub text: &'l str,
}

impl<'l> Row<'l> {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &'l str) -> Result<Self, String> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        let (Some(id), Some(lang), Some(label), Some(target), Some(text), None) =
            (next(), next(), next(), next(), next(), next())
        else {
            let columns = count(line.split('\t').count(), "column", "columns");
            let named = HEADER.replace('\t', "`, `");
            return Err(format!(
                "{columns} instead of {COLUMNS}\n  hint: they are `{named}`, with a tab between two of them"
            ));
        };
        let language = Language::parse(lang).ok_or_else(|| {
            format!("`{lang}` is not a language\n  hint: write its code of two letters, such as `en`, `de` or `no`")
        })?;
        let label = tone(label)
            .ok_or_else(|| format!("`{label}` is not a label\n  hint: it is one of `neg`, `neu` and `pos`"))?;
        Ok(Self { id, language, label, target, text })
    }
}

/// The word for a tone in such files.
pub fn label(tone: Tone) -> &'static str {
    match tone {
        Tone::Negative => "neg",
        Tone::Neutral => "neu",
        Tone::Positive => "pos",
        Tone::Unscored => "unscored",
    }
}

/// The tone that people may have found.
fn tone(word: &str) -> Option<Tone> {
    [Tone::Negative, Tone::Neutral, Tone::Positive].into_iter().find(|tone| label(*tone) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_five_fields() {
        let row = Row::parse("a-1\tno\tneg\tAcme\tAldri igjen.").unwrap();
        let language = Language::parse("nb").unwrap();
        assert_eq!(row, Row { id: "a-1", language, label: Tone::Negative, target: "Acme", text: "Aldri igjen." });
        assert_eq!(Row::parse("a\ten\tpos\t\t").map(|row| (row.target, row.text)), Ok(("", "")));
        for (line, fault) in [
            ("", "1 column instead of 5"),
            ("a\ten\tneg\tAcme", "4 columns instead of 5"),
            ("a\ten\tneg\tAcme\tone\ttwo", "6 columns instead of 5"),
            ("a\tenglish\tneg\tAcme\tone", "`english` is not a language"),
            ("a\ten\tbad\tAcme\tone", "`bad` is not a label"),
            ("a\ten\tunscored\tAcme\tone", "`unscored` is not a label"),
        ] {
            let said = Row::parse(line).unwrap_err();
            assert!(said.starts_with(&format!("{fault}\n  hint: ")), "{said}");
        }
    }
}
