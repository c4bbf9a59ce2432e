//! What the service manager hears of the daemon.

use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

use crate::common::daemon::signal;

fn heard(socket: &UnixDatagram) -> String {
    let mut message = [0; 1024];
    let length = socket.recv(&mut message).unwrap();
    String::from_utf8_lossy(&message[..length]).trim().to_owned()
}

#[test]
fn the_service_manager_is_told_of_the_start_the_heartbeat_and_the_stop() {
    let dir = tempfile::tempdir().unwrap();
    let text = "state_dir = \"state\"\nrecipients = [\"a@b.example\"]\n[log]\nformat = \"json\"\n[[brand]]\nname = \"Skip Hop\"\n\
                [[source]]\nname = \"news\"\nkind = \"feed\"\nurl = \"http://127.0.0.1:9/feed\"\nallow_private = true\n";
    std::fs::write(dir.path().join("mentiond.toml"), text).unwrap();
    let address = dir.path().join("notify");
    let socket = UnixDatagram::bind(&address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let log = std::fs::File::create(dir.path().join("log")).unwrap();
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_mentiond"))
        .args(["run", "--config"])
        .arg(dir.path().join("mentiond.toml"))
        .env("NOTIFY_SOCKET", &address)
        .env("WATCHDOG_USEC", "900000")
        .stderr(log)
        .spawn()
        .unwrap();
    assert_eq!(heard(&socket), "READY=1");
    assert_eq!([heard(&socket), heard(&socket)], ["WATCHDOG=1", "WATCHDOG=1"]);
    signal(daemon.id(), "TERM");
    while heard(&socket) != "STOPPING=1" {}
    assert_eq!(daemon.wait().unwrap().code(), Some(0));

    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = |words: &str| lines.iter().any(|line| line["message"].as_str() == Some(words));
    assert!(said("mentiond is ready") && said("a source could not be read") && said("mentiond has stopped"), "{log}");
    assert!(!log.contains("a@b.example"), "addresses of people stay out of the log");
}
