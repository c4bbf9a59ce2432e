//! Addresses with names in braces that are replaced when they are asked for: in the path, and in the values of
//! parameters. Pure.

use url::Url;

/// What stands around a name.
const IN_QUERY: (&str, &str) = ("{", "}");
/// The same in a path.
const IN_PATH: (&str, &str) = ("%7B", "%7D");
/// Longest name, in bytes.
const LONGEST: usize = 30;

/// The names in braces, where they are replaced.
#[must_use]
pub fn names(template: &Url) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |name: &str| {
        found.extend(is_name(name).then(|| name.to_owned()));
        None
    };
    replace(template.path(), IN_PATH, &mut note);
    template.query_pairs().for_each(|(_, value)| drop(replace(&value, IN_QUERY, &mut note)));
    found
}

/// The names in braces where nothing replaces them: in the names of parameters, and behind `#`.
#[must_use]
pub fn misplaced(template: &Url) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |name: &str| {
        found.extend(is_name(name).then(|| name.to_owned()));
        None
    };
    template.query_pairs().for_each(|(name, _)| drop(replace(&name, IN_QUERY, &mut note)));
    replace(&template.fragment().unwrap_or_default().replace("%7B", "{").replace("%7D", "}"), IN_QUERY, &mut note);
    found
}

/// The address with values in place of their names; what has no value stays as it is. A parameter that is nothing but an
/// empty value is left out.
#[must_use]
pub fn filled(template: &Url, value: impl Fn(&str) -> Option<String>) -> Url {
    let mut url = template.clone();
    url.set_path(&replace(template.path(), IN_PATH, &mut |name| Some(segment(template, &value(name)?))));
    let parameters: Vec<(String, String)> = template
        .query_pairs()
        .map(|(name, written)| {
            (name.into_owned(), replace(&written, IN_QUERY, &mut |name| value(name)), written.is_empty())
        })
        .filter(|(_, value, was_empty)| *was_empty || !value.is_empty())
        .map(|(name, value, _)| (name, value))
        .collect();
    url.set_query(None);
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    url
}

/// Each name is replaced once: what stands in for it is never looked at.
fn replace(text: &str, (open, close): (&str, &str), value: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let (mut whole, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once(open) {
        whole.push_str(before);
        match behind.split_once(close).and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                whole.push_str(&value);
                rest = after;
            }
            None => {
                whole.push_str(open);
                rest = behind;
            }
        }
    }
    whole.push_str(rest);
    whole
}

fn is_name(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// A value as a segment of a path has it.
fn segment(template: &Url, value: &str) -> String {
    let mut url = template.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().push(value);
    }
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn with(template: &str, values: &[(&str, &str)]) -> String {
        let value = |name: &str| values.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        filled(&url(template), value).to_string()
    }

    #[test]
    fn names_are_found_where_they_are_replaced_and_where_not() {
        let template = url("https://x.example/{place}/y?q={term}+{other}&{since}=1&f=%7B%22a%22:1%7D&open={#/{page}");
        assert_eq!(names(&template), ["place", "term", "other"]);
        assert_eq!(misplaced(&template), ["since", "page"]);
    }

    #[test]
    fn a_value_is_never_taken_for_a_name() {
        let values = [("term", "{since} {term}"), ("since", "2026"), ("place", "a/{term}")];
        assert_eq!(
            with("https://x.example/{place}?q={term}&from={since}&{=}&x={a{since}}", &values),
            "https://x.example/a%2F%7Bterm%7D?q=%7Bsince%7D+%7Bterm%7D&from=2026&%7B=%7D&x=%7Ba2026%7D"
        );
        assert_eq!(
            with("https://x.example/?q={term}&from={since}&e=", &[("since", "")]),
            "https://x.example/?q=%7Bterm%7D&e="
        );
    }

    #[test]
    fn a_path_keeps_its_own_coding_and_gets_values_coded_once() {
        for (value, expected) in [("50% off", "/a%20b/50%25%20off/c"), ("a/b", "/a%20b/a%2Fb/c"), ("..", "/a%20b//c")] {
            let shown = with("https://x.example/a%20b/{term}/c", &[("term", value)]);
            assert_eq!(shown, format!("https://x.example{expected}"), "{value}");
        }
    }
}
