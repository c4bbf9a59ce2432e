//! What every paper puts around the same text: the dateline, the agency's mark, "read more", its own name behind the
//! title. Taken away before texts are compared; what people are shown stays as it is. Pure.

use super::lists;
use super::words::fold;

/// How a line or sentence begins that is about the page and not part of the text.
const ASIDES: [&str; 61] = [
    "read more",
    "read also",
    "read the full",
    "read full",
    "continue reading",
    "the post ",
    "this article",
    "this story",
    "see also",
    "more on ",
    "related:",
    "sign up",
    "subscribe",
    "follow us",
    "share this",
    "advertisement",
    "copyright",
    "all rights reserved",
    "photo",
    "image:",
    "source:",
    "published",
    "updated",
    "click here",
    "also read",
    "lesen sie",
    "mehr zum thema",
    "weiterlesen",
    "der beitrag ",
    "dieser artikel",
    "diese meldung",
    "alle rechte",
    "foto",
    "bild:",
    "quelle",
    "newsletter",
    "jetzt abonnieren",
    "folgen sie",
    "anzeige",
    "stand:",
    "aktualisiert",
    "veroffentlicht",
    "mehr lesen",
    "hier klicken",
    "symbolbild",
    "les mer",
    "les ogsa",
    "les saken",
    "les hele",
    "innlegget ",
    "denne artikkelen",
    "denne saken",
    "illustrasjonsfoto",
    "kilde:",
    "abonner",
    "folg oss",
    "annonse",
    "publisert",
    "oppdatert",
    "sist oppdatert",
    "saken oppdateres",
];
/// Longer sentences are part of the text however they begin.
const LONGEST_ASIDE: usize = 26;
/// Words in front of a title that say what kind of piece it is.
const KICKERS: [&str; 22] = [
    "breaking",
    "breaking news",
    "update",
    "video",
    "watch",
    "exclusive",
    "just in",
    "live",
    "eilmeldung",
    "eil",
    "exklusiv",
    "bericht",
    "siste",
    "siste nytt",
    "siste nytt nå",
    "na",
    "direkte",
    "ekstra",
    "plus",
    "+",
    "(+)",
    "ntb",
];
/// How far into a text its dateline reaches at most, in bytes.
const DATELINE: usize = 110;

/// A title without a kicker in front and without the name of the paper behind. The last part is only taken for the name
/// of the paper if `names` (its site and who wrote it) say so: it may as well be the town that the title is about.
pub fn title<'a>(title: &'a str, names: &[String]) -> &'a str {
    let mut rest = title.trim();
    if let Some((kicker, behind)) = rest.split_once([':', '|', '+']).filter(|(kicker, _)| kicker.len() <= 24)
        && KICKERS.contains(&fold(kicker.trim()).as_str())
        && !behind.trim().is_empty()
    {
        rest = behind.trim();
    }
    for divider in [" - ", " – ", " — ", " | ", " :: ", " · "] {
        let Some((before, last)) = rest.rsplit_once(divider) else { continue };
        if before.split_whitespace().count() >= 3 && is_named(last, names) {
            rest = before.trim();
        }
    }
    rest
}

/// Whether the part is one of the names, or a site of which one is the name.
fn is_named(part: &str, names: &[String]) -> bool {
    let part: String = fold(part).chars().filter(char::is_ascii_alphanumeric).collect();
    let part = part.strip_prefix("the").unwrap_or(&part);
    part.len() >= 2
        && names.iter().any(|name| {
            let site: String = name.rsplit_once('.').map_or(name.as_str(), |(site, _)| site).to_owned();
            let site: String = fold(&site).chars().filter(char::is_ascii_alphanumeric).collect();
            site == part || (part.len() >= 4 && site.contains(part)) || (site.len() >= 3 && part.starts_with(&site))
        })
}

/// A text without dateline, marks of agencies and asides.
pub fn text(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for line in without_dateline(text.trim()).lines() {
        for sentence in sentences(&without_marks(line)).filter(|sentence| !is_aside(sentence)) {
            clean.push_str(sentence);
            clean.push(' ');
        }
        clean.push('\n');
    }
    clean
}

