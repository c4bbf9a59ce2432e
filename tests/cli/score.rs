//! `mentiond score`: its formats, labelled texts and how well the rules agree with them, and lines that cannot be read.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const LABELLED: &str = "id\tlang\tlabel\ttarget\ttext\n\
    a1\ten\tneg\tAcme\tAcme is terrible and never answers.\n\
    a2\ten\tpos\t\tI love this bag, it is excellent!\n\
    a3\ten\tneg\tUnited\tUnited opens a new office on Monday.\n\
    a4\tde\tneu\t\tDer Laden öffnet am Montag um neun Uhr.\n\
    a5\tno\tneg\t\tDette er helt elendig, jeg er så skuffet.\n\
    a6\ten\tneu\t\tThis is awful, the worst service of all.\n\
    a7\tfr\tneu\t\tLe magasin ouvre lundi matin à neuf heures.\n";

fn mentiond(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.arg("score").args(arguments);
    command
}

/// Runs it with `input` as its standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = mentiond(arguments);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(input).unwrap();
    process.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it prints for `input`, if all went well.
fn printed(arguments: &[&str], input: &str) -> String {
    let output = fed(arguments, input.as_bytes());
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
    out(&output)
}

fn objects(arguments: &[&str], input: &str) -> Vec<Value> {
    let text = printed(&[arguments, &["--format", "jsonl"]].concat(), input);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What it says against `input`, and what it printed before.
fn refused(arguments: &[&str], input: &[u8]) -> (String, String) {
    let output = fed(arguments, input);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    (said, out(&output))
}

#[test]
fn each_line_is_an_object_with_its_reasons() {
    let lines = objects(&[], "Schöne Grüße, nobody there is friendly and the food is terrible!\n\n");
    assert_eq!(lines.len(), 2, "an empty line is a text too: {lines:?}");
    let text = lines[0]["text"].as_str().unwrap();
    assert_eq!((&lines[0]["tone"], &lines[0]["lang"]), (&json!("negative"), &json!("en")));
    let score = lines[0]["score"].as_f64().unwrap();
    assert!((-1.0..0.0).contains(&score), "{score}");
    let reasons = lines[0]["reasons"].as_array().unwrap();
    let of = |word: &str| reasons.iter().find(|reason| reason["word"] == word).unwrap();
    for reason in reasons {
        let [start, end] = [0, 1].map(|end| usize::try_from(reason["span"][end].as_u64().unwrap()).unwrap());
        assert_eq!(text.get(start..end), reason["word"].as_str(), "{reason}");
    }
    assert!(of("terrible")["weight"].as_f64().unwrap() < -1.0);
    let keys: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["concerns", "lang", "reasons", "score", "severity", "text", "tone"], "no id and no label");
    let nothing =
        json!({"tone": "unscored", "score": null, "lang": null, "reasons": [], "severity": "info", "concerns": []});
    for (name, value) in nothing.as_object().unwrap() {
        assert_eq!(lines[1][name], *value, "{name}");
    }
}

#[test]
fn words_of_harm_are_told_apart_from_the_tone() {
    let harmed =
        objects(&["--target", "Acme"], "The Acme bottle was recalled because a child was injured.\n").remove(0);
    assert_eq!(harmed["severity"], "urgent", "{harmed}");
    let text = harmed["text"].as_str().unwrap();
    for concern in harmed["concerns"].as_array().unwrap() {
        let [start, end] = [0, 1].map(|end| usize::try_from(concern["span"][end].as_u64().unwrap()).unwrap());
        assert_eq!(text.get(start..end), concern["word"].as_str(), "{concern}");
    }
}

#[test]
fn the_words_of_the_target_carry_no_tone() {
    let text = "Best Buy opens a new shop in the city on Monday.\n";
    let tone = |arguments: &[&str]| objects(arguments, text)[0]["tone"].clone();
    assert_eq!(tone(&["--target", "Best Buy"]), "neutral");
    assert_eq!(tone(&["--target", "Acme", "--target", "best buy"]), "neutral");
    let words = |arguments: &[&str]| objects(arguments, text)[0]["reasons"].to_string();
    assert!(words(&[]).contains("\"Best\"") && !words(&["--target", "Best Buy"]).contains("\"Best\""));
}

