//! Every adapter against a network that keeps to its contract: what is asked, what is read of the sample answers page by
//! page, what is asked again later, what each refusal means, and that no missing or changed field does harm.

mod counts;
mod described;
mod edges;
mod news;
mod reviews;
mod social;
mod talk;

use mentiond::model::SourceKind;

use crate::common::contract::Contract;

#[tokio::test]
async fn lemmy() {
    let nothing = r#"{"type_":"All","comments":[],"posts":[],"communities":[],"users":[]}"#;
    let contract = Contract::of(SourceKind::Lemmy, &["acme coffee"], nothing);
    contract.page("lemmy-search.json").envelopes("lemmy").holds("lemmy").await;
}
