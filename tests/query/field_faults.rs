//! What fields and names are refused for, word by word.

use mentiond::query::{Context, Library, Query, Scope};

use super::faults::told;

#[test]
fn fields_want_what_belongs_to_them() {
    let cases: &[(&str, &str)] = &[
        (
            "colour:red",
            "column 1: there is no field `colour:`\n  hint: to find it as it stands, quote it: `\"colour:red\"`",
        ),
        (
            "Tilte:red",
            "column 1: there is no field `Tilte:`\n  hint: did you mean `title:`? to find it as it stands, quote it: \
             `\"Tilte:red\"`",
        ),
        (
            "a title:",
            "column 3: nothing follows this `title:`\n  hint: write it directly behind the colon: `title:refund`",
        ),
        (
            "lang: de",
            "column 1: nothing follows this `lang:`\n  hint: write it directly behind the colon: `lang:de,nb`",
        ),
        ("title:-a", "column 1: `-` cannot stand behind `title:`\n  hint: write `-` before the field: `-title:...`"),
        (
            "title:(a lang:de)",
            "column 10: `lang:` cannot stand in the group of `title:`\n  hint: close the group first, and write the field \
             behind it",
        ),
        (
            "title:text:a",
            "column 7: `text:` cannot stand in the group of `title:`\n  hint: close the group first, and write the field \
             behind it",
        ),
        ("a lang:", "column 3: nothing follows this `lang:`\n  hint: write it directly behind the colon: `lang:de,nb`"),
        (
            "lang:()",
            "column 6: the list of `lang:` has an empty place\n  hint: write the values without gaps: `lang:de,nb`",
        ),
        (
            "lang:de,,nb",
            "column 6: the list of `lang:` has an empty place\n  hint: write the values without gaps: `lang:de,nb`",
        ),
        (
            "lang:(de nb)",
            "column 7: this is not a list for `lang:`\n  hint: write `OR` between the values, or `lang:de,nb` without \
             parentheses",
        ),
        ("lang:(de", "column 6: this `(` is never closed\n  hint: write `)` where the list ends"),
        (
            "lang:German",
            "column 6: `German` is not a language\n  hint: write the two letters of ISO 639-1: `en`, `de`, `nb`",
        ),
        ("type:fed", "column 6: `fed` is not a kind of source\n  hint: did you mean `feed`?"),
        ("has:ratings", "column 5: `ratings` is not something an entry has\n  hint: did you mean `rating`?"),
        (
            "site:https://a.example/",
            "column 6: `https://a.example/` is not the name of a host\n  hint: write it without `https://`: `example.org`",
        ),
        (
            "links:a..b",
            "column 7: `a..b` is not the name of a host\n  hint: write it without `https://`: `example.org` or \
             `example.org/path`",
        ),
        ("lang:eng", "column 6: `eng` is not a language\n  hint: write the two letters of ISO 639-1: `en`, `de`, `nb`"),
        (
            "links:youtube.com/watch?v=x",
            "column 7: `?` cannot stand in the path of `links:`\n  hint: write the beginning of the path alone: \
             `example.org/path`",
        ),
        (
            "links:\"a.example/x y\"",
            "column 7: ` ` cannot stand in the path of `links:`\n  hint: write the beginning of the path alone: \
             `example.org/path`",
        ),
        (
            "links:\"a.example/x,y\"",
            "column 7: `,` cannot stand in the path of `links:`\n  hint: write the beginning of the path alone: \
             `example.org/path`",
        ),
        ("rating:<=9", "column 8: `9` is out of range: `0` to `5`\n  hint: stars go from 0 to 5"),
        ("rating:good", "column 8: `good` is not a number\n  hint: stars go from 0 to 5"),
        ("reach:>1k", "column 7: `1k` is not a whole number\n  hint: write digits alone: `1000`"),
        ("reach:>", "column 7: `>` compares with nothing\n  hint: write a value behind the sign: `reach:>1000`"),
        ("reach:<>5", "column 7: `<>` is not a comparison\n  hint: write `<`, `<=`, `>`, `>=`, or a range: `1..5`"),
        ("reach:9..5", "column 7: the range `9..5` runs backwards\n  hint: write the smaller end first: `reach:5..9`"),
        ("reach:..", "column 7: `..` compares with nothing\n  hint: write a value behind the sign: `reach:>1000`"),
        (
            "reach:(>5 OR <2)",
            "column 7: `reach:` takes one value or range at a time\n  hint: write the field again: `(reach:... OR reach:...)`",
        ),
        ("age:<2", "column 5: `2` is not a duration\n  hint: write a whole number and a unit: `30m`, `4h`, `2d`, `1w`"),
        (
            "age:2d",
            "column 5: hardly anything is `2d` old to the second\n  hint: write `age:<2d`, `age:>2d`, or a range such as \
             `age:1d..2d`",
        ),
        ("date:2026-02-30", "column 6: `2026-02-30` is not a day\n  hint: write year, month and day: `2026-11-30`"),
        ("date:30.11.2026", "column 6: `30.11.2026` is not a day\n  hint: write year, month and day: `2026-11-30`"),
        ("lang:/x/", "column 6: `/x/` is not a language\n  hint: write the two letters of ISO 639-1: `en`, `de`, `nb`"),
    ];
    for (query, message) in cases {
        assert_eq!(told(&Query::parse(query), query), *message, "{query}");
    }
}

