//! What it costs to read clean feeds: plain feed-rs, our parse stage, our whole read, and Python's feedparser 6 on the
//! same documents, in one run. `cargo bench --bench feeds`; feedparser is measured if `target/venv`
//! has it, or the Python that `MENTIOND_BENCH_PYTHON` names.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use feed_rs::parser::Builder;
use mentiond::parse::{date, feed};

/// Entries of a document.
const ENTRIES: usize = 100;
/// How often each reader reads each document; the fastest time counts, since noise only ever adds.
const ROUNDS: usize = 40;
/// Bars: our parse stage against plain feed-rs, and feedparser against our whole read.
const MOST: f64 = 1.15;
const LEAST: f64 = 33.0;

const SENTENCES: [(&str, [&str; 6]); 3] = [
    (
        "en",
        [
            "The new grinder arrived on Monday, two days later than promised, but in one piece.",
            "I have used it every morning since then &amp; would not give it back.",
            "Support answered within an hour, which I did not expect at that price.",
            "Still, the manual is thin and the app asks for an account.",
            "In short: good coffee, fair price, poor software.",
            "Has anyone calibrated it below setting four?",
        ],
    ),
    (
        "de",
        [
            "Die neue Mühle kam am Montag an, zwei Tage später als versprochen, aber heil.",
            "Seitdem nutze ich sie jeden Morgen &amp; möchte sie nicht mehr hergeben.",
            "Der Kundendienst antwortete binnen einer Stunde, was ich nicht erwartet hätte.",
            "Allerdings ist die Anleitung dünn, und die App verlangt ein Konto.",
            "Kurz gesagt: guter Kaffee, fairer Preis, schlechte Software.",
            "Hat schon jemand den Mahlgrad unter vier eingestellt?",
        ],
    ),
    (
        "nb",
        [
            "Den nye kverna kom på mandag, to dager senere enn lovet, men hel.",
            "Siden da har jeg brukt den hver morgen &amp; vil ikke levere den tilbake.",
            "Kundeservice svarte innen en time, noe jeg ikke hadde ventet.",
            "Likevel er bruksanvisningen tynn, og appen krever en konto.",
            "Kort sagt: god kaffe, grei pris, dårlig programvare.",
            "Har noen kalibrert den under innstilling fire?",
        ],
    ),
];

/// About 1 kB of HTML.
fn html(sentences: &[&str], number: usize) -> String {
    let mut html = String::new();
    for paragraph in 0..3 {
        let sentence = |n: usize| sentences[(number + paragraph * 2 + n) % sentences.len()];
        let link = format!("<a href=\"https://blog.example/{number}/{paragraph}\">{}</a>", sentence(1));
        writeln!(html, "<p>{} {link} <em>{}</em></p>", sentence(0), sentence(2)).unwrap();
    }
    write!(html, "<ul><li>{}</li><li>{}</li></ul>", sentences[number % 6], sentences[(number + 3) % 6]).unwrap();
    html + "<p><img src=\"https://blog.example/i.jpg\" alt=\"\" width=\"600\"/></p>"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn rss(language: &str, sentences: &[&str]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\">\n<channel>\n\
         <title>Kaffe &amp; mer</title>\n<atom:link href=\"https://blog.example/feed/\" rel=\"self\" type=\"application/rss+xml\" />\n\
         <link>https://blog.example</link>\n<description>Coffee</description>\n<language>{language}</language>\n\
         <sy:updatePeriod>hourly</sy:updatePeriod>\n<sy:updateFrequency>1</sy:updateFrequency>\n"
    );
    for n in 0..ENTRIES {
        let (title, html) = (sentences[n % 6], html(sentences, n));
        let summary: String = sentences[(n + 1) % 6].chars().take(60).collect();
        write!(
            out,
            "<item>\n<title>{title}</title>\n<link>https://blog.example/2026/11/{n}/</link>\n<dc:creator><![CDATA[Åse Nordmann]]></dc:creator>\n\
             <pubDate>Fri, 20 Nov 2026 08:{:02}:00 +0000</pubDate>\n<category><![CDATA[Kaffee]]></category>\n\
             <guid isPermaLink=\"false\">https://blog.example/?p={n}</guid>\n<description><![CDATA[{summary} [&#8230;]]]></description>\n\
             <content:encoded><![CDATA[{html}]]></content:encoded>\n<slash:comments>{n}</slash:comments>\n</item>\n",
            n % 60
        )
        .unwrap();
    }
    out + "</channel>\n</rss>\n"
}

