//! `mentiond query`: the tree of an expression and its faults, and what is told of the queries of a store.

use std::process::Output;

use chrono::TimeDelta;
use mentiond::model::{Field, Hit, Instant};
use mentiond::store::FoundEntry;

use super::{run, said, write};
use crate::common::daemon::command;
use crate::store::bed::{Bed, HOP, plain, said as mentioned};

/// The instant so many days ago: the commands under test look at the clock.
fn ago(days: i64) -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the command under test runs on the system's clock")]
    let now = chrono::Utc::now();
    now - TimeDelta::days(days)
}

/// A configuration with these queries of brands.
fn configure(dir: &std::path::Path, brands: &[(&str, &str)]) {
    let brands: String =
        brands.iter().map(|(name, query)| format!("[[brand]]\nname = \"{name}\"\nquery = '{query}'\n")).collect();
    write(
        dir,
        &format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n{brands}\
             [[query]]\nname = \"complaints\"\nquery = \"refund OR broken\"\n\
             [[source]]\nname = \"blog\"\nkind = \"feed\"\nurl = \"https://news.example/feed\"\n"
        ),
    );
}

/// Runs a command on the store of the bed.
fn on(bed: &Bed, dir: &std::path::Path, arguments: &[&str]) -> Output {
    command(dir, arguments).env("MENTIOND_STATE_DIR", bed.dir.path()).output().unwrap()
}

/// What it prints, if all went well.
fn printed(bed: &Bed, dir: &std::path::Path, arguments: &[&str]) -> String {
    let output = on(bed, dir, arguments);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    text
}

/// An entry with a text, and a mention of the brand with hits of these terms.
fn entry(key: &str, text: &str, terms: &[&str]) -> FoundEntry {
    let mut found = if terms.is_empty() { plain(key) } else { mentioned(key, HOP, "", None) };
    (found.entry.title, found.entry.text) = (key.to_owned(), text.to_owned());
    for mention in &mut found.mentions {
        let hit = |term: &&str| Hit { term: (*term).to_owned(), field: Field::Text, start: 0, end: 1 };
        mention.hits = terms.iter().map(hit).collect();
    }
    found
}

#[test]
fn a_sound_expression_is_shown_as_a_tree() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), &[(HOP, "\"skip hop\"")]);
    let tree = run(dir.path(), &["query", "check", "acme (refund OR \"no answer\") -jobs"], 0);
    let expected = "\
all of  (column 1)
  word acme  (column 1)
  one of  (column 6)
    word refund  (column 7)
    phrase \"no answer\"  (column 17)
  not  (column 30)
    word jobs  (column 31)
";
    assert_eq!(tree, expected);
    let named = run(dir.path(), &["query", "check", "-jobs acme query:complaints"], 0);
    assert!(named.contains("query:complaints, which is  (column 12)\n    one of\n      word refund\n"), "{named}");
}

#[test]
fn a_fault_is_pointed_at() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), &[(HOP, "\"skip hop\"")]);
    let check = |arguments: &[&str]| run(dir.path(), &[&["query", "check"], arguments].concat(), 2);
    let said = check(&["acme refund OR"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[..2], ["  acme refund OR", "              ^"], "{said}");
    assert!(lines[2].starts_with("column 13: ") && lines[3].starts_with("  hint: "), "{said}");

    let said = check(&["acme tone:negative"]);
    assert!(said.contains("`tone:` cannot be asked in the query of a brand"), "{said}");
    run(dir.path(), &["query", "check", "--scope", "rule", "acme tone:negative"], 0);
    assert!(check(&["--scope", "rule", "acme case:open"]).contains("the query of a rule"));
    run(dir.path(), &["query", "check", "--scope", "search", "acme case:open"], 0);
    run(dir.path(), &["query", "check", "--scope", "digest", "acme -tag:shoes"], 0);
    assert!(check(&["--scope", "digest", "acme has:rating"]).contains("`has:` cannot be asked of a brand"));
    assert!(check(&["acme query:unknown"]).contains("`unknown`"));
}

