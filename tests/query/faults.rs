//! What the words and signs of a query are refused for, word by word.

use mentiond::query::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Query, QueryFault};

const CLOSE_IT: &str = "this `(` is never closed\n  hint: write `)` where the group ends";
const NEGATIVE: &str = "column 1: the query only says what must not occur\n  hint: add a word or phrase that has to occur, \
                        in each branch of `OR`";
const TWO_SIDES: &str = "`NEAR` takes two sides, and this is the third\n  hint: write one `NEAR` at a time: `(a NEAR/5 b) \
                         (b NEAR/5 c)`";
const FLAGS: &str = "hint: `i`, `m` and `s` can follow, each once; to find it as it stands, quote it:";

pub(super) fn told(fault: &Result<Query, QueryFault>, query: &str) -> String {
    fault.as_ref().err().map_or_else(|| format!("`{query}` is not refused"), ToString::to_string)
}

#[test]
fn every_fault_says_what_where_and_what_to_do() {
    let deep = "(".repeat(MAX_DEPTH + 1) + "a" + &")".repeat(MAX_DEPTH + 1);
    let many = vec!["a"; MAX_TERMS + 1].join(" ");
    let long = "a".repeat(MAX_LENGTH + 1);
    let cases: &[(&str, &str)] = &[
        ("", "column 1: there is nothing to find\n  hint: write a word or a \"quoted phrase\""),
        ("  ", "column 1: there is nothing to find\n  hint: write a word or a \"quoted phrase\""),
        (&long, "column 1: the query has 10001 characters, 10000 are allowed\n  hint: make several brands of it"),
        (&many, "column 1001: the query has more than 500 words and phrases\n  hint: make several brands of it"),
        (&deep, "column 33: the query is nested deeper than 32 levels\n  hint: write fewer parentheses and negations"),
        ("æ \"b", "column 3: this quote is never closed\n  hint: write `\"` after the last word"),
        ("a \" \"", "column 3: this phrase is empty\n  hint: write words between the quotes"),
        (
            "a - b",
            "column 3: nothing follows this `-`\n  hint: write `-` directly before the word to exclude, or quote it: `\"-\"`",
        ),
        ("a \"!\"", "column 3: `!` has no letter and no digit\n  hint: write a word"),
        (
            "a OR",
            "column 3: there is nothing after this `OR`\n  hint: write a word there, or quote it to find it: `\"OR\"`",
        ),
        (
            "AND a",
            "column 1: there is nothing before this `AND`\n  hint: write a word there, or quote it to find it: `\"AND\"`",
        ),
        (
            "a NOT",
            "column 3: there is nothing after this `NOT`\n  hint: write a word there, or quote it to find it: `\"NOT\"`",
        ),
        ("a ()", "column 3: these parentheses are empty\n  hint: write words between them"),
        ("a (", &format!("column 3: {CLOSE_IT}")),
        ("a (b", &format!("column 3: {CLOSE_IT}")),
        ("a) b", "column 2: this `)` closes nothing\n  hint: remove it, or write `(` where the group begins"),
        (")", "column 1: this `)` closes nothing\n  hint: remove it, or write `(` where the group begins"),
        ("-a", NEGATIVE),
        ("a OR -b", NEGATIVE),
        ("-tag:a OR b", NEGATIVE),
        ("title:(-a)", NEGATIVE),
    ];
    for (query, message) in cases {
        assert_eq!(told(&Query::parse(query), query), *message, "{}", query.get(..20).unwrap_or(query));
    }
}

