//! What becomes of a command whose output cannot be written.

use std::fs::File;
use std::process::{Command, Output, Stdio};

use crate::common::daemon::command;

use super::{run, with_server};

/// The end of a command whose reader has left.
fn unread(command: &mut Command) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
}

fn assert_quiet(output: &Output) {
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""));
}

#[test]
fn a_command_that_nobody_reads_ends_quietly() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), "https://news.example/feed", 25);
    run(dir.path(), &["migrate"], 0);
    assert_quiet(&unread(&mut command(dir.path(), &["status"])));
    assert_quiet(&unread(&mut command(dir.path(), &["check"])));
    std::fs::write(dir.path().join("texts"), "This is bad.\n".repeat(20_000)).unwrap();
    for format in ["table", "jsonl", "tsv"] {
        let mut score = Command::new(env!("CARGO_BIN_EXE_mentiond"));
        assert_quiet(&unread(score.args(["score", "--format", format]).arg(dir.path().join("texts"))));
    }
    let event = "{\"at\":\"2026-01-05T00:00:00Z\",\"brand\":\"Acme\",\"tone\":\"negative\",\"score\":-0.9}\n";
    let later = event.replace("-01-05", "-12-05");
    std::fs::write(dir.path().join("events"), format!("{event}{later}")).unwrap();
    let mut backtest = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    assert_quiet(&unread(
        backtest.env_remove("MENTIOND_CONFIG").args(["backtest", "--events"]).arg(dir.path().join("events")),
    ));
    let mut demo = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    assert_quiet(&unread(demo.arg("demo").arg("--dir").arg(dir.path().join("demo"))));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), "https://news.example/feed", 25);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command(dir.path(), &["check"]).stdout(full).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("mentiond: the output cannot be written: No space left on device"), "{text}");
}

#[test]
fn an_error_that_nobody_reads_does_not_change_the_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(command(dir.path(), &["check"]).stderr(writer).status().unwrap().code(), Some(2));
}
