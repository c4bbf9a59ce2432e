//! `[[brand]]`: what is watched and who hears of it. Never reads a query; that is the work of `query`.

use super::Located;
use super::addresses::Recipient;
use super::check::{Names, lines};
use super::fault::{Findings, Place};
use super::file::{BrandTable, List};
use super::reader::{Key, Written};
use super::spike::SpikeConfig;
use super::tone::Reading;
use super::words::{Line, Spelling, shown};
use crate::model::{Brand, Folding, Tongues, is_quote};

/// What a brand without a name is called until its fault ends the reading, so that its query is looked at as well.
const UNNAMED: &str = "a brand without a name";

/// The brands, and their names for those who refer to them.
pub(super) fn resolve(
    list: Key<List<BrandTable>>,
    recipients: Key<List<Recipient>>,
    file: &str,
    (words, spikes, tongues): (&mut Reading<'_>, &mut SpikeConfig, &mut Tongues),
    findings: &mut Findings,
) -> (Vec<Located<Brand>>, Names) {
    let (mut brands, mut names) = (Vec::new(), Names::default());
    let faulty = matches!(list, Key::Faulty);
    let written = list.or(Vec::new());
    if written.is_empty() && !faulty {
        let hint = "add `[[brand]]` and below it `name = \"Skip Hop\"`";
        findings.add_absence(&Place::whole(file, "brand"), "there is no brand to watch", hint);
    }
    let excused = matches!(recipients, Key::Faulty);
    let shared = addresses(recipients);
    let mut rivals = Vec::new();

    for Written { value: table, place } in written {
        let name = table.name.required(&place, "name", "name = \"Skip Hop\"", findings);
        let faulty = matches!(table.recipients, Key::Faulty);
        let own = addresses(table.recipients);
        if let Some(name) = &name {
            names.take(name, findings);
        }

        let recipients = if own.is_empty() { shared.clone() } else { own };
        if recipients.is_empty() && !faulty && !excused {
            findings.add_absence(
                &place.child("recipients"),
                name.as_ref().map_or_else(
                    || "nobody would hear of this brand".to_owned(),
                    |name| format!("nobody would hear of {}", shown(&name.value.0)),
                ),
                "add `recipients = [\"you@example.org\"]` here, or at the top of the file for all brands",
            );
        }
        let unnamed = name.is_none();
        let called = name.as_ref().map_or(UNNAMED, |name| &name.value.0);
        words.add_brand(called, table.words, findings);
        spikes.add_brand(called, table.spike, findings);
        if let Some(language) = table.mail_language.given() {
            tongues.brands.insert(called.to_owned(), language.value);
        }
        let name = name.unwrap_or_else(|| Written { value: Line(UNNAMED.to_owned()), place: place.clone() });
        let key = if unnamed && table.query.is_absent() { Key::Faulty } else { table.query };
        let (query, place) = query(key, &name, place, findings);
        let languages = table.languages.or(Vec::new()).into_iter().map(|language| language.value).collect();
        let folding = folding(table.folding);
        rivals.push(table.competitors);
        let (labels, competitors) = (lines(table.labels), Vec::new());
        let value = Brand { name: name.value.0, query, folding, languages, recipients, labels, competitors };
        brands.push(Located { value, place: Some(place) });
    }
    // A competitor may stand further down.
    for (brand, named) in brands.iter_mut().zip(rivals) {
        brand.value.competitors = names.brands(named, findings);
        let own = brand.value.name.clone();
        brand.value.competitors.retain(|name| *name != own);
    }
    (brands, names)
}

/// The spellings that are named, or all of them.
fn folding(list: Key<List<Spelling>>) -> Folding {
    let Some(named) = list.given() else { return Folding::default() };
    let names = |spelling| named.value.iter().any(|named| named.value == spelling);
    Folding { german: names(Spelling::German), norwegian: names(Spelling::Norwegian) }
}

/// The query and its place; without one, the quoted name and the place of the brand.
fn query(key: Key<String>, name: &Written<Line>, brand: Place, findings: &mut Findings) -> (String, Place) {
    if let Key::Given(written) = key {
        return (written.value, written.place);
    }
    let name = &name.value.0;
    if name.contains(is_quote) && key.is_absent() {
        let message = format!("{} cannot be searched for as it stands, because of its quotes", shown(name));
        findings.add(&brand.child("query"), message, "add a `query`");
    }
    (format!("\"{name}\""), brand)
}

/// A list of addresses as plain strings.
pub(super) fn addresses(list: Key<List<Recipient>>) -> Vec<String> {
    list.or(Vec::new()).into_iter().map(|recipient| recipient.value.0).collect()
}
