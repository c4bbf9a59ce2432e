//! A mail server that does what a test tells it to do wrong. Each connection has a thread; it ends when the client leaves.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mentiond::config::{MailConfig, SmtpConfig, SmtpSecurity};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::notices::mail;

/// Mails by a server at this port of this machine.
pub fn server(port: u16, security: SmtpSecurity) -> MailConfig {
    MailConfig { smtp: Some(smtp(port, security)), ..mail() }
}

/// A server at this port of this machine.
pub fn smtp(port: u16, security: SmtpSecurity) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security,
        username: None,
        password: None,
        timeout: Duration::from_secs(10),
        ca_file: None,
        connections: 4,
        rate: None,
    }
}

/// What the server does at a certain point instead of being friendly.
#[derive(Clone)]
pub enum Deed {
    /// Answers this line.
    Say(&'static str),
    /// Repeats what it heard, behind this code.
    Echo(&'static str),
    /// Answers a line that does not end.
    Babble,
    /// Answers nothing and keeps the connection open.
    Silence,
    /// Closes the connection.
    Leave,
}

/// Which points there are: `GREETING`, the verb of each command, `SPEAK` (once the mail may be said), `BODY` (in the middle
/// of the mail), `CONTENT` (after the mail, which counts as not accepted) and `ACCEPTED` (after the mail, which is kept).
#[derive(Clone, Default)]
pub struct Script {
    deeds: HashMap<&'static str, (Range<usize>, Deed)>,
    tls: Option<Arc<ServerConfig>>,
    implicit: bool,
    mechanisms: &'static str,
}

impl Script {
    /// Always.
    pub fn at(self, point: &'static str, deed: Deed) -> Self {
        self.during(0..usize::MAX, point, deed)
    }

    /// Only when a client comes there for one of these times, counted from 0 over all connections.
    pub fn during(mut self, times: Range<usize>, point: &'static str, deed: Deed) -> Self {
        self.deeds.insert(point, (times, deed));
        self
    }

    /// Offers a login.
    pub fn login(mut self, mechanisms: &'static str) -> Self {
        self.mechanisms = mechanisms;
        self
    }

    pub fn starttls(mut self, config: Arc<ServerConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    pub fn tls(self, config: Arc<ServerConfig>) -> Self {
        Self { implicit: true, ..self.starttls(config) }
    }
}

#[derive(Default)]
struct Heard {
    connections: usize,
    commands: Vec<String>,
    mails: Vec<Vec<u8>>,
    /// How often a client came to each point.
    visits: HashMap<&'static str, usize>,
}

/// The running server.
pub struct Stub {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
}

impl Stub {
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let ears = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                ears.lock().unwrap().connections += 1;
                let talk = Talk { script: script.clone(), heard: Arc::clone(&ears) };
                std::thread::spawn(move || talk.serve(stream));
            }
        });
        Self { port, heard }
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.heard.lock().unwrap().connections
    }

    /// Everything that clients said, `TLS` where a connection became protected.
    pub fn commands(&self) -> Vec<String> {
        self.heard.lock().unwrap().commands.clone()
    }

    /// The same once the client has said goodbye, which it does after the outcome is known; waits at most 5 s.
    pub fn commands_until_quit(&self) -> Vec<String> {
        for _ in 0..500 {
            let commands = self.commands();
            if commands.last().is_some_and(|command| command == "QUIT") {
                return commands;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.commands()
    }

    /// The mails accepted.
    pub fn mails(&self) -> Vec<Vec<u8>> {
        self.heard.lock().unwrap().mails.clone()
    }
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

struct Talk {
    script: Script,
    heard: Arc<Mutex<Heard>>,
}

impl Talk {
    /// An error means that the client has left.
    fn serve(&self, stream: TcpStream) -> Option<()> {
        if self.script.implicit {
            let mut stream = self.protect(stream)?;
            self.greet(&mut stream)?;
            self.converse(&mut stream)?;
            return Some(());
        }
        let mut stream = stream;
        self.greet(&mut stream)?;
        if self.converse(&mut stream)? == "STARTTLS" {
            self.converse(&mut self.protect(stream)?)?;
        }
        Some(())
    }

    fn protect(&self, stream: TcpStream) -> Option<StreamOwned<ServerConnection, TcpStream>> {
        let connection = ServerConnection::new(self.script.tls.clone()?).ok()?;
        self.heard.lock().unwrap().commands.push("TLS".to_owned());
        Some(StreamOwned::new(connection, stream))
    }

    fn greet(&self, stream: &mut dyn Stream) -> Option<()> {
        self.act(stream, "GREETING", "", "220 stub ESMTP").map(drop)
    }

    /// Ends after `QUIT` and before TLS begins, and names that command.
    fn converse(&self, stream: &mut dyn Stream) -> Option<String> {
        loop {
            let line = read_line(stream)?;
            self.heard.lock().unwrap().commands.push(line.clone());
            let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
            let offers = if self.script.tls.is_some() && !self.script.implicit { "250-STARTTLS\r\n" } else { "" };
            let hello = match self.script.mechanisms {
                "" => format!("250-stub\r\n{offers}250 8BITMIME"),
                mechanisms => format!("250-stub\r\n{offers}250-AUTH {mechanisms}\r\n250 8BITMIME"),
            };
            let friendly = match verb.as_str() {
                "EHLO" => hello.as_str(),
                "STARTTLS" => "220 go ahead",
                "AUTH" => "235 welcome",
                "DATA" => "354 speak",
                "QUIT" => "221 bye",
                _ => "250 fine",
            };
            let point = POINTS.into_iter().find(|point| *point == verb).unwrap_or("OTHER");
            let was_friendly = self.act(stream, point, &line, friendly)?;
            match point {
                "DATA" if was_friendly => self.accept(stream)?,
                "QUIT" | "STARTTLS" => return Some(verb),
                _ => {}
            }
        }
    }

    fn accept(&self, stream: &mut dyn Stream) -> Option<()> {
        self.perform(stream, self.deed("SPEAK"))?;
        let in_the_middle = self.deed("BODY");
        let mut mail = Vec::new();
        while !mail.ends_with(b"\r\n.\r\n") {
            mail.push(read_byte(stream)?);
            if mail.len() == 300 {
                self.perform(stream, in_the_middle.clone())?;
            }
        }
        mail.truncate(mail.len() - 3);
        if let Some(deed) = self.deed("CONTENT") {
            return self.perform(stream, Some(deed));
        }
        self.heard.lock().unwrap().mails.push(mail);
        self.act(stream, "ACCEPTED", "", "250 queued").map(drop)
    }

    /// What is to be done this time.
    fn deed(&self, point: &'static str) -> Option<Deed> {
        let mut heard = self.heard.lock().unwrap();
        let visits = heard.visits.entry(point).or_default();
        let time = *visits;
        *visits += 1;
        self.script.deeds.get(point).filter(|(times, _)| times.contains(&time)).map(|(_, deed)| deed.clone())
    }

    /// Whether it was friendly.
    fn act(&self, stream: &mut dyn Stream, point: &'static str, heard: &str, friendly: &str) -> Option<bool> {
        match self.deed(point) {
            None => say(stream, friendly)?,
            Some(Deed::Echo(code)) => {
                say(stream, &format!("{code} {heard}"))?;
                return Some(false);
            }
            Some(deed) => {
                self.perform(stream, Some(deed))?;
                return Some(false);
            }
        }
        Some(true)
    }

    fn perform(&self, stream: &mut dyn Stream, deed: Option<Deed>) -> Option<()> {
        match deed {
            None => Some(()),
            Some(Deed::Say(line) | Deed::Echo(line)) => say(stream, line),
            Some(Deed::Leave) => None,
            Some(Deed::Babble) => loop {
                stream.write_all(&[b'2'; 4096]).ok()?;
            },
            Some(Deed::Silence) => loop {
                read_byte(stream)?;
            },
        }
    }
}

/// The commands at which a script may do something.
const POINTS: [&str; 8] = ["EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "QUIT"];

fn say(stream: &mut dyn Stream, line: &str) -> Option<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
    stream.flush().ok()
}

fn read_byte(stream: &mut dyn Stream) -> Option<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte).ok()?;
    Some(byte[0])
}

fn read_line(stream: &mut dyn Stream) -> Option<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(read_byte(stream)?);
    }
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}
