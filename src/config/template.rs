//! The address of a JSON API: what stands in braces in it is replaced when it is asked. Finds what is left open, and what
//! is given and never used. Never shows the value of a parameter.

use super::fault::{Findings, Place};
use super::json_api::looks_secret;
use super::words::shown;
use crate::model::json_api::Paging;
use crate::model::{Source, suggest, template};

/// What may stand in braces.
const PLACEHOLDERS: [&str; 8] = ["term", "place", "page", "cursor", "offset", "since", "since_unix", "since_date"];
/// Those by which pages follow each other,
const PAGES: [&str; 3] = ["page", "offset", "cursor"];
/// and those that say from when on something is new.
const SINCE: [&str; 3] = ["since", "since_unix", "since_date"];

/// Where the keys stand that the address has to do with.
pub(super) struct Keys {
    pub(super) source: Place,
    pub(super) url: Option<Place>,
    pub(super) terms: Option<Place>,
    pub(super) places: Option<Place>,
}

/// Compares the address with the rest of the source.
pub(super) fn check(source: &Source, keys: &Keys, findings: &mut Findings) {
    let (Some(api), Some(at)) = (&source.json, &keys.url) else { return };
    let used = template::names(&source.url);
    for name in used.iter().filter(|name| !PLACEHOLDERS.contains(&name.as_str())) {
        let hint = match suggest::nearest(name, PLACEHOLDERS) {
            Some(meant) => format!("did you mean `{{{meant}}}`?"),
            None => format!("allowed: {}", PLACEHOLDERS.map(|name| format!("`{{{name}}}`")).join(", ")),
        };
        findings.add(at, format!("nothing is known that could replace `{{{name}}}`"), hint);
    }
    for name in template::misplaced(&source.url) {
        let message = format!("`{{{name}}}` is not replaced where it stands, in the name of a parameter or behind `#`");
        findings.add(at, message, format!("write it as a value, for instance `?{name}={{{name}}}`, or into the path"));
    }
    refuse_secrets(source, at, findings);
    let uses = |name: &str| used.iter().any(|used| used == name);
    if uses("place") && source.places.is_empty() {
        let message = "the address has `{place}` in it, and no place is named: nothing would be asked";
        findings.add_absence(&keys.source.child("places"), message, "for instance `places = [\"news\"]`");
    }
    let paging = match api.paging {
        Paging::Page { .. } => Some("page"),
        Paging::Offset { .. } => Some("offset"),
        Paging::Cursor(_) => Some("cursor"),
        Paging::None | Paging::Address(_) | Paging::Link => None,
    };
    let needed = [
        (keys.terms.as_ref().filter(|_| !source.terms.is_empty()), Some("term")),
        (keys.places.as_ref().filter(|_| !source.places.is_empty()), Some("place")),
        (Some(at), paging),
    ];
    for (place, name) in needed {
        if let (Some(place), Some(name)) = (place, name.filter(|name| !uses(name))) {
            let message = format!("`{{{name}}}` is missing in the address, so that every request would be the same");
            findings.add(place, message, format!("write it into `url`, for instance `?{name}={{{name}}}`"));
        }
    }
    for name in PAGES.into_iter().filter(|name| uses(name) && paging != Some(*name)) {
        let message = format!("`{{{name}}}` stands in the address, and nothing says that pages follow each other so");
        findings.add(at, message, format!("write `paging = \"{name}\"` below `[source.json]`, or take it out"));
    }
    if let Some(name) = SINCE.into_iter().find(|name| uses(name) && api.fields.published.is_none()) {
        let message = format!("`{{{name}}}` would never change: only dates tell from when on something is new");
        findings.add(
            at,
            message,
            "say below `[source.json]` where they stand, for instance `published = \"/created_at\"`",
        );
    }
}

/// Addresses are shown in logs and in faults.
fn refuse_secrets(source: &Source, at: &Place, findings: &mut Findings) {
    let parameters = source.url.query_pairs();
    for (name, _) in parameters.filter(|(name, value)| looks_secret(name, value)) {
        let message = format!("the parameter {} looks like a secret, and the address may be seen", shown(&name));
        let hint = match source.token {
            None => format!("take it out, write `token_in = \"parameter {name}\"`, and the secret into `token_file`"),
            Some(_) => {
                format!("take it out, and name it in `[[source.json.secret]]`: `secret_in = \"parameter {name}\"`")
            }
        };
        findings.add(at, message, hint);
    }
}