#[test]
fn an_expression_needs_no_configuration() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir.path()).env_remove("MENTIOND_CONFIG").args(["query", "check", "acme"]);
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), "word acme  (column 1)\n"));
    let missing = run(dir.path(), &["query", "check", "acme"], 2);
    assert!(missing.contains("does not exist"), "one that is named has to be there: {missing}");
    write(dir.path(), "[[set]]\nname = \"scams\"\nwords = [\"scam\"\n");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir.path()).env_remove("MENTIOND_CONFIG").args(["query", "check", "set:scams"]);
    let output = command.output().unwrap();
    let broken = said(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        broken.contains("mentiond.toml:") && !broken.contains("add a"),
        "one that is there has to be right: {broken}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_that_find_nearly_everything_or_nothing_are_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), &[(HOP, "(hop OR \"skip hop\" OR skiphop) -jobs"), ("Lego", "lego OR bricks")]);
    let bed = Bed::new().await;
    let lint = |arguments: &[&str]| printed(&bed, dir.path(), &[&["query", "lint"], arguments].concat());
    assert!(lint(&[]).starts_with("nothing has been found yet, so there is nothing to judge\n"));

    let old = (0..30).map(|number| entry(&format!("old{number}"), "skiphop", &["skiphop"]));
    bed.poll("blog", old.collect(), ago(31)).await;
    let hops = (0..18).map(|number| entry(&format!("hop{number}"), "hop", &["hop"]));
    bed.poll("blog", hops.collect(), ago(20)).await;
    let few = lint(&["--brand", HOP]);
    assert_eq!(few, "Skip Hop: 18 mentions with 18 hits in 30 days: too few to judge, it takes 20 mentions\n");
    let more = (0..2).map(|number| entry(&format!("both{number}"), "skip hop", &["hop", "skip hop"]));
    bed.poll("blog", more.collect(), ago(10)).await;
    let expected = "Skip Hop: 20 mentions with 22 hits in 30 days\n  \
        warning: `hop` makes 90 % of the hits (20 of 22)\n    \
        hint: a word that common may find others than the brand: write it with what stands beside it, in a phrase\n  \
        warning: `skiphop` has found nothing\n    \
        hint: leave them out, or write them as people do\n\
        Lego: 0 mentions with 0 hits in 30 days: too few to judge, it takes 20 mentions\n";
    assert_eq!(lint(&[]), expected);
    let unknown = on(&bed, dir.path(), &["query", "lint", "--brand", "Acme"]);
    let fault = "command line: --brand: there is no brand `Acme`\n  hint: the configuration has `Skip Hop`, `Lego`\n";
    assert_eq!((unknown.status.code(), said(&unknown).as_str()), (Some(2), fault));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_query_shows_what_it_gains_and_loses() {
    let dir = tempfile::tempdir().unwrap();
    configure(dir.path(), &[(HOP, "\"skip hop\"")]);
    let bed = Bed::new().await;
    bed.poll("blog", vec![entry("early", "A skip hop of long ago", &["skip hop"])], ago(40)).await;
    let entries = vec![
        entry("kept", "My skip hop bag is a joy", &["skip hop"]),
        entry("lost", "Hop, skip hop and jump", &["skip hop"]),
        entry("other", "The weather of tomorrow", &[]),
        entry("gained", "My hopskip bag broke", &[]),
    ];
    let first = ago(3);
    bed.poll("blog", entries, first).await;
    bed.poll("forum", vec![entry("edited", "A skip hop bag", &["skip hop"])], ago(2)).await;
    bed.poll("forum", vec![entry("edited", "A bag", &[])], ago(1)).await;
    let mut of_lego = mentioned("lego", "Lego", "", None);
    of_lego.entry.text = "Lego".to_owned();
    bed.poll("forum", vec![of_lego], ago(1)).await;

    let replay = |arguments: &[&str]| printed(&bed, dir.path(), &[&["query", "replay"], arguments].concat());
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let same = lines(&replay(&[]));
    assert_eq!(same[0], "Skip Hop: nothing changes, keeps 3 mentions", "{same:?}");
    assert_eq!(same[1], "Lego was not looked for; it has 1 mention");
    assert!(same[2].starts_with("6 entries were looked through, found since "), "{same:?}");
    assert_eq!(same.len(), 3);

    let changed = lines(&replay(&["--query", "(\"skip hop\" -jump) OR hopskip"]));
    let day = first.format("%Y-%m-%d %H:%M");
    assert!(changed[0].starts_with("- ") && changed[0].ends_with("  Skip Hop: lost (blog)"), "{changed:?}");
    assert!(changed[1].ends_with("  Skip Hop: gained (blog); found by hopskip"), "{changed:?}");
    assert!(changed[1].starts_with(&format!("+ {day}")), "{changed:?}");
    assert_eq!(changed[2], "Skip Hop: gains 1, loses 1, keeps 2 mentions");

    let long = replay(&["--since", "60d"]);
    assert!(long.contains("Skip Hop: nothing changes, keeps 4 mentions\n"), "{long}");
    assert!(long.contains("cannot be seen: entries that mention nobody are kept for 35d (`keep_entries`)\n"), "{long}");

    configure(dir.path(), &[(HOP, "hopskip"), ("Lego", "lego")]);
    let other = replay(&[]);
    assert!(other.contains("Skip Hop: gains 1, loses 3, keeps 0 mentions\n"), "{other}");
    assert!(other.contains("Lego: nothing changes, keeps 1 mention\n"), "{other}");
    let only = replay(&["--brand", "Lego"]);
    assert!(
        only.starts_with("Lego: nothing changes") && only.contains("\nSkip Hop was not looked for; it has 3"),
        "{only}"
    );

    let refused = |arguments: &[&str]| {
        let output = on(&bed, dir.path(), &[&["query", "replay"], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        said(&output)
    };
    assert_eq!(
        refused(&["--query", "a"]),
        "command line: --query: it takes the place of one query, and there are several\n  \
         hint: name a `--brand` of `Skip Hop`, `Lego`\n"
    );
    assert!(refused(&["--brand", HOP, "--query", "(a"]).starts_with("  (a\n  ^\ncolumn 1: "));
    assert!(refused(&["--since", "soon"]).contains("write a number and a unit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_networks_were_not_asked_for_is_told() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n[[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"hn\"\nkind = \"hacker_news\"\n",
    );
    let bed = Bed::new().await;
    let text = printed(&bed, dir.path(), &["query", "replay"]);
    let expected = "gains in `hn` may be missing: networks were asked for the words of the former queries\n";
    assert!(text.ends_with(expected), "{text}");
}
