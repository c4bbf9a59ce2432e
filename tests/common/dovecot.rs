//! Dovecot, as Debian packages it, with a folder of its own and a certificate that nobody else knows. It needs no root:
//! where root runs the tests, it runs as `nobody`. `tests/run.sh` installs it where the tests run by themselves.

use std::fs::File;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use super::daemon::{command, mentiond_with};

pub const PASSWORD: &str = "geheim & \"Ø\"";
const PROGRAM: &str = "/usr/sbin/dovecot";

/// The running server; it ends with this value.
pub struct Dovecot {
    /// TLS from the first byte.
    pub port: u16,
    /// TLS that is begun later.
    pub plain_port: u16,
    dir: PathBuf,
    owner: String,
    process: Child,
}

fn said(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Dovecot {
    /// `None` where it is not installed; in CI that is a failure.
    pub fn start(dir: &Path) -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            assert!(std::env::var("CI").is_err(), "dovecot is missing; hint: run `bash tests/run.sh`");
            eprintln!(
                "Dovecot is missing, so nothing was tested; hint: install `dovecot-imapd`, or run `bash tests/run.sh`"
            );
            return None;
        }
        let is_root = said("id", "-u") == "0";
        let (user, group) =
            if is_root { ("nobody".to_owned(), "nogroup".to_owned()) } else { (said("id", "-un"), said("id", "-gn")) };
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(dir.join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(dir.join("password"), PASSWORD).unwrap();
        let dir = dir.join("dovecot");
        for folder in ["run", "mail/new", "mail/cur", "mail/tmp", "home"] {
            std::fs::create_dir_all(dir.join(folder)).unwrap();
        }
        std::fs::write(dir.join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        // `{{` in a format is one brace.
        let (port, plain_port, at) = (free_port(), free_port(), dir.display());
        let text = format!(
            "base_dir = {at}/run\nstate_dir = {at}/run\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
             ssl = required\nssl_cert = <{at}/cert.pem\nssl_key = <{at}/key.pem\nmail_location = maildir:{at}/mail\n\
             first_valid_uid = 1\nfirst_valid_gid = 1\nauth_mechanisms = plain\nmail_max_userip_connections = 100\n\
             auth_failure_delay = 0\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN {at}/users\n}}\n\
             userdb {{\n driver = static\n args = uid={user} gid={group} home={at}/home\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {plain_port}\n }}\n \
             inet_listener imaps {{\n port = {port}\n ssl = yes\n }}\n}}\nservice anvil {{\n chroot =\n}}\n"
        );
        std::fs::write(dir.join("dovecot.conf"), text).unwrap();
        std::fs::write(dir.join("users"), format!("anna@skiphop.example:{{PLAIN}}{PASSWORD}::::::\n")).unwrap();
        let owner = format!("{user}:{group}");
        own(&owner, &dir);
        let mut program = Command::new(if is_root { "setpriv" } else { PROGRAM });
        if is_root {
            // Whoever serves the mails has to reach them.
            Command::new("chmod").arg("755").arg(dir.parent().unwrap()).status().unwrap();
            program.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", PROGRAM]);
        }
        let log = File::create(dir.join("console")).unwrap();
        let process = program
            .args(["-F", "-c", dir.join("dovecot.conf").to_str().unwrap()])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Self { port, plain_port, dir, owner, process };
        for _ in 0..400 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("Dovecot does not listen: {}", server.log());
    }

    pub fn log(&self) -> String {
        let read = |name| std::fs::read_to_string(self.dir.join(name)).unwrap_or_default();
        read("console") + &read("log")
    }

    /// The Maildir of a folder, as Dovecot names it: `""` is the inbox.
    pub fn maildir(&self, folder: &str) -> PathBuf {
        if folder.is_empty() { self.dir.join("mail") } else { self.dir.join("mail").join(format!(".{folder}")) }
    }

    /// Puts mails into a folder, as a mail server does. They are named in the order in which they arrive.
    pub fn deliver(&self, folder: &str, mails: impl IntoIterator<Item = String>) {
        self.put(folder, mails, |_| {});
    }

    /// The same with a mail that arrived then.
    pub fn deliver_at(&self, folder: &str, mail: String, at: SystemTime) {
        self.put(folder, [mail], |file| file.set_modified(at).unwrap());
    }

    fn put(&self, folder: &str, mails: impl IntoIterator<Item = String>, arrive: impl Fn(&File)) {
        let maildir = self.maildir(folder);
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(maildir.join(part)).unwrap();
        }
        let before = maildir.join("new").read_dir().unwrap().count();
        for (number, mail) in mails.into_iter().enumerate() {
            let name = format!("17900{:05}.M1P1.localhost", before + number);
            let mut file = File::create(maildir.join("tmp").join(&name)).unwrap();
            file.write_all(mail.as_bytes()).unwrap();
            arrive(&file);
            own(&self.owner, &maildir.join("tmp").join(&name));
            std::fs::rename(maildir.join("tmp").join(&name), maildir.join("new").join(&name)).unwrap();
        }
        own(&self.owner, &maildir);
    }

    /// Forgets the numbers of all mails in a folder.
    pub fn number_anew(&self, folder: &str) {
        let index = self.maildir(folder).read_dir().unwrap().map(|file| file.unwrap().path());
        let is_index = |file: &PathBuf| {
            let name = file.file_name().unwrap().to_str().unwrap();
            name.starts_with("dovecot.index") || name == "dovecot-uidlist"
        };
        let known: Vec<PathBuf> = index.filter(is_index).collect();
        assert!(!known.is_empty(), "the folder was never opened");
        known.iter().for_each(|file| std::fs::remove_file(file).unwrap());
        // Numbers begin with the second in which they are given.
        std::thread::sleep(Duration::from_millis(1_100));
    }

    /// A configuration that reads these folders through this port.
    pub fn configure(&self, port: u16, more: &str) {
        let text = format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n\n\
             [mail]\nfrom = \"mentiond <mentiond@skiphop.example>\"\ndir = \"mails\"\n\n\
             [fetch]\nhost_gap = \"0s\"\n\n[alert]\ngroup_wait = \"1s\"\ngroup_interval = \"1s\"\n\n\
             [[brand]]\nname = \"Skip Hop\"\n\n\
             [[source]]\nname = \"mail\"\nkind = \"imap\"\nurl = \"imaps://localhost:{port}\"\ninterval = \"1s\"\n\
             account = \"anna@skiphop.example\"\ntoken_file = \"password\"\nallow_private = true\n{more}\n"
        );
        std::fs::write(self.home().join("mentiond.toml"), text).unwrap();
    }

    /// Where mentiond has its configuration.
    pub fn home(&self) -> &Path {
        self.dir.parent().unwrap()
    }

    /// Trusts the certificate of this server and no other.
    pub fn trust(&self) -> [(&'static str, String); 1] {
        [("SSL_CERT_FILE", self.home().join("cert.pem").display().to_string())]
    }

    /// What `mentiond poll-once` says, without the name of the source.
    pub fn poll(&self) -> String {
        let output = mentiond_with(self.home(), &["poll-once", "--source", "mail"], &self.trust());
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        said.replace("source `mail`: ", "").trim_end().to_owned()
    }

    /// The same, of somebody who trusts only whom the system trusts.
    pub fn poll_untrusting(&self) -> String {
        let output = command(self.home(), &["poll-once", "--source", "mail"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

fn own(owner: &str, path: &Path) {
    assert!(Command::new("chown").arg("-R").arg(owner).arg(path).status().unwrap().success());
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Its parts end with it.
        let _ = Command::new("kill").args(["-s", "TERM", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}
