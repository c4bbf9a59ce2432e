//! The kinds of sources in words, made from their profiles: for the terminal, and as the table of the README.

use std::io;

use crate::cli::layout::write_text;
use crate::cli::print::say;
use crate::model::SourceKind;
use crate::model::kinds::{Address, Asks, Keep, Profile, Token};
use crate::model::units::duration_text;

/// Networks that are not read, each with the reason.
const NOT_READ: [(&str, &str); 5] = [
    ("TikTok", "its research API is for non-profit research only"),
    ("LinkedIn", "there is no search of mentions; the API for one's own page is granted after a review of the company"),
    ("Tripadvisor", "nothing of its reviews may be stored"),
    ("Facebook beyond your own pages", "nobody may search public posts"),
    ("X without credits", "there is no free search any more; `x` needs prepaid credits"),
];

/// Columns of the words in front of a text.
const MARGIN: usize = 8;

/// Every kind in a few lines.
pub(super) fn print() -> io::Result<()> {
    for kind in SourceKind::ALL {
        let profile = kind.profile();
        say!("{} ({})", profile.word, profile.name)?;
        let told = [("sees", profile.sees.to_owned()), ("needs", needs(profile)), ("limits", limits(profile))];
        for (what, text) in told {
            let mut line = format!("  {what:<MARGIN$}");
            write_text(&mut line, MARGIN + 2, &text, Vec::new());
            say!("{line}")?;
        }
    }
    say!("\nNot read:")?;
    for (name, why) in NOT_READ {
        let mut line = "  ".to_owned();
        write_text(&mut line, 4, &format!("{name}: {why}"), Vec::new());
        say!("{line}")?;
    }
    Ok(())
}

/// The table of the README.
pub(super) fn print_table() -> io::Result<()> {
    say!("{}", table())
}

fn table() -> String {
    let mut rows = vec!["| kind | sees | needs | limits | contract |".to_owned(), "|---|---|---|---|---|".to_owned()];
    rows.extend(SourceKind::ALL.iter().map(|kind| {
        let profile = kind.profile();
        let (word, confidence) = (profile.word, profile.confidence.as_str());
        format!("| `{word}` | {} | {} | {} | {confidence} |", profile.sees, needs(profile), limits(profile))
    }));
    let not_read = NOT_READ.map(|(name, why)| format!("{name} ({why})")).join("; ");
    format!("{}\n\nNot read: {not_read}.", rows.join("\n"))
}

/// What has to be configured.
fn needs(profile: &Profile) -> String {
    let address = match profile.address {
        Address::Own(_) => Some("`url`".to_owned()),
        Address::Known(_) => None,
    };
    let asked = match profile.asks {
        Asks::Document | Asks::Terms | Asks::Tags => None,
        Asks::Places(places) => Some(format!("`places`: {}", places.what)),
        Asks::SomePlaces(places) | Asks::TermsInPlaces(places) => Some(format!("optionally `places`: {}", places.what)),
    };
    let token = match profile.token {
        Token::None => None,
        Token::Optional(what) => Some(format!("optionally a token: {what}")),
        Token::Password(what) => Some(format!("a password: {what}")),
        Token::Needed(what) | Token::Document(what) => Some(format!("a token: {what}")),
    };
    let account = profile.account.map(|what| format!("`account`: {what}"));
    let all: Vec<String> = [address, asked, token, account].into_iter().flatten().collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
}

/// What it cannot see or do, and what it costs.
fn limits(profile: &Profile) -> String {
    let keep = match profile.keep {
        Keep::AsConfigured => None,
        Keep::AtMost(time) => Some(format!("kept for {} at most", duration_text(time))),
    };
    let price = Some(profile.dollars_per_thousand)
        .filter(|price| *price > 0.0)
        .map(|price| format!("about {price} US dollars for a thousand entries"));
    [Some(profile.limits.to_owned()), keep, price].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renew it with `mentiond sources --format markdown`.
    #[test]
    fn the_readme_has_the_table() {
        let readme = include_str!("../../../README.md");
        let between =
            readme.split_once("<!-- sources -->\n").and_then(|(_, rest)| rest.split_once("\n<!-- end of sources -->"));
        assert_eq!(between.map(|(table, _)| table), Some(table().as_str()));
    }
}
