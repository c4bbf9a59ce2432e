//! Documents that are not quite what was promised.

use serde_json::Value;

/// Items of a list that are broken; the others are like them.
const ITEMS: usize = 3;

/// The document with one field after the other missing, null, or a number, text, list or object.
pub fn broken(document: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    collect(document, String::new(), &mut paths);
    let instead = [Value::Null, Value::from(-1), Value::from("x"), Value::Array(Vec::new()), serde_json::json!({})];
    let mut all = instead.to_vec();
    for (path, name) in paths {
        let mut without = document.clone();
        match without.pointer_mut(&path).unwrap() {
            Value::Object(fields) => drop(fields.remove(&name)),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => panic!("{path}"),
        }
        all.push(without);
        for value in &instead {
            let mut changed = document.clone();
            *changed.pointer_mut(&format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))).unwrap() =
                value.clone();
            all.push(changed);
        }
    }
    all
}

fn collect(value: &Value, path: String, paths: &mut Vec<(String, String)>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().take(ITEMS).enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => return,
    };
    for (name, child) in children {
        paths.push((path.clone(), name.clone()));
        collect(child, format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), paths);
    }
}
