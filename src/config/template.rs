//! The address of a JSON API: what stands in braces in it is replaced when it is asked. Finds what is left open, and what
//! is given and never used.

use url::Url;

use super::fault::{Findings, Place};
use crate::model::Source;
use crate::model::json_api::Paging;
use crate::model::suggest;

/// What may stand in braces.
const PLACEHOLDERS: [&str; 8] = ["term", "place", "page", "cursor", "offset", "since", "since_unix", "since_date"];

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
    let used = placeholders(&source.url);
    for name in used.iter().filter(|name| !PLACEHOLDERS.contains(&name.as_str())) {
        let hint = match suggest::nearest(name, PLACEHOLDERS) {
            Some(meant) => format!("did you mean `{{{meant}}}`?"),
            None => format!("allowed: {}", PLACEHOLDERS.map(|name| format!("`{{{name}}}`")).join(", ")),
        };
        findings.add(at, format!("nothing is known that could replace `{{{name}}}`"), hint);
    }
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
}

/// The names in braces, where they would be replaced: in the path, and in the values of parameters.
fn placeholders(url: &Url) -> Vec<String> {
    let path = url.path().replace("%7B", "{").replace("%7D", "}");
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    let is_name = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let names = |text: String| -> Vec<String> {
        let opened = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        opened.filter(is_name).map(str::to_owned).collect()
    };
    std::iter::once(path).chain(values).flat_map(names).collect()
}
