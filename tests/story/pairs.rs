//! The labelled pairs: groups of texts in `tests/data/story`, written by hand, and variants that a program makes of some
//! of them the way papers and feeds do.

use std::path::Path;

use mentiond::model::hash::sha256_hex;
use mentiond::model::{Author, Entry, EntryKey};

/// Two texts, and whether they tell one story.
pub struct Pair {
    /// Group, and which of its texts.
    pub name: String,
    pub one: Entry,
    pub two: Entry,
    pub same: bool,
    /// Whether the group is held back.
    pub held: bool,
    /// Whether one of them was made by a program.
    pub varied: bool,
}

struct Text {
    label: String,
    name: String,
    entry: Entry,
    edit: bool,
}

/// All of them.
pub fn pairs() -> Vec<Pair> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/story");
    let mut pairs = Vec::new();
    for language in ["en", "de", "nb"] {
        let file = std::fs::read_to_string(folder.join(format!("pairs.{language}.txt"))).unwrap();
        for group in file.split("\n== ").skip(1) {
            group_pairs(group, &mut pairs);
        }
    }
    pairs
}

fn group_pairs(group: &str, pairs: &mut Vec<Pair>) {
    let (head, texts) = group.split_once('\n').unwrap();
    let (id, language) = head.split_once(' ').unwrap();
    let held = sha256_hex([id], 1).ends_with(|digit: char| digit.to_digit(16).unwrap().is_multiple_of(2));
    let texts: Vec<Text> =
        format!("\n{texts}").split("\n-- ").skip(1).enumerate().map(|(at, text)| read(id, at, text)).collect();
    let mut add = |one: &Text, two: &Text, varied: bool| {
        pairs.push(Pair {
            name: format!("{id} {} {}", one.name, two.name),
            one: one.entry.clone(),
            two: two.entry.clone(),
            same: one.label == two.label,
            held,
            varied,
        });
    };
    for (at, one) in texts.iter().enumerate() {
        for two in &texts[..at] {
            add(two, one, false);
        }
    }
    for base in texts.iter().filter(|text| text.edit) {
        for variant in variants(base, language) {
            for text in texts.iter().filter(|text| text.name == base.name || text.label != base.label) {
                add(text, &variant, true);
            }
        }
    }
}

fn read(id: &str, at: usize, text: &str) -> Text {
    let (head, said) = text.split_once('\n').unwrap();
    let (label, facts) = head.split_once(' ').unwrap();
    let (title, body) = said.split_once('\n').unwrap_or((said, ""));
    let name = format!("{at}{label}");
    let fact =
        |name: &str| facts.split("; ").find_map(|fact| fact.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned);
    let written = |text: &str| if text.trim() == "-" { String::new() } else { text.trim().to_owned() };
    let mut entry = Entry::new(EntryKey(format!("{id}-{at}")));
    entry.title = written(title);
    entry.text = written(body);
    entry.url = fact("url").or_else(|| Some(format!("https://{}/a/{id}-{at}", fact("site")?)));
    entry.author = fact("by").map(|name| Author { name, handle: fact("handle"), ..Author::default() });
    Text { label: label.to_owned(), name, entry, edit: facts.ends_with("edit") }
}

/// What papers and feeds make of a text.
fn variants(base: &Text, language: &str) -> Vec<Text> {
    let words = |en: &'static str, de: &'static str, nb: &'static str| match language {
        "en" => en,
        "de" => de,
        _ => nb,
    };
    let title = base.entry.title.as_str();
    let text = base.entry.text.as_str();
    let (cut, _) = text.rsplit_once("\n\n").unwrap();
    let dateline = words("LEEDS (AP) — ", "Berlin (dpa) - ", "Bergen (NTB): ");
    let credit = words(" (AP)", " (dpa)", " (©NTB)");
    let more = words(
        "The company had not answered our questions when this went to press.",
        "Eine Anfrage unserer Zeitung ließ das Unternehmen bis Redaktionsschluss unbeantwortet.",
        "Selskapet har ikke besvart våre henvendelser før avisen gikk i trykken.",
    );
    let retitled = words("What you should know now", "Das müssen Kunden jetzt wissen", "Dette bør du vite nå");
    let footer = words(
        "The post appeared first on The Tidings. Sign up for our newsletter!",
        "Der Beitrag erschien zuerst auf Tidings. Jetzt abonnieren und nichts verpassen!",
        "Innlegget dukket først opp på Tidings. Abonner på nyhetsbrevet vårt!",
    );
    let summary: Vec<&str> = text.split_whitespace().take(28).collect();
    let html = text.replace(' ', "\u{a0} ").replace('"', "”").replace("er", "e\u{ad}r").replace("\n\n", "\n\n\n• ");
    [
        ("dateline", title.to_owned(), format!("{dateline}{text}{credit}")),
        ("paper", format!("{title} - Tidings"), text.to_owned()),
        ("cut", title.to_owned(), cut.to_owned()),
        ("added", title.to_owned(), format!("{text}\n\n{more}")),
        ("slips", title.to_owned(), slips(text)),
        ("html", title.to_owned(), html),
        ("summary", title.to_owned(), format!("{} […]", summary.join(" "))),
        ("retitled", retitled.to_owned(), text.to_owned()),
        ("retitled and cut", retitled.to_owned(), cut.to_owned()),
        ("footer", title.to_owned(), format!("{text}\n\n{footer}")),
    ]
    .into_iter()
    .map(|(name, title, text)| {
        let mut entry = base.entry.clone();
        entry.url = Some(format!("https://tidings.example/{}", name.replace(' ', "-")));
        entry.key = EntryKey(format!("{}-{name}", base.entry.key.0));
        (entry.title, entry.text) = (title, text);
        Text { label: base.label.clone(), name: name.to_owned(), entry, edit: false }
    })
    .collect()
}

/// Every twentieth long word is misspelt.
fn slips(text: &str) -> String {
    let mut long = 0;
    let slip = |word: &str| {
        let plain = word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        long += usize::from(plain);
        if plain && long % 6 == 3 {
            format!("{}{}{}{}", &word[..4], &word[5..6], &word[4..5], &word[6..])
        } else {
            word.to_owned()
        }
    };
    text.split(' ').map(slip).collect::<Vec<_>>().join(" ")
}
