//! Same story, many copies: what is told to be a copy, measured on texts of our own, and what follows from it.

mod pairs;

use mentiond::model::{Author, Entry, EntryKey};
use mentiond::story::{KEYS, Signature, Wording};
use pairs::{Pair, pairs};
use proptest::prelude::*;

/// How often the program was right about pairs.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
    told_apart: usize,
}

impl Score {
    fn of<'a>(pairs: impl Iterator<Item = &'a Pair>) -> Self {
        let mut score = Self::default();
        for pair in pairs {
            let found = are_one_story(&pair.one, &pair.two);
            match (pair.same, found) {
                (true, true) => score.right += 1,
                (false, true) => score.wrong += 1,
                (true, false) => score.missed += 1,
                (false, false) => score.told_apart += 1,
            }
            if pair.same != found {
                eprintln!("  {} {}", if found { "TAKEN FOR ONE" } else { "missed" }, pair.name);
            }
        }
        score
    }

    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed) as f64
    }

    fn say(&self, what: &str) {
        let Self { right, wrong, missed, told_apart } = self;
        let (precision, recall) = (self.precision(), self.recall());
        eprintln!(
            "{what}: {} pairs, {} copies; {right} found, {missed} missed, {told_apart} told apart, {wrong} wrongly taken for \
             one; precision {precision:.3}, recall {recall:.3}",
            right + wrong + missed + told_apart,
            right + missed,
        );
    }
}

/// As the store does it: the index has to bring them together, and then the texts are read.
fn are_one_story(one: &Entry, two: &Entry) -> bool {
    let (keys, others) = (Signature::of(one), Signature::of(two));
    let shared = keys.keys("Acme").any(|key| others.keys("Acme").any(|other| key == other));
    let (first, second) = (Wording::of(one), Wording::of(two));
    let found = first.retells(&second);
    assert_eq!(found, second.retells(&first), "it is the same asked the other way around: {} {}", one.title, two.title);
    assert!(!(found && first.contradicts(&second)), "a copy contradicts nothing: {} {}", one.title, two.title);
    shared && found
}

#[test]
fn copies_are_found_and_other_stories_are_not_taken_for_them() {
    let pairs = pairs();
    let by_hand = pairs.iter().filter(|pair| !pair.varied);
    assert!(by_hand.clone().count() >= 400, "{} pairs are written by hand", by_hand.count());
    // Each group is in one part as a whole. What is held was not looked at while the rules were made.
    for (what, held, recall) in [("dev", false, [0.97, 0.94]), ("held", true, [0.91, 0.81])] {
        let score = Score::of(pairs.iter().filter(|pair| pair.held == held));
        score.say(what);
        let by_hand = Score::of(pairs.iter().filter(|pair| pair.held == held && !pair.varied));
        by_hand.say(&format!("{what}, written by hand"));
        assert!(score.precision() >= 0.99 && by_hand.precision() >= 0.99, "{what}: two stories were taken for one");
        assert!(score.recall() >= recall[0] && by_hand.recall() >= recall[1], "{what}: copies were missed");
    }
}

#[test]
fn nobody_retells_what_says_nothing() {
    let empty = Entry::new(EntryKey("a".to_owned()));
    assert_eq!(Signature::of(&empty).keys("Acme").count(), 0);
    assert!(!Wording::of(&empty).retells(&Wording::of(&empty)));
    let mut odd = Entry::new(EntryKey("b".to_owned()));
    odd.title = "(((\u{301}\u{301}[ — \u{ad}".repeat(400);
    odd.text = "\u{200b}(/»:".repeat(20_000);
    odd.url = Some("https://[".to_owned());
    odd.author = Some(Author { name: "…".to_owned(), ..Author::default() });
    assert!(!Wording::of(&odd).retells(&Wording::of(&odd)));
}

#[test]
fn a_signature_is_small_and_of_one_brand() {
    for pair in pairs() {
        let signature = Signature::of(&pair.one);
        assert!((1..=KEYS).contains(&signature.keys("Acme").count()), "{}", pair.name);
        assert!(signature.keys("Acme").all(|key| signature.keys("Globex").all(|other| key != other)), "{}", pair.name);
    }
}

/// Words as they occur, and characters as they should not.
fn writing() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => "[a-d]{1,3}",
        2 => "[A-C][a-c]{1,4}",
        1 => "[0-9]{1,4}([.,][0-9]{1,3})?",
        1 => Just("nicht".to_owned()),
        1 => Just("(dpa) -".to_owned()),
        1 => Just("https://a.example/b/c".to_owned()),
        1 => Just("RT @x: “".to_owned()),
        1 => any::<String>(),
    ];
    prop::collection::vec(word, 0..120).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn it_is_the_same_asked_the_other_way_around(one in writing(), two in writing(), title in writing(), at in 0..60usize) {
        let entry = |title: &str, text: &str, site: &str| {
            let mut entry = Entry::new(EntryKey(site.to_owned()));
            (entry.title, entry.text) = (title.to_owned(), text.to_owned());
            entry.url = Some(format!("https://{site}.example/news"));
            entry
        };
        let mixed: Vec<&str> = one.split(' ').take(at).chain(two.split(' ').skip(at)).collect();
        let first = entry(&title, &one, "one");
        for second in [entry(&title, &two, "two"), entry("", &mixed.join(" "), "two"), entry(&title, &one, "two")] {
            prop_assert!(Signature::of(&second).keys("Acme").count() <= KEYS);
            are_one_story(&first, &second);
        }
    }
}