#[test]
fn signs_of_words_are_refused_where_they_mean_nothing() {
    let large = vec!["/\\w{20}/"; 40].join(" OR ");
    let cases: &[(&str, &str)] = &[
        (
            "ski*",
            "column 1: `ski*` has 3 letters before `*`, at least 4 are needed\n  hint: write more letters, or the words \
             themselves with `OR` between them",
        ),
        (
            "no skip-ho*",
            "column 4: `skip-ho*` has 2 letters before `*`, at least 4 are needed\n  hint: write more letters, or the words \
             themselves with `OR` between them",
        ),
        (
            "*24/7",
            "column 1: a word cannot begin with `*`\n  hint: write the beginning of the word, or an expression: \
             `/\\w+24\\/7/i`",
        ),
        (
            "*a.b",
            "column 1: a word cannot begin with `*`\n  hint: write the beginning of the word, or an expression: \
             `/\\w+a\\.b/i`",
        ),
        ("a *", "column 3: a word cannot begin with `*`\n  hint: write the beginning of the word before it: `refund*`"),
        (
            "acme –jobs",
            "column 6: a word cannot begin with `–`\n  hint: to exclude it, write `-jobs`; to find it as it stands, \
             `` `–jobs` ``",
        ),
        (
            "acme !jobs",
            "column 6: a word cannot begin with `!`\n  hint: to exclude it, write `-jobs`; to find it as it stands, \
             `` `!jobs` ``",
        ),
        (
            "\"acme refund\" ~5",
            "column 15: a word cannot begin with `~`\n  hint: leave it out; `~` and its number stand directly behind a \
             phrase: `\"acme refund\"~5`",
        ),
        (
            "\"acme shop\"^2",
            "column 12: a word cannot begin with `^`\n  hint: leave it out; `~` and its number stand directly behind a \
             phrase: `\"acme refund\"~5`",
        ),
        (
            "'skip hop'",
            "column 1: a word cannot begin with `'`\n  hint: write a phrase between double quotes: `\"skip hop\"`",
        ),
        (
            "a +refund*",
            "column 3: a word cannot begin with `+`\n  hint: leave it out, or write `` `+refund*` `` to find it as it \
             stands",
        ),
        (
            "title:.net",
            "column 7: a word cannot begin with `.`\n  hint: leave it out, or write `` `.net` `` to find it as it stands",
        ),
        ("a !", "column 3: `!` has no letter and no digit\n  hint: write a word"),
        (
            "\"no refund*\"",
            "column 1: `*` means nothing between quotes\n  hint: write it behind them: `\"no refund\"*`",
        ),
        (
            "\"no* refund*\"",
            "column 1: `*` means nothing between quotes\n  hint: only the last word of a phrase can be a beginning: \
             `\"no refund\"*`",
        ),
        (
            "\"no ref\"*",
            "column 1: `no ref*` has 3 letters before `*`, at least 4 are needed\n  hint: write more letters, or the \
             words themselves with `OR` between them",
        ),
        ("#acme_", "column 1: `#acme_` is not a hashtag\n  hint: to find it as it stands, quote it: `\"#acme_\"`"),
        ("@acme-", "column 1: `@acme-` is not a handle\n  hint: to find it as it stands, quote it: `\"@acme-\"`"),
        (
            "/\\b/",
            "column 1: the expression `\\b` finds the empty text, so it finds everything\n  hint: ask for at least one \
             character: `+` in place of `*`",
        ),
        (
            "/\\bx*/i",
            "column 1: the expression `\\bx*` finds the empty text, so it finds everything\n  hint: ask for at least one \
             character: `+` in place of `*`",
        ),
        (
            &large,
            "column 193: with `\\w{20}` the expressions of this query are too large together\n  hint: write fewer of \
             them, with fewer repetitions, or `[a-z0-9]` in place of `\\w`",
        ),
        (
            "*fund",
            "column 1: a word cannot begin with `*`\n  hint: write the beginning of the word, or an expression: `/\\w+fund/i`",
        ),
        (
            "refu*nd",
            "column 1: `*` can only stand at the end of a word, not in `refu*nd`\n  hint: to find it as it stands, quote \
             it: `\"refu*nd\"`",
        ),
        (
            "#refund*",
            "column 1: `*` cannot stand behind a hashtag or a handle\n  hint: leave out `*`, or the sign: `refund*`",
        ),
        ("a #", "column 3: `#` is not a hashtag\n  hint: to find it as it stands, quote it: `\"#\"`"),
        ("#a.b", "column 1: `#a.b` is not a hashtag\n  hint: to find it as it stands, quote it: `\"#a.b\"`"),
        ("@a/b", "column 1: `@a/b` is not a handle\n  hint: to find it as it stands, quote it: `\"@a/b\"`"),
        ("a `b", "column 3: this backtick is never closed\n  hint: write `` ` `` after the last character"),
        (
            "` `",
            "column 1: there is nothing between these backticks\n  hint: write what is to be found, character by character",
        ),
        (
            "/a.b",
            "column 1: this expression is never closed\n  hint: write `/` after the expression, or quote it to find it as \
             it stands",
        ),
        ("//", "column 1: this expression is empty\n  hint: write it between the slashes: `/gr[ae]y/i`"),
        ("/r/rust", &format!("column 4: `rust` are no flags of an expression\n  {FLAGS} `\"/r/rust\"`")),
        ("/r/ii", &format!("column 4: `ii` are no flags of an expression\n  {FLAGS} `\"/r/ii\"`")),
        (
            "/a(b/",
            "column 1: the expression `a(b` is faulty: unclosed group\n  hint: the syntax is that of \
             https://docs.rs/regex; to find a sign as it stands, write `\\` before it",
        ),
        (
            "/a*/",
            "column 1: the expression `a*` finds the empty text, so it finds everything\n  hint: ask for at least one \
             character: `+` in place of `*`",
        ),
        (
            "/\\w{9999}/",
            "column 1: the expression `\\w{9999}` is too large\n  hint: write fewer repetitions, or `[a-z0-9]` in place of \
             `\\w`",
        ),
        (
            "\"a b\"~",
            "column 6: no number follows this `~`\n  hint: write how many other words may stand between: `\"a b\"~5`",
        ),
        (
            "\"a b\"~x",
            "column 6: no number follows this `~`\n  hint: write how many other words may stand between: `\"a b\"~5`",
        ),
        (
            "\"a b\"~101",
            "column 6: `~101` is too far: at most 100 words\n  hint: to find both anywhere in the entry, leave it out",
        ),
        ("\"a\"~5", "column 1: one word alone has no distance\n  hint: write more words, or leave out `~`"),
        (
            "\"a c++\"~5",
            "column 1: only words can stand in a phrase with `~`, not `+`\n  hint: leave it out, or write two terms with \
             `NEAR`: `\"AT&T\" NEAR/5 refund`",
        ),
    ];
    for (query, message) in cases {
        assert_eq!(told(&Query::parse(query), query), *message, "{query}");
    }
}

