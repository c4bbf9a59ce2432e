//! `mentiond match`: texts and entries that a query finds, with the hits, and exit codes as those of grep.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const POSTS: &str = "Acme refused my refund\n\nNobody was there\nNo refund at all, ACME!\n";

fn mentiond(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "MENTIOND_CONFIG"] {
        command.env_remove(name);
    }
    command.arg("match").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut process = mentiond(arguments).spawn().unwrap();
    // A command that ends early does not read it all.
    let _ = process.stdin.take().unwrap().write_all(input);
    process.wait_with_output().unwrap()
}

/// Its exit code, what it prints and what it says beside that.
fn told(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let output = fed(arguments, input.as_bytes());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn objects(query: &str, input: &str) -> Vec<Value> {
    let (_, text, aside) = told(&["--query", query, "--format", "jsonl"], input);
    assert_eq!(aside, "");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn texts_come_with_their_hits() {
    let found = objects("acme refund", POSTS);
    assert_eq!(
        found[0],
        json!({
            "text": "Acme refused my refund",
            "hits": [
                {"term": "acme", "field": "text", "span": [0, 4]},
                {"term": "refund", "field": "text", "span": [16, 22]},
            ],
        })
    );
    assert_eq!((found.len(), &found[1]["text"]), (2, &json!("No refund at all, ACME!")));

    let (code, text, _) = told(&["--query", "acme refund"], POSTS);
    let expected = "     1  Acme refused my refund
          text   0..4  acme
          text   16..22  refund
     4  No refund at all, ACME!
          text   3..9  refund
          text   18..22  acme
";
    assert_eq!((code, text.as_str()), (Some(0), expected));
}

#[test]
fn objects_come_back_whole() {
    let entry = json!({
        "title": "Acme & more", "text": "no word", "tags": ["refund"], "author": "Kari", "lang": "en",
        "published": "2026-11-23T09:00:00Z", "rating": 1, "url": "https://x.example/acme", "mine": [1, 2],
    });
    let found = objects("title:acme tag:refund rating:<=2 site:x.example date:2026-11-23", &entry.to_string());
    let mut expected = entry;
    expected["hits"] = json!([
        {"term": "acme", "field": "title", "span": [0, 4]},
        {"term": "refund", "field": "tag", "span": [0, 6]},
    ]);
    assert_eq!(found, [expected]);
    let (_, text, _) = told(&["--query", "url:acme"], r#"  {"url": "https://x.example/acme"}"#);
    assert_eq!(text, "     1  https://x.example/acme\n          url    18..22  acme\n");
    assert_eq!(objects("nothing OR acme", r#"{"title": null, "text": "nothing"}"#).len(), 1);
}

#[test]
fn exit_codes_are_those_of_grep() {
    let code = |arguments: &[&str], input: &str| told(arguments, input).0;
    assert_eq!(code(&["--query", "acme"], POSTS), Some(0));
    assert_eq!(code(&["--query", "unheard"], POSTS), Some(1));
    assert_eq!(code(&["--query", "acme"], ""), Some(1));
    let (code, text, aside) = told(&["--query", "acme OR"], POSTS);
    assert_eq!((code, text.as_str()), (Some(2), ""));
    assert!(aside.starts_with("  acme OR\n       ^\ncolumn 6: "), "{aside}");
    let (code, _, aside) = told(&["--query", "acme", "none.txt"], "");
    assert_eq!(code, Some(2));
    assert_eq!(aside, "mentiond: `none.txt` cannot be opened: No such file or directory (os error 2)\n");
}

#[test]
fn a_bad_line_is_told_and_the_next_ones_are_read() {
    let long = "x".repeat(3 << 20);
    let input = [
        b"acme 1\n{\"text\": 3}\nacme \xff\n{acme\n".as_slice(),
        long.as_bytes(),
        b"\nacme 6\n{\"text\": \"acme 7\", \"tone\": \"bad\"}\nacme 8",
    ]
    .concat();
    let output = fed(&["--query", "acme", "--format", "jsonl"], &input);
    let found = String::from_utf8(output.stdout).unwrap();
    let texts: Vec<Value> =
        found.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["text"].clone()).collect();
    assert_eq!((texts, output.status.code()), (vec![json!("acme 1"), json!("acme 6"), json!("acme 8")], Some(2)));
    let hint = "  hint: it begins with `{`, so it is read as JSON; `--text` reads it as a text\n";
    let expected = format!(
        "mentiond: standard input:2: `text`: invalid type: integer `3`, expected a string\n{hint}\
         mentiond: standard input:3: the line is not UTF-8, from its byte 6 on\n\
         mentiond: standard input:4: the JSON breaks off at column 2: key must be a string\n{hint}\
         mentiond: standard input:5: the line is longer than 1 MiB\n\
         mentiond: standard input:7: `bad` is not a tone\n  \
         hint: it is one of `negative`, `neutral`, `positive`, `unscored`\n"
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
    assert_eq!(told(&["--query", "acme", "--text"], "{acme").0, Some(0));
}

#[test]
fn a_file_that_is_no_text_does_not_fill_the_screen() {
    let input = [b"acme\n".as_slice(), &b"\xff\xfe\n".repeat(1_021)].concat();
    let output = fed(&["--query", "acme"], &input);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((said.lines().count(), output.status.code()), (21, Some(2)), "{said}");
    assert!(said.ends_with("byte 1 on\nmentiond: standard input: 1001 more lines cannot be read\n"), "{said}");
}

#[test]
fn what_the_line_does_not_say_is_what_is_found_in_it() {
    let posts = "Acme is terrible and never answers.\nI love my Acme bag, it is excellent!\n\
        {\"text\": \"Acme is terrible.\", \"tone\": \"positive\", \"score\": 0.999}\n";
    let numbers = |query: &str| {
        let (_, text, _) = told(&["--query", query], posts);
        let number = |line: &str| line.get(..6).and_then(|start| start.trim().parse::<u32>().ok());
        text.lines().filter_map(number).collect::<Vec<_>>()
    };
    assert_eq!(numbers("acme tone:negative"), [1]);
    assert_eq!(numbers("acme tone:positive"), [2, 3]);
    assert_eq!(numbers("acme score:>0.99"), [3]);
    assert_eq!(numbers("acme lang:en -tone:negative"), [2, 3]);
    let harmed = "Acme: a child was injured\nAcme opens\n{\"text\": \"acme opens\", \"severity\": \"urgent\"}\n";
    let (_, text, _) = told(&["--query", "acme severity:urgent", "--format", "jsonl"], harmed);
    assert!(text.lines().count() == 2 && text.contains("injured") && !text.contains("Acme opens"), "{text}");
}

#[test]
fn the_language_is_what_the_text_shows_as_in_the_daemon() {
    let praise = "Acme is great and I love it\n";
    assert_eq!(told(&["--query", "acme has:lang"], praise).0, Some(0));
    assert_eq!(told(&["--query", "acme -has:lang"], praise).0, Some(1));
    let russian = "{\"text\": \"Acme: это ужасно, никто не отвечает\", \"lang\": \"en\"}\n";
    assert_eq!(told(&["--query", "acme lang:en"], russian).0, Some(1));
    assert_eq!(told(&["--query", "acme"], russian).0, Some(0));
}

#[test]
fn tones_are_found_with_the_words_of_the_configuration() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("own.tsv"), "glorpy\t-3\n").unwrap();
    let config = dir.path().join("mentiond.toml");
    std::fs::write(&config, "[[tone.words]]\nlanguage = \"en\"\nfile = \"own.tsv\"\n").unwrap();
    let (query, post) = (["--query", "acme tone:negative"], "The strap of my Acme bag is glorpy\n");
    assert_eq!(told(&query, post).0, Some(1));
    let (code, _, aside) = told(&[&query[..], &["--config", config.to_str().unwrap()]].concat(), post);
    assert_eq!((code, aside.as_str()), (Some(0), ""));
    let mut process = mentiond(&query).current_dir(dir.path()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(post.as_bytes()).unwrap();
    let code = process.wait().unwrap().code();
    assert_eq!(code, Some(0), "the usual file is read as well");
    std::fs::write(dir.path().join("own.tsv"), "glorpy\tvery\n").unwrap();
    let (code, _, aside) = told(&[&query[..], &["--config", config.to_str().unwrap()]].concat(), post);
    assert!(code == Some(2) && aside.contains("own.tsv:1"), "{aside}");
}

#[test]
fn what_nobody_asks_for_comes_back_as_it_was() {
    let lines = [
        r#"{"z":1e999,"text":"acme 1","raw":"\ud83d"}"#,
        r#"{"text":"acme 2","id":123456789012345678901234567890,"hits":"old"}"#,
    ];
    let (code, text, aside) = told(&["--query", "acme", "--format", "jsonl"], &lines.join("\n"));
    assert_eq!((code, aside.as_str()), (Some(0), ""));
    let hits = r#""hits":[{"term":"acme","field":"text","span":[0,4]}]}"#;
    let expected = [
        format!(r#"{{"z":1e999,"text":"acme 1","raw":"\ud83d",{hits}"#),
        format!(r#"{{"text":"acme 2","id":123456789012345678901234567890,{hits}"#),
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn names_of_the_configuration_can_be_used() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("mentiond.toml");
    std::fs::write(&config, "[[set]]\nname = \"rude\"\nwords = [\"shame\", \"no answer\"]\n").unwrap();
    let config = config.to_str().unwrap();
    let (code, text, aside) =
        told(&["--query", "acme set:rude", "--config", config], "Acme gives no answer\nAcme is here\n");
    assert_eq!((code, aside.as_str()), (Some(0), ""));
    assert!(text.starts_with("     1  Acme gives no answer\n") && !text.contains("here"), "{text}");
    assert_eq!(told(&["--query", "acme set:rude"], "").0, Some(2));
}

#[test]
fn a_text_is_shown_before_the_next_one_comes() {
    let mut process = mentiond(&["--query", "acme", "--format", "jsonl"]).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    for text in ["acme one\n", "none\nacme two\n"] {
        input.write_all(text.as_bytes()).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(line.contains("acme"), "{line}");
    }
    drop(input);
    assert!(process.wait().unwrap().success());
}

#[test]
fn hits_are_coloured_for_terminals_alone() {
    let mut command = mentiond(&["--query", "acme"]);
    let mut process = command.env("CLICOLOR_FORCE", "1").spawn().unwrap();
    process.stdin.take().unwrap().write_all(POSTS.as_bytes()).unwrap();
    let text = String::from_utf8(process.wait_with_output().unwrap().stdout).unwrap();
    assert!(text.starts_with("     1  \u{1b}[1m\u{1b}[31mAcme\u{1b}[0m refused"), "{text}");
    assert!(!told(&["--query", "acme"], POSTS).1.contains('\u{1b}'));
}