#[test]
fn what_is_not_known_at_a_place_is_refused_there() {
    let entry = |field: &str, where_else: &str| {
        format!(
            "column 3: `{field}:` cannot be asked in the query of a brand: it is known only after that query has found \
             something\n  hint: {where_else}"
        )
    };
    let (rule, search) =
        ("ask for it in the `query` of a `[[rule]]`", "ask for it with `mentiond match`, of entries that say so");
    for (query, message) in [
        ("a tone:negative", entry("tone", rule)),
        ("a score:<0", entry("score", rule)),
        ("a severity:urgent", entry("severity", rule)),
        ("a case:open", entry("case", search)),
        ("a kind:complaint", entry("kind", search)),
        ("a is:copy", entry("is", search)),
    ] {
        assert_eq!(told(&Query::parse(query), query), message);
        let context = Context { scope: Scope::Kept, ..Context::default() };
        assert!(Query::parse_in(query, &context).is_ok(), "{query}");
    }
    let context = Context { scope: Scope::Mention, ..Context::default() };
    let in_rule = |query| told(&Query::parse_in(query, &context), query);
    assert_eq!(
        in_rule("is:copy"),
        "column 1: `is:` cannot be asked in the query of a rule: it is known only once the mention has been stored\n  hint: \
         ask for it with `mentiond match`, of entries that say so"
    );
    for (query, message) in [
        (
            "tone:angry",
            "column 6: `angry` is not a tone\n  hint: allowed: `negative`, `neutral`, `positive`, `unscored`",
        ),
        ("tone:negativ", "column 6: `negativ` is not a tone\n  hint: did you mean `negative`?"),
        ("score:<2", "column 7: `2` is out of range: `-1` to `1`\n  hint: scores go from -1 to 1"),
        ("severity:>=high", "column 10: `high` is not a severity\n  hint: allowed: `info`, `notice`, `urgent`"),
    ] {
        assert_eq!(in_rule(query), message);
    }
}

#[test]
fn names_must_be_known_and_end_somewhere() {
    let text = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Vec<_>>()
    };
    let mut chain = text(&[
        ("round", "a query:about"),
        ("about", "b query:round"),
        ("self", "query:self"),
        ("bad", "acme tone:"),
        ("angry", "tone:negative"),
        ("end", "acme"),
        ("many", &vec!["set:words"; 200].join(" OR ")),
    ]);
    for number in 0..9 {
        let next = if number == 8 { "acme".to_owned() } else { format!("query:n{}", number + 1) };
        chain.push((format!("n{number}"), next));
    }
    let words = (0..200).map(|number| format!("word{number}")).collect();
    let sets = [
        ("words".to_owned(), words),
        ("sign".to_owned(), vec!["!".to_owned()]),
        ("short".to_owned(), vec!["ab*".to_owned()]),
        ("star".to_owned(), vec!["re*fund".to_owned()]),
        ("none".to_owned(), Vec::new()),
        ("quote".to_owned(), vec!["say “hi”".to_owned()]),
        ("tag".to_owned(), vec!["#a.b".to_owned()]),
        ("tags".to_owned(), vec!["#abcd*".to_owned()]),
    ];
    let library = Library::new(chain, sets);
    let context = Context { library: Some(&library), ..Context::default() };
    for (query, message) in [
        ("x query:endd", "column 3: there is no query with the name `endd`\n  hint: did you mean `end`?"),
        (
            "set:colours",
            "column 1: there is no list with the name `colours`\n  hint: allowed: `none`, `quote`, `short`, `sign`, `star`, `tag`, \
             `tags`, `words`",
        ),
        (
            "query:round",
            "column 1: in the query `round`, column 3: in the query `about`, column 3: the query `round` asks for itself: \
             `round` -> `about` -> `round`\n  hint: take one of them out",
        ),
        (
            "query:self",
            "column 1: in the query `self`, column 1: the query `self` asks for itself: `self` -> `self`\n  hint: take one \
             of them out",
        ),
        (
            "query:bad",
            "column 1: in the query `bad`, column 6: nothing follows this `tone:`\n  hint: write it directly behind the \
             colon: `tone:negative`",
        ),
        (
            "query:angry",
            "column 1: in the query `angry`, column 1: `tone:` cannot be asked in the query of a brand: it is known only \
             after that query has found something\n  hint: ask for it in the `query` of a `[[rule]]`",
        ),
        (
            "query:many",
            "column 1: in the query `many`, column 1288: with all that it names the query has more than 20000 words\n  \
             hint: name smaller lists, or fewer of them",
        ),
        ("set:sign", "column 1: in the list `sign`: `!` has no letter and no digit\n  hint: write a word"),
        (
            "set:short",
            "column 1: in the list `short`: `ab*` has 2 letters before `*`, at least 4 are needed\n  hint: write more \
             letters, or the words themselves with `OR` between them",
        ),
        (
            "set:star",
            "column 1: in the list `star`: `*` can only stand at the end, not in `re*fund`\n  hint: leave it out",
        ),
        ("set:quote", "column 1: in the list `quote`: `“` cannot stand in `say “hi”`\n  hint: leave it out"),
        (
            "set:tag",
            "column 1: in the list `tag`: `#a.b` is neither a hashtag nor a handle\n  hint: leave out the sign",
        ),
        (
            "set:tags",
            "column 1: in the list `tags`: `*` cannot stand behind a hashtag or a handle, as in `#abcd*`\n  hint: leave \
             it out",
        ),
        ("set:none", "column 1: the list `none` is empty\n  hint: write words into it"),
        ("set:(sign OR star)", "column 5: `(` cannot stand behind `set:`\n  hint: for instance `set:NAME`"),
    ] {
        assert_eq!(told(&Query::parse_in(query, &context), query), message);
    }
    let deep = told(&Query::parse_in("query:n0", &context), "n0");
    assert!(deep.contains("named queries stand in one another more than 8 deep"), "{deep}");
    assert_eq!(
        told(&Query::parse("query:x"), "x"),
        "column 1: there is no query with the name `x`\n  hint: add a `[[query]]` with this `name` to the configuration"
    );
}
