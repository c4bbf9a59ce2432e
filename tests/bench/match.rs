//! What it costs to look for brands in texts: 10, 1,000 and 10,000 queries on the same texts, one thread. On Linux.
//!
//!     cargo bench --bench match [-- FILE]
//!
//! Each line of FILE is a text; without one the texts are made of the words below. Prints megabytes of text per second,
//! the share of texts in which something is found, and how much more 10,000 queries cost than 10.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

use std::hint::black_box;
use std::time::Duration;

use mentiond::model::{Entry, EntryKey};
use mentiond::query::{Matcher, Query};

/// Words of the texts, the frequent ones in front.
const WORDS: &str = "the to and a of in is it for on that you with was my are at have be this but not they so from just \
    we all your or me as what when can will no up do if out get one has about how like more time there had new their \
    would who been now people after some could go than good first day back other only know over think also well even \
    want because these two way shop order delivery service waiting customer phone called week money never again still \
    nobody answered refund broken bag school pink arrived late today great quality kids love store price support der \
    die und nicht ich das ist ein mit für auf sich wir Verspätung Bahn gestern wieder keine Antwort Kundendienst über \
    og jeg det ikke har som en på av til er vi etter uke fortsatt ingen ødelagt levering bestilte også";
/// Syllables of the brands.
const SYLLABLES: [&str; 20] = [
    "ka", "lo", "mi", "zen", "dor", "vix", "pra", "tu", "nel", "ox", "ber", "sky", "gra", "fin", "ule", "mo", "ster",
    "qua", "ril", "ath",
];
const TEXTS: usize = 20_000;

/// Numbers that are the same in each run (a linear congruential generator with the constants of MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }
}

/// The two words of a brand.
fn brand(number: usize) -> (String, String) {
    let syllable = |place: usize| SYLLABLES[number / 20_usize.pow(u32::try_from(place).unwrap_or_default()) % 20];
    let capital = |word: String| word[..1].to_uppercase() + &word[1..];
    (capital(format!("{}{}", syllable(0), syllable(1))), capital(format!("{}{}r", syllable(2), syllable(3))))
}

/// Queries of the shapes that people write; words of daily life stand in many of them. One in ten is a regular expression
/// without any word beside it.
fn query(number: usize) -> String {
    let (one, two) = brand(number);
    let (small, host) = (format!("{one} {two}").to_lowercase(), format!("{one}{two}").to_lowercase());
    match number % 10 {
        0 => format!("\"{one} {two}\""),
        1 => format!("\"{one} {two}\" OR {one}{two} OR site:{host}.example"),
        2 => format!("{one}{two} (refund* OR broken OR \"never again\") -jobs"),
        3 => format!("\"{one} {two}\" NEAR/8 (service OR support OR deliver* OR verspät*)"),
        4 => format!("(\"{one} {two}\" OR #{one}{two} OR @{one}{two}) shop -author:{host}"),
        5 => format!("\"{one} {two}\" -title:\"{two} jobs\" lang:en,de,nb"),
        6 => format!("{host}* -url:jobs"),
        7 => format!("\"{small}\"~3 OR `{one}&{two}`"),
        8 => format!("/\\b{one}[ -]?{two}(s|'s)?\\b/i"),
        _ => format!("{one} ONEAR/4 ({two} OR {two}s) (title:{two} OR text:(waiting OR money OR ødelagt OR kund*))"),
    }
}

fn text(numbers: &mut Numbers, words: &[&str]) -> String {
    let length = 8 + numbers.below(50);
    let mut text = String::new();
    for _ in 0..length {
        // Half of the words of a text are among the first tenth of the list.
        let reach = [words.len() / 10, words.len()][numbers.below(2)];
        text.push_str(words[numbers.below(reach)]);
        text.push_str([" ", " ", " ", " ", ", ", ". "][numbers.below(6)]);
        if numbers.below(400) == 0 {
            let (one, two) = brand(numbers.below(10_000));
            text.push_str(&format!("{one} {two} "));
        }
    }
    text
}

fn texts() -> Vec<String> {
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    if let Some(file) = file {
        let all = std::fs::read_to_string(&file).expect("a file of UTF-8 text");
        return all.lines().map(str::to_owned).collect();
    }
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut numbers = Numbers(11);
    (0..TEXTS).map(|_| text(&mut numbers, &words)).collect()
}

/// Time that this thread had a processor, so that what else runs does not count.
fn spent() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel that counts");
    let nanoseconds = text.split_whitespace().next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.expect("a number"))
}

fn entry(text: String) -> Entry {
    Entry { text, ..Entry::new(EntryKey("bench:1".to_owned())) }
}

/// The shortest of several runs, and the texts in which something was found.
fn time(matcher: &Matcher, entries: &[Entry]) -> (Duration, usize) {
    let run = || {
        let start = spent();
        let found = entries.iter().filter(|entry| !black_box(matcher.find(*entry)).is_empty()).count();
        (spent() - start, found)
    };
    (0..7).map(|_| run()).min().expect("some runs")
}

fn main() {
    let entries: Vec<Entry> = texts().into_iter().map(entry).collect();
    let bytes: usize = entries.iter().map(|entry| entry.text.len()).sum();
    let megabytes = bytes as f64 / 1e6;
    println!("{} texts, {megabytes:.1} MB", entries.len());
    let mut base = None;
    for count in [10, 1_000, 10_000] {
        let start = spent();
        let queries = (0..count).map(|number| Query::parse(&query(number)).expect("a sound query")).collect();
        let matcher = Matcher::new(queries);
        let compiled = spent() - start;
        let (took, found) = time(&matcher, &entries);
        let base = *base.get_or_insert(took);
        println!(
            "{count:6} queries: {:6.1} MB/s, {:.2} times 10 queries, {:5.2} % of the texts match, compiled in {:.0} ms",
            megabytes / took.as_secs_f64(),
            took.as_secs_f64() / base.as_secs_f64(),
            found as f64 * 100.0 / entries.len() as f64,
            compiled.as_secs_f64() * 1e3,
        );
    }
}
