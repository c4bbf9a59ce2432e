//! Who gets a digest, and what it holds. Never counts anything itself.

use super::Period;
use crate::config::DigestConfig;
use crate::model::digest::BarLength;
use crate::model::notice::{BrandReport, Coverage, DigestNotice};
use crate::model::{Brand, Entry, EntryKey, Instant};
use crate::query::{Matcher, Query, Subject};

/// The digest of a period for one recipient. `next_at` is when the next one is due.
#[must_use]
pub fn compose(
    config: &DigestConfig,
    period: Period,
    next_at: Option<Instant>,
    brands: Vec<BrandReport>,
    coverage: Coverage,
) -> DigestNotice {
    DigestNotice {
        digest: config.name.clone(),
        from: period.from,
        to: period.to,
        time_zone: config.time_zone.name().to_owned(),
        next_at,
        catches_up: period.catches_up,
        first: false,
        bars: BarLength::default(),
        brands,
        coverage,
        list: None,
        leave: None,
    }
}

/// Whether there is nothing to tell of a brand: nothing was said of it, and nothing waits or goes on.
#[must_use]
pub fn is_quiet(report: &BrandReport) -> bool {
    report.metrics.counts.mentions == 0 && report.waiting.total == 0 && report.incidents.is_empty()
}

/// The brands that a query chooses: it is asked of each name as of a title, and of the labels as of tags.
#[must_use]
pub fn chosen(query: &Query, brands: &[&Brand]) -> Vec<String> {
    let matcher = Matcher::new(vec![query.clone()]);
    let fits = |brand: &&&Brand| {
        let (title, tags) = (brand.name.clone(), brand.labels.clone());
        let entry = Entry { title, tags, ..Entry::new(EntryKey::of("brand", &brand.name)) };
        !matcher.find(Subject::from(&entry)).is_empty()
    };
    brands.iter().filter(fits).map(|brand| brand.name.clone()).collect()
}

/// Who gets the digest, each with the names of the brands to report on, in the order of the configuration. Where the
/// digest names recipients, all of them get all of its brands; else each brand's own recipients get theirs.
#[must_use]
pub fn audience(config: &DigestConfig, brands: &[&Brand]) -> Vec<(String, Vec<String>)> {
    let mut audience: Vec<(String, Vec<String>)> = Vec::new();
    let all = config.brands.is_empty() && config.query.is_none();
    for brand in brands.iter().filter(|brand| all || config.brands.contains(&brand.name)) {
        let recipients = if config.recipients.is_empty() { &brand.recipients } else { &config.recipients };
        for recipient in recipients {
            match audience.iter_mut().find(|(known, _)| known == recipient) {
                Some((_, names)) if names.contains(&brand.name) => {}
                Some((_, names)) => names.push(brand.name.clone()),
                None => audience.push((recipient.clone(), vec![brand.name.clone()])),
            }
        }
    }
    audience
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Located, WhenQuiet};
    use crate::model::Folding;
    use crate::query::{Context, Scope};

    fn config(brands: &[&str], recipients: &[&str]) -> DigestConfig {
        DigestConfig {
            name: "daily".to_owned(),
            schedule: "0 8 * * *".to_owned(),
            time_zone: chrono_tz::Europe::Oslo,
            brands: brands.iter().map(|&brand| brand.to_owned()).collect(),
            query: None,
            recipients: recipients.iter().map(|&recipient| recipient.to_owned()).collect(),
            max_mentions: 50,
            when_quiet: WhenQuiet::Short,
        }
    }

    fn brand(name: &str, recipients: &[&str]) -> Brand {
        let recipients = recipients.iter().map(|&recipient| recipient.to_owned()).collect();
        Brand {
            name: name.to_owned(),
            query: name.to_owned(),
            folding: Folding::default(),
            languages: Vec::new(),
            recipients,
            labels: Vec::new(),
            competitors: Vec::new(),
        }
    }

    fn told(config: &DigestConfig) -> Vec<String> {
        let (hop, lego) =
            (brand("Hop", &["anna@x.example", "ole@x.example", "ole@x.example"]), brand("Lego", &["ole@x.example"]));
        let audience = audience(config, &[&hop, &lego, &brand("Nobody's", &[])]);
        audience.into_iter().map(|(recipient, brands)| format!("{recipient}: {}", brands.join(", "))).collect()
    }

    #[test]
    fn without_recipients_of_its_own_a_digest_goes_to_those_of_each_brand_once() {
        assert_eq!(told(&config(&[], &[])), ["anna@x.example: Hop", "ole@x.example: Hop, Lego"]);
        assert_eq!(told(&config(&["Lego"], &[])), ["ole@x.example: Lego"]);
    }

    #[test]
    fn recipients_of_its_own_get_all_brands_of_a_digest() {
        assert_eq!(told(&config(&[], &["boss@x.example"])), ["boss@x.example: Hop, Lego, Nobody's"]);
        assert_eq!(told(&config(&["Hop"], &["boss@x.example"])), ["boss@x.example: Hop"]);
        assert_eq!(told(&config(&["Gone"], &["boss@x.example"])), Vec::<String>::new());
    }

    #[test]
    fn a_query_chooses_brands_by_the_words_of_their_names_and_by_their_labels() {
        let labelled = |name: &str, labels: &[&str]| Brand {
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            ..brand(name, &[])
        };
        let brands =
            [labelled("Acme Shoes", &["toys"]), labelled("Acme Hats", &["wool hats"]), labelled("Lego", &["toys"])];
        let brands: Vec<&Brand> = brands.iter().collect();
        for (query, expected) in [
            ("acme", ["Acme Shoes", "Acme Hats"].as_slice()),
            ("acme -tag:toys", &["Acme Hats"]),
            ("tag:toys OR hats", &["Acme Shoes", "Acme Hats", "Lego"]),
            ("title:hats", &["Acme Hats"]),
            ("tag:\"wool hats\"", &["Acme Hats"]),
            ("tag:acme", &[]),
        ] {
            let context = Context { scope: Scope::Brand, ..Context::default() };
            assert_eq!(chosen(&Query::parse_in(query, &context).unwrap(), &brands), expected, "{query}");
        }
        let asks = DigestConfig {
            query: Some(Located { value: "acme".to_owned(), place: None }),
            ..config(&[], &["a@x.example"])
        };
        assert!(audience(&asks, &brands).is_empty(), "what a query has not chosen is not told");
    }

    #[test]
    fn a_digest_says_its_period_and_the_zone_of_its_times() {
        let (from, to) = (Instant::UNIX_EPOCH, Instant::UNIX_EPOCH + chrono::TimeDelta::days(1));
        let period = Period { from, to, catches_up: true };
        let notice = compose(&config(&[], &[]), period, None, Vec::new(), Coverage::default());
        assert_eq!((notice.digest.as_str(), notice.time_zone.as_str()), ("daily", "Europe/Oslo"));
        assert_eq!((notice.from, notice.to, notice.catches_up, notice.next_at), (from, to, true, None));
    }
}
