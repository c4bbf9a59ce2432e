//! Who may import whom, held by reading the sources: the table stands in the crate documentation of `src/lib.rs`.
//! The checker is a function of paths and texts, and is itself tested on small bad samples.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const ROOTS: [&str; 2] = ["src/lib.rs", "src/main.rs"];
const LONGEST: usize = 400;
/// Modules up to this level do no I/O, but for those that are there to do it.
const PURE_LEVEL: u32 = 2;
const IMPURE: [&str; 4] = ["store", "deliver", "fetch", "clock"];
/// Addresses are values, so of `std::net` only what opens something.
const IO: [&str; 8] = [
    "tokio::net",
    "std::fs",
    "std::net::TcpStream",
    "std::net::TcpListener",
    "std::net::UdpSocket",
    "std::net::ToSocketAddrs",
    "reqwest",
    "sqlx",
];

/// A row's level and what its modules may import.
type Table = BTreeMap<String, (u32, BTreeSet<String>)>;

/// Reads the table of the crate documentation. `X (Y only)` is allowed to `Y` alone, `everything above` is every module.
fn table(lib: &str) -> Table {
    let rows: Vec<Vec<&str>> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("//! |"))
        .map(|line| line.split('|').map(str::trim).collect())
        .filter(|row: &Vec<&str>| row[0].parse::<u32>().is_ok())
        .collect();
    let names = |cell: &str| cell.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>();
    let everything: Vec<String> = rows.iter().flat_map(|row| names(row[1])).collect();
    let mut table = Table::new();
    for row in &rows {
        let allowed = if row[2] == "everything above" { everything.clone() } else { names(row[2]) };
        for module in names(row[1]) {
            let only = format!("({module} only)");
            let may = allowed.iter().filter_map(|name| match name.split_once(' ') {
                None => Some(name.clone()),
                Some((name, whose)) => (whose == only).then(|| name.to_owned()),
            });
            table.insert(module.clone(), (row[0].parse().unwrap(), may.collect()));
        }
    }
    table
}

/// Everything that is wrong with a file.
fn faults(path: &str, text: &str, table: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.starts_with("//!") {
        faults.push(format!("{path} does not begin with `//!`"));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!("{path} has {lines} lines"));
    }
    let Some(inside) = path.strip_prefix("src/") else { return faults };
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    if code.contains("#[allow") || code.contains("#![allow") {
        faults.push(format!("{path} has `#[allow`; write `#[expect(.., reason = \"..\")]`"));
    }
    if ROOTS.contains(&path) {
        return faults;
    }
    let module = inside.split(['/', '.']).next().unwrap_or_default();
    let Some((level, allowed)) = table.get(module) else {
        faults.push(format!("the table has no module `{module}`, to which {path} belongs"));
        return faults;
    };
    for used in paths(&code, "crate").iter().filter_map(|path| path.split("::").nth(1)) {
        if used != module && !allowed.contains(used) {
            faults.push(format!("{path} uses `crate::{used}`, which the table does not allow to `{module}`"));
        }
    }
    if leaves_by_super(inside, &code) {
        faults.push(format!("{path} leaves its module by `super`; write `crate::`"));
    }
    if *level <= PURE_LEVEL && !IMPURE.contains(&module) {
        let io = IO.iter().filter(|io| !(module == "config" && **io == "std::fs"));
        let used = io.filter(|io| {
            let root = io.split("::").next().unwrap_or_default();
            paths(&code, root).iter().any(|path| path == *io || path.starts_with(&format!("{io}::")))
        });
        faults.extend(used.map(|io| format!("{path} uses `{io}`, but `{module}` does no I/O")));
    }
    faults
}

/// Every path in the code that begins with `root`, groups written out: `root::{a, b::c}` is `root::a` and `root::b::c`.
fn paths(code: &str, root: &str) -> Vec<String> {
    let start = format!("{root}::");
    let mut found = Vec::new();
    for (at, _) in code.match_indices(&start) {
        let joined = code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        if !joined {
            tree(root, &code[at + start.len()..], &mut found);
        }
    }
    found
}

/// Reads what follows `prefix::`, be it a name or a group; answers what is left behind it.
fn tree<'a>(prefix: &str, rest: &'a str, found: &mut Vec<String>) -> &'a str {
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        let mut rest = group.trim_start();
        while !rest.is_empty() && !rest.starts_with('}') {
            let behind = tree(prefix, rest, found);
            let progress = behind.len() < rest.len();
            rest = behind.trim_start().trim_start_matches(',').trim_start();
            if !progress {
                break;
            }
        }
        return rest.strip_prefix('}').unwrap_or(rest);
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*').unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    if name.is_empty() {
        return rest;
    }
    let path = format!("{prefix}::{name}");
    if let Some(deeper) = behind.strip_prefix("::") {
        return tree(&path, deeper, found);
    }
    found.push(path);
    match behind.trim_start().strip_prefix("as ") {
        Some(renamed) => renamed.trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'),
        None => behind,
    }
}