#[test]
fn near_wants_two_terms_and_a_number() {
    let number = |sign: &str| {
        format!("no number follows this `{sign}`\n  hint: write how many other words may stand between: `{sign}/5`")
    };
    let side = "hint: its sides are words, \"phrases\", beginnings*, and groups of them with `OR`";
    let cases: &[(&str, &str)] = &[
        ("a NEAR b", &format!("column 3: {}", number("NEAR"))),
        ("a ONEAR/ b", &format!("column 3: {}", number("ONEAR"))),
        ("a NEAR/x b", &format!("column 3: {}", number("NEAR"))),
        (
            "a NEAR/999 b",
            "column 3: `NEAR/999` is too far: at most 100 words\n  hint: to find both anywhere in the entry, leave it out",
        ),
        (
            "a near/5 b",
            "column 3: `near/5` is no word\n  hint: write it in capitals, `NEAR/5`, or quote it to find it: `\"near/5\"`",
        ),
        (
            "a NEAR/5",
            "column 3: there is nothing after this `NEAR/5`\n  hint: write a word there, or quote it to find it: `\"NEAR/5\"`",
        ),
        (
            "NEAR/5 a",
            "column 1: there is nothing before this `NEAR/5`\n  hint: write a word there, or quote it to find it: \
             `\"NEAR/5\"`",
        ),
        ("a NEAR/5 b NEAR/5 c", &format!("column 12: {TWO_SIDES}")),
        ("(a NEAR/5 b NEAR/5 c)", &format!("column 13: {TWO_SIDES}")),
        (
            "a NEAR/5 -b",
            "column 3: `-` cannot stand beside `NEAR/5`\n  hint: write the negation before all of it: `-(a NEAR/5 b)`",
        ),
        ("a NEAR/5 (b c)", &format!("column 10: `(b c)` cannot stand beside `NEAR/5`\n  {side}")),
        ("/x/ ONEAR/5 a", &format!("column 1: `/x/` cannot stand beside `ONEAR/5`\n  {side}")),
        ("title:a NEAR/5 b", &format!("column 1: `title:a` cannot stand beside `NEAR/5`\n  {side}")),
        ("a NEAR/5 `!`", &format!("column 10: ``!`` cannot stand beside `NEAR/5`\n  {side}")),
    ];
    for (query, message) in cases {
        assert_eq!(told(&Query::parse(query), query), *message, "{query}");
    }
}
