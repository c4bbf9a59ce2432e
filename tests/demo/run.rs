//! The command itself: ten days in the real binary.

use std::path::Path;
use std::process::{Command, Output};

fn mentiond(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    // A real mail server in the caller's environment must never get the demo's mails.
    command.args(arguments).env("MENTIOND_SMTP_HOST", "192.0.2.1").env("MENTIOND_SMTP_PORT", "9");
    command.output().unwrap()
}

fn mails(dir: &Path, what: impl Fn(&str) -> bool) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(dir.join("mails")).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "html"));
    files.sort();
    files.into_iter().map(|file| std::fs::read_to_string(file).unwrap()).filter(|html| what(html)).collect()
}

#[test]
fn ten_days_end_with_mails_to_look_at() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("demo");
    let done = mentiond(&["demo", "--dir", dir.to_str().unwrap()]);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    for day in ["Mon  2 Mar", "Sun  8 Mar", "Mon  9 Mar", "Wed 11 Mar"] {
        let line = said.lines().find(|line| line.starts_with(day)).unwrap();
        assert!(line.ends_with("mailed"), "{line}");
    }
    for part in [
        "10 digests; 0 could not be delivered",
        "Complained, and came back happy\n",
        "  the first complaint     Sat 7 Mar ",
        "  found to spread         Sat 7 Mar ",
        "  mailed                  Sat 7 Mar ",
        "  hannah_b ",
        "  Parents' forum: from Mon 9 Mar",
        "mentiond status --config ",
    ] {
        assert!(said.contains(part), "`{part}` is missing in\n{said}");
    }

    let digests = mails(&dir, |html| html.contains("Strength"));
    assert_eq!(digests.len(), 10);
    assert!(digests.iter().any(|html| html.contains("A strap broke, and my daughter fell")));
    assert!(digests.iter().any(|html| html.contains("status 503")), "what was not read is said");
    assert!(digests.iter().any(|html| html.contains("and 1 copy: Small Steps")), "an agency's report is one story");
    // Asked once more as a reminder, never as a second alert.
    let alarms = |html: &str| html.contains("asks parents to stop") && html.contains("somebody needs an answer");
    assert_eq!(mails(&dir, alarms).len(), 1);
    for other in ["The kids skip and hop", "dance school", "A skip list that can hop", "Harbour ferry returns"] {
        assert!(mails(&dir, |html| html.contains(other)).is_empty(), "`{other}` is not about the brand");
    }

    let spread = mails(&dir, |html| html.contains("still spreading") && html.contains("How it began"));
    assert!(spread.iter().any(|html| html.contains("immer noch nicht erreichbar")), "the crisis is told as one");

    let config = dir.join("mentiond.toml");
    let status =
        Command::new(env!("CARGO_BIN_EXE_mentiond")).arg("status").arg("--config").arg(config).output().unwrap();
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.contains("Parents' forum") && status.contains("0 dead letters"), "{status}");
}

#[test]
fn a_folder_of_somebody_else_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("letters.txt"), "mine").unwrap();
    let refused = mentiond(&["demo", "--dir", dir.path().to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is not empty and not a former demo's"));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}