/// Whether a chain of `super` reaches the root of the crate. A module inside of the file, like its tests, is one deeper.
fn leaves_by_super(inside: &str, code: &str) -> bool {
    let folders = inside.matches('/').count();
    let depth = if inside.ends_with("/mod.rs") { folders } else { folders + 1 };
    let mut inner = 0;
    for line in code.lines() {
        if line.starts_with("mod ") && line.ends_with('{') {
            inner = 1;
        } else if line.starts_with('}') {
            inner = 0;
        }
        if line.contains(&"super::".repeat(depth + inner)) {
            return true;
        }
    }
    false
}

fn rust_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.ends_with("fuzz/target") || entry.ends_with("languages/target") {
            continue;
        }
        if entry.is_dir() {
            rust_files(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

#[test]
fn the_sources_keep_to_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    rust_files(&root.join("src"), &mut files);
    rust_files(&root.join("tests"), &mut files);
    let table = table(&std::fs::read_to_string(root.join("src/lib.rs")).unwrap());
    assert!(table.len() > 10 && files.len() > 50, "nothing was read");
    let mut found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let path = file.strip_prefix(root).unwrap().to_str().unwrap();
            faults(path, &std::fs::read_to_string(file).unwrap(), &table)
        })
        .collect();
    found.sort();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The files that no `mod` line reaches, beginning at `roots`.
fn unreached(roots: &[String], texts: &BTreeMap<String, String>) -> Vec<String> {
    let mut waiting = roots.to_vec();
    let mut reached = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        let Some(text) = texts.get(&path).filter(|_| reached.insert(path.clone())) else { continue };
        let (dir, name) = path.trim_end_matches(".rs").rsplit_once('/').unwrap();
        let below = if roots.contains(&path) || name == "mod" { dir.to_owned() } else { format!("{dir}/{name}") };
        for name in
            text.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        {
            waiting.extend([format!("{below}/{name}.rs"), format!("{below}/{name}/mod.rs")]);
        }
    }
    texts.keys().filter(|path| !reached.contains(*path)).cloned().collect()
}

/// The programs that a manifest names by their files: tests, benchmarks, fuzz targets, the maker of weights.
fn programs(manifest: &str) -> Vec<String> {
    let folder = Path::new(manifest).parent().unwrap();
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest)).unwrap();
    let paths = text.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    paths.map(|path| folder.join(path).to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_file_of_the_tests_is_bound_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    rust_files(&root.join("tests"), &mut files);
    let path = |file: &PathBuf| file.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    let texts = files.iter().map(|file| (path(file), std::fs::read_to_string(file).unwrap())).collect();
    let never_run = unreached(
        &["Cargo.toml", "tests/fuzz/Cargo.toml", "tests/languages/Cargo.toml"].map(programs).concat(),
        &texts,
    );
    assert!(never_run.is_empty(), "no `mod` line reaches {never_run:?}");
}

#[test]
fn every_module_of_the_table_exists() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table = table(&std::fs::read_to_string(source.join("lib.rs")).unwrap());
    let exists = |name: &str| source.join(format!("{name}.rs")).exists() || source.join(name).join("mod.rs").exists();
    let missing: Vec<&String> = table.keys().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "the table names {missing:?}");
    let unknown = table.values().flat_map(|(_, allowed)| allowed).filter(|name| !table.contains_key(*name));
    assert_eq!(unknown.count(), 0, "the table allows modules that it does not have");
}

mod the_checker {
    use super::*;

    const LIB: &str = "//! | level | module | may import |\n//! |---|---|---|\n//! | 0 | model, clock | model |\n\
                       //! | 1 | config, parse | model |\n//! | 2 | source, digest | model, parse (source only) |\n\
                       //! | 2 | store | model |\n//! | 5 | app, cli | everything above |\n";

    fn found(path: &str, code: &str) -> String {
        faults(path, &format!("//! A file.\n{code}\n"), &table(LIB)).join("; ")
    }

    #[test]
    fn reads_the_table() {
        let table = table(LIB);
        let may = |module: &str| table[module].1.iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(
            (may("clock").as_str(), may("source").as_str(), may("digest").as_str()),
            ("model", "model parse", "model")
        );
        assert_eq!(may("app"), "app cli clock config digest model parse source store");
        assert_eq!((table["clock"].0, table["app"].0), (0, 5));
    }

