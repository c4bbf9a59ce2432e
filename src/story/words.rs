//! A text as the words that are compared: without case, accents and punctuation, each with what kind of word it is.
//! Linear in the text, and never reads more of it than asked for. Pure.

use unicode_normalization::char::decompose_compatible;

use super::lists;
use super::mark::mark;

/// What a word means to a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It says nothing by itself.
    Stop,
    /// It turns a sentence around.
    Negation,
    /// A number, a version, a date, a day of the week.
    Number,
    /// A name: it begins with a capital letter inside of a sentence, as German nouns do too.
    Name,
    /// Any other.
    Plain,
}

/// One word.
#[derive(Debug, Clone)]
pub struct Word {
    /// As it is compared.
    pub text: String,
    /// Its mark.
    pub mark: u64,
    /// What it means.
    pub kind: Kind,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.mark == other.mark
    }
}

/// A text, read.
#[derive(Debug, Default)]
pub struct Words {
    /// Its words in their order, without addresses.
    pub words: Vec<Word>,
    /// The addresses in it.
    pub links: Vec<String>,
    /// How many words outside of quotation marks say that somebody speaks of himself.
    pub personal: usize,
}

/// Reads at most `most` words of a text.
pub fn read(text: &str, most: usize) -> Words {
    let mut read = Words::default();
    let (mut begins, mut quoted) = (true, false);
    let english = text.split_ascii_whitespace().take(200).any(|word| {
        matches!(word, "the" | "and" | "is" | "was" | "my" | "The" | "this" | "have" | "with" | "am" | "it")
    });
    for chunk in text.split_whitespace() {
        if read.words.len() >= most {
            break;
        }
        if chunk.starts_with("http://") || chunk.starts_with("https://") {
            read.links.push(chunk.to_owned());
            continue;
        }
        quoted |= chunk.starts_with(['"', '“', '„', '«', '”']) || chunk.contains(":\"");
        if !quoted && english && !begins && chunk == "I" {
            read.personal += 1;
        }
        for part in parts(chunk) {
            let Some(word) = word(part, begins) else { continue };
            begins = false;
            read.personal += usize::from(!quoted && lists::PERSONAL.has(&word.text));
            read.words.push(word);
        }
        if english && !quoted && matches!(chunk, "I've" | "I'm" | "I'd" | "I’ve" | "I’m" | "I’d" | "I'll" | "I’ll")
        {
            read.personal += 1;
        }
        if chunk.trim_end_matches([',', '.', '!', '?', ';', ':']).ends_with(['"', '”', '“', '»']) && chunk.len() > 1
        {
            quoted = false;
        }
        begins = chunk.ends_with(['.', '!', '?', ':', '"', '“', '”', '»']) || (begins && chunk.chars().count() < 2);
    }
    read
}

/// The words of a chunk without white space: joined words are several, a number with its signs is one.
fn parts(chunk: &str) -> impl Iterator<Item = &str> {
    let whole = chunk.contains(|c: char| c.is_ascii_digit());
    chunk.split(move |c: char| !whole && matches!(c, '-' | '/' | '–' | '—' | '_' | '‑' | '…' | '|' | '(' | ')'))
}

fn word(part: &str, begins: bool) -> Option<Word> {
    let percent = part.ends_with('%') || part.contains("%)");
    let bare = part.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        return percent.then(|| Word { text: "%".to_owned(), mark: mark("%"), kind: Kind::Plain });
    }
    let mut text = fold(bare);
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        text = number(&text);
    } else if matches!(text.as_str(), "percent" | "prozent" | "prosent" | "pct") {
        text = "%".to_owned();
    } else if let Some(digits) = lists::digits(&text) {
        text = digits.to_string();
    }
    let kind = kind(bare, &text, begins && !part.starts_with('@'));
    Some(Word { mark: mark(&text), text, kind })
}

fn kind(bare: &str, text: &str, begins: bool) -> Kind {
    let upper = bare.chars().filter(|c| c.is_uppercase()).count();
    if text.bytes().any(|byte| byte.is_ascii_digit()) || lists::NUMBER.has(text) || lists::DAY.has(text) {
        Kind::Number
    } else if lists::NEGATION.has(text) {
        Kind::Negation
    } else if lists::STOP.has(text) {
        Kind::Stop
    } else if upper > 1 || (bare.starts_with(char::is_uppercase) && !begins) {
        Kind::Name
    } else {
        Kind::Plain
    }
}

/// `1,000` and `1.000` are `1000`; `2,5` is `2.5`.
fn number(text: &str) -> String {
    let plain = text.replace(',', ".");
    let groups: Vec<&str> = plain.split('.').collect();
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = groups.len() > 1 && groups.iter().all(digits) && groups.iter().skip(1).all(|g| g.len() == 3);
    if grouped && !plain.starts_with('0') { groups.concat() } else { plain }
}

/// Lower case without accents and apostrophes.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            if c != '\'' {
                folded.push(c.to_ascii_lowercase());
            }
        } else {
            decompose_compatible(c, |part| part.to_lowercase().for_each(|lower| push(&mut folded, lower)));
        }
    }
    folded
}

fn push(folded: &mut String, lower: char) {
    match lower {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'ø' => folded.push('o'),
        'đ' | 'ð' => folded.push('d'),
        'ł' => folded.push('l'),
        '‘'
        | '’'
        | '´'
        | 'ʼ'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{feff}'
        | '\u{fe0f}'
        | '\u{300}'..='\u{36f}' => {}
        _ => folded.push(lower),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = read(text, 99).words.into_iter().map(|word| match word.kind {
            Kind::Stop => format!("({})", word.text),
            Kind::Negation => format!("!{}", word.text),
            Kind::Number => format!("#{}", word.text),
            Kind::Name => word.text.to_uppercase(),
            Kind::Plain => word.text,
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_folded_and_told_apart() {
        for (text, words) in [
            ("The maker, Skip-Hop, doesn’t recall 5,000 prams.", "(the) maker SKIP HOP !doesnt recall #5000 prams"),
            ("Aktien fallen um 2,5 Prozent", "aktien fallen (um) #2.5 %"),
            ("Aksjen falt 5% på tirsdag. Selskapet", "aksjen falt #5 (pa) #tirsdag selskapet"),
            ("ACME v1.2 „Größe“ — #Rückruf", "ACME #v1.2 GROSSE ruckruf"),
            ("It won 2-1 (in Bergen)", "(it) won #2-1 (in) BERGEN"),
        ] {
            assert_eq!(shown(text), words, "{text}");
        }
    }

    #[test]
    fn addresses_are_no_words_and_a_long_text_is_cut() {
        let read = super::read("see https://a.example/recall-2026 now", 99);
        assert_eq!(
            (read.words.len(), read.links.as_slice()),
            (2, ["https://a.example/recall-2026".to_owned()].as_slice())
        );
        assert_eq!(super::read(&"word ".repeat(1_000), 10).words.len(), 10);
    }

    #[test]
    fn people_who_speak_of_themselves_are_heard_outside_of_quotes() {
        for (text, personal) in [
            ("and then I called them about my order", 2),
            ("“I lost my pram,” she said.", 0),
            ("I Bergen regner det, og jeg liker det", 1),
            ("Ich habe mein Geld noch nicht zurück", 2),
            ("The company said it is sorry.", 0),
        ] {
            assert_eq!(read(text, 99).personal, personal, "{text}");
        }
    }
}