fn atom(language: &str, sentences: &[&str]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <title>Kaffe</title>\n<link href=\"https://blog.example/atom.xml\" rel=\"self\"/>\n<link href=\"https://blog.example/\"/>\n\
         <updated>2026-11-20T08:00:00Z</updated>\n<id>https://blog.example/</id>\n"
    );
    for n in 0..ENTRIES {
        let (title, html) = (sentences[n % 6], escaped(&html(sentences, n)));
        write!(
            out,
            "<entry>\n<title type=\"html\">{}</title>\n<link href=\"https://blog.example/2026/{n}\" rel=\"alternate\" type=\"text/html\"/>\n\
             <published>2026-11-20T08:{:02}:00+01:00</published>\n<updated>2026-11-20T09:00:00+01:00</updated>\n\
             <id>tag:blog.example,2026:{n}</id>\n<author><name>Jürgen Müller</name></author>\n<category term=\"Kaffee\"/>\n\
             <content type=\"html\">{html}</content>\n</entry>\n",
            escaped(title),
            n % 60
        )
        .unwrap();
    }
    out + "</feed>\n"
}

/// The fastest of many runs of each reader, taken in turns.
fn fastest(readers: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    let mut best = vec![Duration::MAX; readers.len()];
    for _ in 0..ROUNDS {
        for (best, reader) in best.iter_mut().zip(readers.iter_mut()) {
            let started = Instant::now();
            reader();
            *best = started.elapsed().min(*best);
        }
    }
    best
}

/// What feedparser takes for the files, in seconds.
fn feedparser(files: &[String]) -> Option<Vec<f64>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python =
        std::env::var_os("MENTIOND_BENCH_PYTHON").map_or_else(|| root.join("target/venv/bin/python"), Into::into);
    let output = Command::new(python).arg(root.join("tests/bench/feedparser_time.py")).args(files).output().ok()?;
    let words = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    words.split_whitespace().map(|word| word.parse().ok()).collect()
}

fn main() {
    let base = "https://blog.example/feed".parse().unwrap();
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let folder = std::env::temp_dir().join("mentiond-bench-feeds");
    std::fs::create_dir_all(&folder).unwrap();
    let mut documents = Vec::new();
    for (language, sentences) in &SENTENCES {
        documents.push((format!("rss-{language}"), rss(language, sentences)));
        documents.push((format!("atom-{language}"), atom(language, sentences)));
    }
    let files: Vec<String> = documents
        .iter()
        .map(|(name, document)| {
            let file = folder.join(name);
            std::fs::write(&file, document).unwrap();
            file.to_str().unwrap().to_owned()
        })
        .collect();
    let python = feedparser(&files);
    println!(
        "{:8} {:>6} {:>9} {:>9} {:>9} {:>9} {:>11} {:>11} {:>11}",
        "document", "kB", "feed-rs", "same*", "parse", "read", "parse/plain", "parse/same", "python/read"
    );
    let mut ratios = Vec::new();
    for (at, (name, document)) in documents.iter().enumerate() {
        let body = document.as_bytes();
        assert_eq!(feed::read(body, None, &base, now).unwrap().items.len(), ENTRIES);
        let plain = Builder::new().base_uri(Some(base.as_str())).sanitize_content(false).build();
        let same =
            Builder::new().base_uri(Some(base.as_str())).sanitize_content(false).timestamp_parser(date::parse).build();
        let times = fastest(&mut [
            &mut || drop(black_box(plain.parse(black_box(body)))),
            &mut || drop(black_box(same.parse(black_box(body)))),
            &mut || drop(black_box(feed::parse_only(black_box(body), None, &base))),
            &mut || drop(black_box(feed::read(black_box(body), None, &base, now))),
        ]);
        let [plain, same, parse, read] = [0, 1, 2, 3].map(|n| times[n].as_secs_f64() * 1e3);
        let slower = python.as_ref().map(|python| python[at] * 1e3 / read);
        println!(
            "{name:8} {:6} {plain:6.2} ms {same:6.2} ms {parse:6.2} ms {read:6.2} ms {:11.2} {:11.2} {:11.1}",
            body.len() / 1024,
            parse / plain,
            parse / same,
            slower.unwrap_or(f64::NAN)
        );
        ratios.push((parse / plain, slower));
    }
    println!("* feed-rs with our reader of dates");
    let mean = ratios.iter().map(|(ratio, _)| ratio).sum::<f64>() / ratios.len() as f64;
    println!("parse stage: {mean:.2} times plain feed-rs on average (bar: at most {MOST})");
    match ratios.iter().filter_map(|(_, slower)| *slower).reduce(f64::min) {
        Some(least) => println!("whole read: at least {least:.1} times as fast as feedparser (bar: at least {LEAST})"),
        None => println!("feedparser was not measured: target/venv/bin/pip install 'feedparser==6.*'"),
    }
}
