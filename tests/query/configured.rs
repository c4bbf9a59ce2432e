//! Queries, named queries and lists of the configuration: what is wrong with them is told with their place.

use chrono::DateTime;
use mentiond::app::Plan;
use mentiond::config::{self, Config, Env};

const REST: &str = r#"
recipients = ["anna@example.org"]
[[source]]
name = "hn"
kind = "hacker_news"
"#;

fn config(text: &str) -> Config {
    let env = Env([("HOME".to_owned(), "/home/anna".to_owned())].into());
    config::parse("m.toml", &format!("{REST}{text}"), &env).unwrap()
}

/// The faults without what is the same in each.
fn faults(text: &str) -> String {
    match Plan::of(&config(text), DateTime::UNIX_EPOCH) {
        Ok(_) => String::new(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn brands_and_rules_ask_for_what_has_a_name() {
    let sound = r##"
[[query]]
name = "money"
query = 'refund* OR set:"bad words"'
[[set]]
name = "bad words"
words = ["scam", "rip off", "betrug*"]
[[brand]]
name = "Acme"
query = 'acme query:money'
folding = ["german"]
[[rule]]
name = "angry"
query = 'query:money score:<-0.3'
"##;
    assert_eq!(faults(sound), "");
    let config = config(sound);
    assert!(config.brands[0].value.folding.german && !config.brands[0].value.folding.norwegian);
    let plan = Plan::of(&config, DateTime::UNIX_EPOCH).unwrap();
    assert_eq!(plan.watched[0].query.to_string(), "acme query:money");
    assert_eq!(plan.sources[0].terms, ["acme"]);
}

#[test]
fn a_fault_in_a_query_is_told_where_it_stands() {
    for (text, told) in [
        (
            "[[brand]]\nname = \"Acme\"\nquery = 'acme tone:negative'\n",
            "m.toml:8:9: brand[0].query: `tone:` cannot be asked in the query of a brand: it is known only after that query \
             has found something (character 6 of the query `acme tone:negative`)\n  hint: ask for it in the `query` of a \
             `[[rule]]`",
        ),
        (
            "[[brand]]\nname = \"Acme\"\n[[rule]]\nname = \"r\"\nquery = 'query:mony'\n[[query]]\nname = \"money\"\n\
             query = 'refund'\n",
            "m.toml:10:9: rule[0].query: there is no query with the name `mony` (character 1 of the query `query:mony`)\n  \
             hint: did you mean `money`?",
        ),
        (
            "[[brand]]\nname = \"Acme\"\n[[query]]\nname = \"money\"\nquery = 'refund ('\n",
            "m.toml:10:9: query[0].query: this `(` is never closed (character 8 of the query `refund (`)\n  hint: write `)` \
             where the group ends",
        ),
        (
            "[[brand]]\nname = \"Acme\"\n[[set]]\nname = \"s\"\nwords = [\"ab*\"]\n",
            "m.toml:10:9: set[0].words: in the list `s`: `ab*` has 2 letters before `*`, at least 4 are needed\n  hint: \
             write more letters, or the words themselves with `OR` between them",
        ),
        (
            "[[brand]]\nname = \"Acme\"\nquery = '/acme?/'\n",
            "m.toml:8:9: brand[0].query: the source `hn` cannot be asked for this: no word stands in every match\n  hint: \
             add a word that has to occur, in each branch of `OR`, or give the source `terms` of its own",
        ),
        (
            "[[brand]]\nname = \"HP\"\n[[brand]]\nname = \"3M\"\n[[source]]\nname = \"press\"\nkind = \"gdelt\"\n",
            "m.toml:10:1: source[1]: the source `press` would ask for nothing: GDELT takes no words of fewer than 3 letters, \
             such as `HP`\n  hint: give it longer `terms` of its own, or take it out",
        ),
    ] {
        assert_eq!(faults(text), told);
    }
}

/// A source that is not asked for words hears of every brand.
#[test]
fn a_query_without_a_word_that_has_to_occur_is_fine_where_no_words_are_asked_for() {
    let described = |address: &str| {
        let source =
            format!("[[source]]\nname = \"api\"\nkind = \"json\"\nurl = \"{address}\"\n[source.json]\nid = \"/id\"\n");
        let brand = "recipients = [\"anna@example.org\"]\n[[brand]]\nname = \"Acme\"\nquery = '/acme?/'\n";
        let env = Env([("HOME".to_owned(), "/home/anna".to_owned())].into());
        Plan::of(&config::parse("m.toml", &format!("{brand}{source}"), &env).unwrap(), DateTime::UNIX_EPOCH).is_ok()
    };
    assert!(described("https://x.example/latest"));
    assert!(!described("https://x.example/search?q={term}"));
}

#[test]
fn all_queries_share_what_they_may_take() {
    let brand = |number: usize, query: &str| format!("[[brand]]\nname = \"b{number}\"\nquery = '{query}'\n");
    // Equal expressions are compiled once, so that any number of brands may ask for the same.
    let same: String = (0..4_000).map(|number| brand(number, &format!("b{number} /gr[ae]y/i"))).collect();
    assert_eq!(faults(&same), "");
    // The others take 80 KiB each at most; what does not fit into 256 MiB is refused, and only the first of them is told.
    let each: String = (0..4_000).map(|number| brand(number, &format!("b{number} /gr[ae]y{number}/i"))).collect();
    assert_eq!(
        faults(&each),
        "m.toml:9836:9: brand[3276].query: the expressions of all queries may take more than 256 MiB together (character 7 \
         of the query `b3276 /gr[ae]y3276/i`)\n  hint: write words with `OR` or beginnings such as `refund*` in place of \
         some; equal expressions count once"
    );
    // A list counts wherever it is named.
    let words: Vec<String> = (0..19_000).map(|number| format!("\"w{number}\"")).collect();
    let list = format!("[[set]]\nname = \"s\"\nwords = [{}]\n", words.join(", "));
    let many: String = (0..30).map(|number| brand(number, &format!("b{number} set:s"))).collect();
    assert_eq!(
        faults(&format!("{list}{many}")),
        "m.toml:89:9: brand[26].query: all queries together have more than 500000 words (character 5 of the query `b26 \
         set:s`)\n  hint: name smaller lists, or the same ones in fewer queries: each word counts wherever it is named"
    );
}

#[test]
fn a_digest_chooses_brands_by_a_query_on_their_names_and_labels() {
    let with = |digest: &str| {
        format!(
            "[[set]]\nname = \"done with\"\nwords = [\"boots\"]\n\
             [[brand]]\nname = \"Acme Shoes\"\nlabels = [\"feet\"]\n[[brand]]\nname = \"Acme Boots\"\nlabels = [\"feet\"]\n\
             [[brand]]\nname = \"Lego\"\n[[digest]]\nname = \"daily\"\nschedule = \"0 8 * * *\"\n{digest}\n"
        )
    };
    let told =
        |digest: &str| Plan::of(&config(&with(digest)), DateTime::UNIX_EPOCH).unwrap().digests.remove(0).audience;
    let all = [
        ("query = 'tag:feet -set:\"done with\"'", "Acme Shoes"),
        ("query = 'acme'\nbrands = [\"Lego\"]", "Acme Shoes, Acme Boots, Lego"),
    ];
    for (digest, expected) in all {
        let audience = told(digest);
        assert_eq!(audience.len(), 1);
        assert_eq!(
            (audience[0].0.as_str(), audience[0].1.join(", ").as_str()),
            ("anna@example.org", expected),
            "{digest}"
        );
    }
    assert_eq!(
        faults(&with("query = 'nike'")),
        "m.toml:20:9: digest[0].query: no brand is what the query `nike` asks for\n  \
         hint: words are looked for in the names of brands, `tag:` in their `labels`"
    );
    assert_eq!(
        faults(&with("query = 'acme tone:negative'")),
        "m.toml:20:9: digest[0].query: `tone:` cannot be asked of a brand: it has a name and labels (character 6 of the query \
         `acme tone:negative`)\n  hint: ask for a word of its name, or with `tag:` for one of its labels"
    );
    assert!(faults(&with("query = 'acme author:kari'")).contains("`author:` cannot be asked of a brand"));
}