#[test]
fn a_brand_is_found_as_the_daemon_finds_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("bug.tsv"), "flurbish\t-3\n").unwrap();
    let config = path("mentiond.toml");
    let text = "recipients = [\"anna@example.org\"]\n[[source]]\nname = \"hn\"\nkind = \"hacker_news\"\n\
        [[brand]]\nname = \"Love Bug\"\nquery = '(\"love bug\" OR \"blue shirts\") -jobs'\n\
        [[brand.words]]\nlanguage = \"en\"\nfile = \"bug.tsv\"\n";
    std::fs::write(&config, text).unwrap();
    let configured = ["--config", &config, "--brand", "Love Bug"];
    let judged = |arguments: &[&str], text: &str| {
        let line = objects(&[arguments, &["--lang", "en"]].concat(), text).remove(0);
        let words: Vec<String> = line["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| reason["word"].as_str().unwrap().to_owned())
            .collect();
        (line["tone"].as_str().unwrap().to_owned(), words)
    };
    let none: Vec<String> = Vec::new();
    let plain = "the love bug opens a new shop in the city on Monday\n";
    for (arguments, text, tone, words) in [
        (&["--brand", "Love Bug"][..], plain, "neutral", &none),
        (&configured, plain, "neutral", &none),
        (&configured, "#LoveBug opens a shop on Monday\n", "neutral", &none),
        (&configured, "the blue shirts are flurbish\n", "negative", &vec!["flurbish".to_owned()]),
        (&["--brand", "Love Bug"], "the blue shirts are flurbish\n", "neutral", &none),
        // What the query does not find is about nobody.
        (&configured, "the best love bug jobs\n", "positive", &["best", "love", "bug"].map(str::to_owned).to_vec()),
    ] {
        assert_eq!(judged(arguments, text), (tone.to_owned(), words.clone()), "{text}");
    }
    let said = |arguments: &[&str]| {
        let output = fed(arguments, b"a\n");
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (arguments, told) in [
        (
            ["--config", config.as_str(), "--brand", "Acme"].as_slice(),
            "command line: --brand: there is no brand `Acme`\n  hint: the configuration has `Love Bug`\n",
        ),
        (
            &["--brand", "5\" nails"],
            "command line: --brand: `5\\\" nails` cannot be searched for as it stands, because of its quotes\n  hint: name \
             a configuration that has a query for it\n",
        ),
        (&["--brand", " "], "command line: --brand: this phrase is empty\n  hint: write words between the quotes\n"),
    ] {
        assert_eq!(said(arguments), (Some(2), told.to_owned()));
    }
    assert!(said(&["--brand", "a", "--target", "a"]).1.contains("cannot be used with"));
}

#[test]
fn labelled_texts_are_judged_in_their_language_and_about_their_target() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("labelled.tsv");
    std::fs::write(&file, LABELLED).unwrap();
    let file = file.to_str().unwrap();
    let lines = objects(&[file], "");
    let seen: Vec<[&str; 4]> =
        lines.iter().map(|line| ["id", "label", "lang", "tone"].map(|name| line[name].as_str().unwrap())).collect();
    assert_eq!(
        seen,
        [
            ["a1", "neg", "en", "negative"],
            ["a2", "pos", "en", "positive"],
            ["a3", "neg", "en", "neutral"],
            ["a4", "neu", "de", "neutral"],
            ["a5", "neg", "nb", "negative"],
            ["a6", "neu", "en", "negative"],
            ["a7", "neu", "fr", "unscored"],
        ]
    );
    let tsv = printed(&["--format", "tsv", file], "");
    let rows: Vec<Vec<&str>> = tsv.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(
        rows.iter().map(|row| row[1]).collect::<Vec<_>>(),
        ["neg", "pos", "neu", "neu", "neg", "neg", "unscored"]
    );
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!((row.len(), row[0]), (3, line["id"].as_str().unwrap()));
        assert_eq!(row[2].parse().ok(), line["score"].as_f64(), "{row:?}");
    }
    assert_eq!(printed(&["--format", "tsv", "--eval", file], ""), tsv, "another way to name it");
    let plain = printed(&["--format", "tsv"], "This is terrible.\nThis is excellent!\n");
    let ids: Vec<&str> = plain.lines().map(|line| line.rsplit_once('\t').unwrap().0).collect();
    assert_eq!(ids, ["1\tneg", "2\tpos"]);
}

