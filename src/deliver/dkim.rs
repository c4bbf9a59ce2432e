//! Signs mails for servers that send by themselves (DKIM, RFC 6376 and RFC 8463). The same mail has the same signature
//! on every attempt, since its time is that of the mail. Pure; never shows the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair as RsaPair;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::fault::SetupError;
use crate::config::DkimConfig;
use crate::model::{Instant, pem};

/// Headers that are signed where the mail has them. Who asks a recipient's server to unsubscribe has to sign that
/// (RFC 8058).
const SIGNED: [&str; 14] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "auto-submitted",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "reply-to",
];
/// Headers that nobody may add: they are signed once more than the mail has them.
const ONLY: [&str; 5] = ["from", "to", "subject", "date", "reply-to"];
/// Longest line of the signature.
const LINE: usize = 72;

/// Signs mails of a domain.
pub(super) struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaPair>),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    pub(super) fn new(config: &DkimConfig) -> Result<Self, SetupError> {
        let key = Key::read(&config.key).ok_or(SetupError::Dkim)?;
        Ok(Self { domain: config.domain.clone(), selector: config.selector.clone(), key })
    }

    /// What belongs into the DNS: the name, and the text of the record.
    pub(super) fn record(&self) -> (String, String) {
        let key = match &self.key {
            Key::Rsa(pair) => STANDARD.encode(public_key(pair.public_key().as_ref())),
            Key::Ed25519(pair) => STANDARD.encode(pair.public_key()),
        };
        let name = format!("{}._domainkey.{}", self.selector, self.domain);
        (name, format!("v=DKIM1; k={}; p={key}", self.key.name()))
    }

    /// The mail with its signature in front. A mail that cannot be signed leaves without one.
    pub(super) fn sign(&self, mail: &[u8], at: Instant) -> Vec<u8> {
        let (head, body) = split(mail);
        let fields = fields(head);
        let mut names = Vec::new();
        let mut signed = Vec::new();
        for name in SIGNED {
            // The last one first, as whoever verifies looks for them.
            let found: Vec<_> = fields.iter().rev().filter(|(known, _)| known == name).collect();
            names.extend(found.iter().map(|_| name));
            names.extend(ONLY.contains(&name).then_some(name));
            signed.extend(found.into_iter().flat_map(|(name, value)| [name.as_bytes(), b":", value, b"\r\n"].concat()));
        }
        let unsigned = format!(
            "v=1; a={}-sha256; c=relaxed/relaxed; d={};\r\n\ts={}; t={};\r\n\th={};\r\n\tbh={};\r\n\tb=",
            self.key.name(),
            self.domain,
            self.selector,
            at.timestamp(),
            folded(&names, ":"),
            STANDARD.encode(Sha256::digest(relaxed_body(body)))
        );
        signed.extend([b"dkim-signature:", relaxed(unsigned.as_bytes()).as_slice()].concat());
        let Some(signature) = self.key.sign(&signed) else { return mail.to_vec() };
        let coded = STANDARD.encode(signature);
        let lines: Vec<String> =
            coded.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        let header = format!("DKIM-Signature: {unsigned}{}\r\n", lines.join("\r\n\t"));
        [header.as_bytes(), mail].concat()
    }
}

impl Key {
    /// A PEM file as openssl writes it: RSA of at least 2048 bits, or Ed25519.
    fn read(pem: &SecretString) -> Option<Self> {
        let (label, der) = pem::first(pem.expose_secret())?;
        if label == "RSA PRIVATE KEY" {
            return RsaPair::from_der(&der).ok().map(|pair| Self::Rsa(Box::new(pair)));
        }
        let ed25519 = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok().map(Self::Ed25519);
        ed25519.or_else(|| RsaPair::from_pkcs8(&der).ok().map(|pair| Self::Rsa(Box::new(pair))))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa",
            Self::Ed25519(_) => "ed25519",
        }
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
                Some(signature)
            }
            // Ed25519 signs the hash (RFC 8463).
            Self::Ed25519(pair) => Some(pair.sign(&Sha256::digest(text)).as_ref().to_vec()),
        }
    }
}

/// The header and the body of a mail.
fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    let end = mail.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = mail.split_at(end.map_or(mail.len(), |end| end + 2));
    (head, body.strip_prefix(b"\r\n").unwrap_or(body))
}

/// The fields of a header by their names in small letters, each relaxed.
fn fields(head: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut whole: Vec<Vec<u8>> = Vec::new();
    for line in head.split(|byte| *byte == b'\n') {
        match whole.last_mut() {
            Some(field) if line.first().is_some_and(|byte| is_blank(*byte)) => field.extend(line),
            _ => whole.push(line.to_vec()),
        }
    }
    let parts = whole.iter().filter_map(|field| {
        let colon = field.iter().position(|byte| *byte == b':')?;
        let (name, value) = field.split_at_checked(colon)?;
        let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        Some((name, relaxed(value.strip_prefix(b":").unwrap_or(value))))
    });
    parts.collect()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// A text whose blanks, breaks included, are single spaces, with none around it (RFC 6376, 3.4.2).
fn relaxed(text: &[u8]) -> Vec<u8> {
    let words: Vec<&[u8]> = text.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty()).collect();
    words.join(&b' ')
}

/// The same for the lines of a body, without the empty ones at its end (RFC 6376, 3.4.4).
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = body.split(|byte| *byte == b'\n').map(relaxed_line).collect();
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines.into_iter().flat_map(|line| [line, b"\r\n".to_vec()].concat()).collect()
}

/// A line keeps that it begins with a blank.
fn relaxed_line(line: &[u8]) -> Vec<u8> {
    let indent: &[u8] = if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) { b" " } else { b"" };
    match relaxed(line).as_slice() {
        b"" => Vec::new(),
        words => [indent, words].concat(),
    }
}

/// Words in lines that are not too long.
fn folded(words: &[&str], between: &str) -> String {
    let mut text = String::new();
    let mut length = 0;
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        if length + word.len() > LINE {
            text.push_str("\r\n\t ");
            length = 0;
        }
        text.push_str(word);
        length += word.len() + between.len();
    }
    text
}

/// An RSA key as X.509 writes it: its algorithm, and the key as ring gives it (RFC 5280, 4.1.2.7).
fn public_key(key: &[u8]) -> Vec<u8> {
    /// `SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }`.
    const ALGORITHM: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = der(0x03, &[&[0], key].concat());
    der(0x30, &[ALGORITHM.as_slice(), &bits].concat())
}

/// A value with its tag and length before it.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let head = match (length.as_slice(), u8::try_from(length.len())) {
        ([short], _) if *short < 0x80 => vec![tag, *short],
        (_, Ok(bytes)) => [&[tag, 0x80 | bytes], length.as_slice()].concat(),
        (_, Err(_)) => vec![tag],
    };
    [head.as_slice(), value].concat()
}