    #[test]
    fn writes_groups_out() {
        let code = "use crate::{a, b::{self, c::D as E}, f::*};\nlet x = crate::g::h(mycrate::i, $crate::j);";
        assert_eq!(
            paths(code, "crate"),
            ["crate::a", "crate::b::self", "crate::b::c::D", "crate::f::*", "crate::g::h", "crate::j"]
        );
        assert_eq!(paths("use crate::{\n    a,\n    b,\n};", "crate"), ["crate::a", "crate::b"]);
        assert_eq!(paths("crate::{a b; crate::{", "crate"), ["crate::a", "crate::b"]);
    }

    #[test]
    fn sees_every_forbidden_path() {
        let refused = "src/parse/feed.rs uses `crate::config`, which the table does not allow to `parse`";
        for code in [
            "use crate::config::Config;",
            "use crate::{model, config};",
            "use crate::{model::{Entry, Brand}, config::Config};",
            "    let url = crate::config::url();",
            "pub(in crate::config) fn f() {}",
        ] {
            assert_eq!(found("src/parse/feed.rs", code), refused, "{code}");
        }
        assert!(found("src/digest/mod.rs", "use crate::parse::Text;").contains("crate::parse"), "`source only`");
        assert_eq!(found("src/source/mod.rs", "use crate::parse::Text;"), "");
        assert_eq!(found("src/parse/feed.rs", "use crate::parse::Text;\nuse crate::model::Entry;"), "");
        assert_eq!(found("src/parse/feed.rs", "// crate::config is not for us\n/// [`crate::config`]"), "");
        assert_eq!(found("src/cli/run.rs", "use crate::app::App;"), "");
    }

    #[test]
    fn sees_who_leaves_by_super() {
        let refused = |path: &str, code: &str| found(path, code).contains("leaves its module by `super`");
        assert!(refused("src/parse/mod.rs", "use super::config::Config;"));
        assert!(refused("src/parse.rs", "use super::config::Config;"));
        assert!(refused("src/parse/feed.rs", "use super::super::config::Config;"));
        assert!(refused("src/parse.rs", "mod tests {\n    use super::super::config::Config;\n}"));
        assert!(!refused("src/parse/feed.rs", "use super::Text;"));
        assert!(!refused("src/parse/mod.rs", "mod tests {\n    use super::*;\n}"));
        assert!(!refused("src/parse/feed.rs", "mod tests {\n    use super::super::Text;\n}"));
    }

    #[test]
    fn sees_io_where_there_should_be_none() {
        for io in [
            "use std::fs;",
            "use std::{fs, path};",
            "std::fs::read(x)",
            "use std::net::{IpAddr, TcpStream};",
            "use sqlx::Row;",
            "use reqwest::Url;",
            "use tokio::{net::TcpStream, time};",
        ] {
            assert!(found("src/parse/feed.rs", io).ends_with("but `parse` does no I/O"), "{io}");
            assert_eq!(found("src/store/mod.rs", io), "", "{io}");
            assert_eq!(found("src/app/mod.rs", io), "", "{io}");
        }
        assert_eq!(found("src/config/mod.rs", "use std::fs;"), "");
        assert!(found("src/config/mod.rs", "use std::net::TcpStream;").contains("std::net::TcpStream"));
        assert_eq!(found("src/parse/feed.rs", "use std::fmt;\nuse std::net::IpAddr;\nuse tokio::task;"), "");
    }

    #[test]
    fn sees_files_that_nobody_binds_in() {
        let found = |files: &[(&str, &str)]| {
            unreached(
                &["t/main.rs".to_owned()],
                &files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
            )
        };
        let main = ("t/main.rs", "mod a;\npub mod b;\nmod inside {\n}\n// mod c;\n");
        assert_eq!(
            found(&[main, ("t/a.rs", "mod d;"), ("t/a/d.rs", ""), ("t/b/mod.rs", "mod e;"), ("t/b/e.rs", "")]),
            [""; 0]
        );
        assert_eq!(
            found(&[main, ("t/a.rs", ""), ("t/a/d.rs", ""), ("t/c.rs", "mod x;"), ("t/c/x.rs", "")]),
            ["t/a/d.rs", "t/c.rs", "t/c/x.rs"]
        );
    }

    #[test]
    fn sees_files_that_are_not_as_the_house_wants_them() {
        let table = table(LIB);
        assert_eq!(faults("tests/x.rs", "use std::fs;\n", &table), ["tests/x.rs does not begin with `//!`"]);
        assert_eq!(faults("tests/x.rs", &"//!\n".repeat(401), &table), ["tests/x.rs has 401 lines"]);
        assert_eq!(faults("tests/x.rs", &"//!\n".repeat(400), &table), [""; 0]);
        assert_eq!(found("src/web/mod.rs", ""), "the table has no module `web`, to which src/web/mod.rs belongs");
        assert!(found("src/parse/feed.rs", "#[allow(dead_code)]").contains("#[allow"));
        assert!(found("src/main.rs", "#![allow(dead_code)]").contains("#[allow"));
    }
}