/// The measures as they are computed elsewhere, from the labels and what was found.
fn measures(tsv: &str) -> BTreeMap<&'static str, f64> {
    let gold = LABELLED.lines().skip(1).map(|line| line.split('\t').nth(2).unwrap());
    let found = tsv.lines().map(|line| line.split('\t').nth(1).unwrap().replace("unscored", "neu"));
    let pairs: Vec<(&str, String)> = gold.zip(found).collect();
    let count = |wanted: &dyn Fn(&(&str, String)) -> bool| {
        f64::from(u32::try_from(pairs.iter().filter(|pair| wanted(pair)).count()).unwrap())
    };
    let (mut f1, mut all) = (Vec::new(), BTreeMap::new());
    for class in ["neg", "neu", "pos"] {
        let right = count(&|(gold, found)| *gold == class && found == class);
        let precision = right / count(&|(_, found)| found == class).max(1.0);
        let recall = right / count(&|(gold, _)| *gold == class).max(1.0);
        f1.push(2.0 * precision * recall / (precision + recall).max(1e-9));
        if class == "neg" {
            all.extend([("precision", precision), ("recall", recall)]);
        }
    }
    let accuracy = count(&|(gold, found)| gold == found) / count(&|_| true);
    all.extend([("accuracy", accuracy), ("macro_f1", f1.iter().sum::<f64>() / 3.0)]);
    all
}

#[test]
fn an_evaluation_gives_the_usual_measures() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("labelled.tsv");
    std::fs::write(&file, LABELLED.replace('\n', "\r\n")).unwrap();
    let file = file.to_str().unwrap();
    let report: Value = serde_json::from_str(&printed(&["--eval", file], "")).unwrap();
    let expected = measures(&printed(&["--eval", file, "--format", "tsv"], ""));
    for (name, value) in [
        ("accuracy", &report["accuracy"]),
        ("macro_f1", &report["macro_f1"]),
        ("precision", &report["negative"]["precision"]),
        ("recall", &report["negative"]["recall"]),
    ] {
        assert_eq!(format!("{:.4}", value.as_f64().unwrap()), format!("{:.4}", expected[name]), "{name}");
    }
    assert_eq!((&report["rows"], &report["unscored"]), (&json!(7), &json!(1)));
    assert_eq!(report["confusion"]["neg"], json!({"neg": 2, "neu": 1, "pos": 0}));
    assert_eq!(report["languages"], json!({"de": 1, "en": 4, "fr": 1, "nb": 1}));
}

