//! What the command line and the lists of other programs say of a source, held to what the same is held to in a
//! configuration.

use std::path::Path;

use secrecy::SecretString;
use url::Url;

use super::addresses::{Listened, Tag, fitting, is_open};
use super::content;
use super::secret;
use super::words::{Country, Line, Word, Wrong};
use crate::model::kinds::Token;
use crate::model::{Language, SourceKind};

/// The address of a source of this kind.
///
/// # Errors
/// Why it can be none.
pub fn source_address(kind: SourceKind, text: &str) -> Result<Url, Wrong> {
    fitting(kind.profile().address, <Listened as Word>::parse(text)?.0)
}

/// A name, a word or a place.
///
/// # Errors
/// Why it can be none.
pub fn line(text: &str) -> Result<String, Wrong> {
    <Line as Word>::parse(text).map(|line| line.0)
}

/// A tag, without its `#`.
///
/// # Errors
/// Why it can be none.
pub fn tag(text: &str) -> Result<String, Wrong> {
    <Tag as Word>::parse(text).map(|tag| tag.0)
}

/// A language.
///
/// # Errors
/// Why it can be none.
pub fn language(text: &str) -> Result<Language, Wrong> {
    <Language as Word>::parse(text)
}

/// A country, in small letters.
///
/// # Errors
/// Why it can be none.
pub fn country(text: &str) -> Result<String, Wrong> {
    <Country as Word>::parse(text).map(|country| country.0)
}

/// The secret that a source with such a token, at that address, is asked with.
///
/// # Errors
/// Why it can be none, or may not be sent there.
pub fn token(kind: Token, from: TokenFrom<'_>, url: Option<&Url>) -> Result<SecretString, Wrong> {
    let text = match from {
        TokenFrom::File(path) => content::text(path, secret::LARGEST),
        TokenFrom::Text(text) => Ok(text.to_owned()),
    };
    let token = secret::fitting(text, secret::fits(kind)).map_err(|message| Wrong::new(message, secret::ALONE))?;
    if url.is_some_and(is_open) {
        return Err(Wrong::new("the token would cross the network in the clear", "write the address with `https://`"));
    }
    Ok(token)
}

/// Where a secret comes from.
#[derive(Clone, Copy)]
pub enum TokenFrom<'a> {
    /// A file that holds it and nothing else.
    File(&'a Path),
    /// Itself.
    Text(&'a str),
}
