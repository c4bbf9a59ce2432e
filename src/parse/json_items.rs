//! The items of a JSON Feed that is broken as a whole, each read for itself. Never looks into an item, and reads the document
//! once.

use serde_json::Value;

/// What can be read of a broken document.
#[derive(Debug, Default)]
pub(super) struct Salvaged {
    /// What stands beside the items, if that can be read.
    pub(super) head: Value,
    /// The items that can be read.
    pub(super) items: Vec<Value>,
    /// What is lost, in plain words.
    pub(super) problems: Vec<String>,
}

/// Reads item by item; `None` if there is no list of items.
pub(super) fn salvage(document: &str) -> Option<Salvaged> {
    let mut scan = Scan::default();
    for (at, byte) in document.bytes().enumerate() {
        if scan.step(document, at, byte).is_none() {
            break;
        }
    }
    let start = scan.list?;
    let items: Vec<Value> = scan.items.iter().filter_map(|item| serde_json::from_str(item).ok()).collect();
    let before = document.get(..start).unwrap_or_default();
    let after = scan.list_end.and_then(|end| document.get(end..)).unwrap_or("]}");
    let broken = scan.items.len() - items.len();
    let mut problems = Vec::new();
    if broken > 0 {
        problems.push(format!("{broken} of {} items cannot be read and were left out", scan.items.len()));
    }
    if scan.list_end.is_none() {
        problems.push(format!("the document ends behind item {}; what stood behind that is lost", scan.items.len()));
    }
    Some(Salvaged { head: serde_json::from_str(&format!("{before}{after}")).unwrap_or_default(), items, problems })
}

#[derive(Default)]
struct Scan<'text> {
    depth: usize,
    /// Where the open string starts.
    string: Option<usize>,
    is_escaped: bool,
    /// Whether the last string was the name of the list.
    is_named: bool,
    /// Where the list starts, behind its bracket, and where it ends, at its bracket.
    list: Option<usize>,
    list_end: Option<usize>,
    item: Option<usize>,
    items: Vec<&'text str>,
}

impl<'text> Scan<'text> {
    /// Goes on by one byte; `None` when the list has ended.
    fn step(&mut self, document: &'text str, at: usize, byte: u8) -> Option<()> {
        if let Some(start) = self.string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.is_named = self.depth == 1 && document.get(start..at) == Some("items");
                    self.string = None;
                }
                _ => {}
            }
            return Some(());
        }
        match byte {
            b'"' => self.string = Some(at + 1),
            b'{' | b'[' => {
                if byte == b'[' && self.is_named && self.depth == 1 && self.list.is_none() {
                    self.list = Some(at + 1);
                } else if self.list.is_some() && self.depth == 2 {
                    self.item = Some(at);
                }
                self.depth += 1;
            }
            b'}' | b']' => {
                self.depth = self.depth.checked_sub(1)?;
                if self.list.is_some() && self.depth == 2 {
                    self.items.extend(self.item.take().and_then(|start| document.get(start..=at)));
                } else if self.list.is_some() && self.depth == 1 {
                    self.list_end = Some(at);
                    return None;
                }
            }
            b':' | b' ' | b'\n' | b'\r' | b'\t' => return Some(()),
            _ => {}
        }
        self.is_named &= byte == b'"';
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::salvage;

    #[test]
    fn items_are_read_one_by_one() {
        for (document, items, problems) in [
            (r#"{"a": {"items": [9]}, "items": [{"id": 1}, {"id": "]}\"{"}], "z": 1}"#, 2, 0),
            (r#"{"items" : [{"id": 1}, {"id": nope}, {"id": 3}]}"#, 2, 1),
            (r#"{"items": [{"id": 1}, {"id": [{"x": 2}], "title": "cut"#, 1, 1),
            (r#"{"items": [{"id": 1}"#, 1, 1),
            (r#"{"items": ["#, 0, 1),
            (r#"{"items": []"#, 0, 0),
        ] {
            let salvaged = salvage(document).unwrap();
            assert_eq!((salvaged.items.len(), salvaged.problems.len()), (items, problems), "{document} {salvaged:?}");
        }
        let head = salvage(r#"{"title": "t", "items": [{"id": 1}, {"id": }], "language": "de"}"#).unwrap().head;
        assert_eq!((head["title"].as_str(), head["language"].as_str()), (Some("t"), Some("de")));
        for document in ["{}", "{\"items\": 5}", "{\"a\": [1]}", "{\"items\": 1, \"b\": [{}]}", ""] {
            assert!(salvage(document).is_none(), "{document}");
        }
    }
}