#[test]
fn a_language_that_is_named_counts_more_than_that_of_the_file() {
    let file = "id\tlang\tlabel\ttarget\ttext\n\
        x\tde\tneg\t\tThis is the worst service that I have ever had in my life.\n";
    let of = |arguments: &[&str]| {
        let line = objects(arguments, file).remove(0);
        (line["lang"].as_str().unwrap().to_owned(), line["tone"].as_str().unwrap().to_owned())
    };
    assert_eq!(of(&[]).0, "de", "that of the file");
    for lang in ["auto", "en"] {
        assert_eq!(of(&["--lang", lang]), ("en".to_owned(), "negative".to_owned()), "{lang}");
    }
    let plain = "Dette er det verste jeg har opplevd.\n";
    assert_eq!(objects(&["--lang", "no"], plain)[0]["lang"], "nb");
    assert_eq!(objects(&["--lang", "de"], plain)[0]["lang"], "de");
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let file = dir.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let header = "id<TAB>lang<TAB>label<TAB>target<TAB>text";
    for bytes in [&b""[..], b"id\tlabel\ttext\nx\tneg\tBad.\n", b"Bad.\n"] {
        let other = write("other.tsv", bytes);
        let (said, _) = refused(&["--eval", &other], b"");
        assert_eq!(
            said,
            format!("mentiond: {other} does not begin with a header\n  hint: the first line is `{header}`\n")
        );
    }
    let empty = write("empty.tsv", b"id\tlang\tlabel\ttarget\ttext\n");
    assert_eq!(refused(&["--eval", &empty], b"").0, format!("mentiond: {empty} has a header and no texts\n"));

    let few = "id\tlang\tlabel\ttarget\ttext\na\ten\tneg\t\tThis is terrible.\nb\ten\tneg\tThis is terrible.\n";
    let (said, before) = refused(&["--format", "tsv"], few.as_bytes());
    let hint = "they are `id`, `lang`, `label`, `target`, `text`, with a tab between two of them";
    assert_eq!(said, format!("mentiond: standard input:3: 4 columns instead of 5\n  hint: {hint}\n"));
    assert!(before.starts_with("a\tneg\t-0."), "what stands before it is shown: {before}");

    let (said, _) = refused(&["--eval", "-"], few.replace("b\ten\tneg\t", "b\ten\tbad\t\t").as_bytes());
    let hint = "it is one of `neg`, `neu` and `pos`";
    assert_eq!(said, format!("mentiond: standard input:3: `bad` is not a label\n  hint: {hint}\n"));

    let (said, before) = refused(&["-"], b"Terrible.\nA caf\xe9.\n");
    assert_eq!(said, "mentiond: standard input:2: the line is not UTF-8, from its byte 6 on\n");
    assert!(before.starts_with("negative"), "{before}");

    let missing = dir.path().join("none.txt").display().to_string();
    let (said, _) = refused(&[&missing], b"");
    assert_eq!(said, format!("mentiond: `{missing}` cannot be opened: No such file or directory (os error 2)\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_without_an_end_is_not_read_for_ever() {
    assert_eq!(refused(&["/dev/zero"], b"").0, "mentiond: /dev/zero:1: the line is longer than 1 MiB\n");
}

#[test]
fn a_text_is_answered_before_the_next_one_comes() {
    for format in ["table", "jsonl", "tsv"] {
        let mut command = mentiond(&["--format", format]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = process.stdin.take().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        for text in ["The shop opens on Monday.\n", "Nobody was there at all.\n"] {
            input.write_all(text.as_bytes()).unwrap();
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            assert!(!line.is_empty());
        }
        drop(input);
        assert!(process.wait().unwrap().success());
    }
}

#[test]
fn the_table_is_coloured_for_terminals_alone() {
    let text = "Acme is terrible.\n";
    let plain = printed(&["--target", "Acme"], text);
    let lines: Vec<&str> = plain.lines().collect();
    assert!(lines[0].starts_with("negative  -0.") && lines[0].ends_with("  en  Acme is terrible."), "{plain}");
    assert!(lines[1].starts_with("                      -") && lines[1].ends_with("  terrible"), "{plain}");
    assert!(!plain.contains('\u{1b}'));
    let coloured = |variables: &[(&str, &str)]| {
        let mut command = mentiond(&["--target", "Acme"]);
        command.envs(variables.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        process.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        out(&process.wait_with_output().unwrap())
    };
    let forced = coloured(&[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains("\u{1b}[4mAcme\u{1b}[0m is \u{1b}[1m\u{1b}[31mterrible\u{1b}[0m."), "{forced}");
    assert_eq!(coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
}

#[test]
fn the_help_names_what_an_object_holds() {
    let output = fed(&["--help"], b"");
    for name in ["text", "tone", "score", "lang", "reasons", "span", "word", "weight", "note", "accuracy", "macro_f1"] {
        assert!(out(&output).contains(&format!("`{name}`")), "{name}");
    }
    assert!(!Path::new("mentiond.db").exists(), "it stores nothing");
}