/// `Berlin (dpa) - `, `OSLO, 3. mars (NTB): `, `LONDON, March 3, 2026 /PRNewswire/ -- `, `(NTB) `.
fn without_dateline(text: &str) -> &str {
    let head = text.get(..text.floor_char_boundary(DATELINE)).unwrap_or(text);
    let brackets = head.char_indices().filter(|(_, c)| matches!(c, '(' | '/'));
    for (open, bracket) in brackets {
        let close = if bracket == '(' { ')' } else { '/' };
        let Some(inside) = head.get(open + 1..) else { continue };
        let Some(length) = inside.find(close) else { continue };
        if !inside.get(..length).is_some_and(is_agency) {
            continue;
        }
        let behind = text.get(open + length + 2..).unwrap_or_default();
        let rest = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '.'));
        // A mark that ends the first sentence is no dateline: what stands before one is a place and a day.
        let place = head.get(..open).unwrap_or_default();
        if place.split_whitespace().count() <= 6 && !place.trim_end().ends_with(['.', '!', '?']) || open == 0 {
            return rest;
        }
    }
    let (place, rest) = text.split_once([':', '–', '-']).unwrap_or_default();
    if place.len() <= 30 && !place.is_empty() && place.split_whitespace().all(is_agency) {
        rest.trim_start()
    } else {
        text
    }
}

/// Whether all there is are names of agencies, as in `dpa`, `dpa/AFP` or `©NTB`.
fn is_agency(text: &str) -> bool {
    let folded = fold(text);
    let mut names = folded.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty()).peekable();
    names.peek().is_some() && names.all(|name| lists::AGENCY.has(name))
}

/// Without `(dpa)` and `[…]`.
fn without_marks(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find(['(', '[']) {
        let (before, from) = rest.split_at(open);
        clean.push_str(before);
        let close = from.find([')', ']']).unwrap_or(from.len());
        let inside = from.get(1..close).unwrap_or_default();
        let nothing = inside.trim().chars().all(|c| matches!(c, '.' | '…' | '+'));
        if !(nothing || is_agency(inside)) {
            clean.extend([" ", inside, " "]);
        }
        rest = from.get(close + 1..).unwrap_or_default();
    }
    clean.push_str(rest);
    clean
}

/// The sentences of a line: they end with a mark and white space. Not always right, and only serves to find asides.
fn sentences(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line.trim();
    std::iter::from_fn(move || {
        let ends = rest.match_indices(char::is_whitespace).map(|(at, _)| at);
        let mut ends = ends.filter(|at| rest.get(..*at).is_some_and(|said| said.ends_with(['.', '!', '?', '…', '|'])));
        let (sentence, behind) = rest.split_at(ends.next().unwrap_or(rest.len()));
        rest = behind.trim_start();
        (!sentence.is_empty()).then_some(sentence)
    })
}

fn is_aside(sentence: &str) -> bool {
    let bare = sentence.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©');
    if bare.starts_with('©') {
        return true;
    }
    let head = fold(bare.get(..bare.floor_char_boundary(32)).unwrap_or(bare));
    let short = bare.split_whitespace().take(LONGEST_ASIDE + 1).count() <= LONGEST_ASIDE;
    short && (ASIDES.iter().any(|aside| head.starts_with(aside)) || is_agency(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(written: &str) -> String {
        text(written).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn datelines_marks_and_asides_go() {
        for (written, left) in [
            ("Berlin (dpa) - Der Hersteller ruft Wagen zurück.", "Der Hersteller ruft Wagen zurück."),
            ("OSLO, 3. mars (NTB): Selskapet svarer.", "Selskapet svarer."),
            ("LONDON, March 3, 2026 /PRNewswire/ -- Acme today said", "Acme today said"),
            ("(©NTB) Selskapet svarer.", "Selskapet svarer."),
            ("NTB: Selskapet svarer.", "Selskapet svarer."),
            ("The strap broke (twice). Read more at our site. (AP)", "The strap broke twice ."),
            ("Selskapet svarer. Foto: Kari Nordmann / NTB\nLes også: Andre saker", "Selskapet svarer."),
            ("It broke. […]", "It broke."),
            (
                "Photographers love it, which is why this sentence, though it begins like an aside about a photo, is so very \
              long that it must be text and stays.",
                "Photographers love it, which is why this sentence, though it begins like an aside about a photo, is so very \
              long that it must be text and stays.",
            ),
            ("A firm in Bergen (Norway) said so.", "A firm in Bergen Norway said so."),
        ] {
            assert_eq!(cleaned(written), left, "{written}");
        }
    }

    #[test]
    fn only_the_name_of_the_paper_is_taken_from_a_title() {
        let names = ["tagblatt.example".to_owned(), "The Harbour Courier".to_owned()];
        for (written, left) in [
            ("Acme ruft Wagen zurück - Tagblatt", "Acme ruft Wagen zurück"),
            ("Acme recalls prams | The Harbour Courier", "Acme recalls prams"),
            ("Unwetterwarnung der Stufe 2 - Köln", "Unwetterwarnung der Stufe 2 - Köln"),
            ("EILMELDUNG: Acme ruft Wagen zurück", "Acme ruft Wagen zurück"),
            ("Acme: prams are safe", "Acme: prams are safe"),
        ] {
            assert_eq!(title(written, &names), left);
        }
    }
}
