//! Hubs (WebSub): which one a document names, and how one is asked. Never decides when to ask; that is the subscriber's
//! work.

use http::HeaderMap;
use http::header::LINK;
use url::Url;

use super::Pipeline;
use crate::fetch::politeness::{self, Verdict};
use crate::model::{FoundHub, Hub, Instant, PollFault};
use crate::parse::link_header;
use crate::store::HubOutcome;

/// The hub that an answer names: in its `Link` headers first, else in its document (W3C WebSub, 4). A topic that nobody
/// names is the address itself.
pub(super) fn named(headers: Option<&HeaderMap>, address: &Url, in_document: Option<Hub>) -> Option<FoundHub> {
    let headers = headers.into_iter().flat_map(|headers| headers.get_all(LINK)).filter_map(|value| value.to_str().ok());
    let links = link_header::links(headers, address);
    let (url, topic) = in_document.map(|hub| (hub.url, hub.topic)).unzip();
    let url = link_header::first(&links, "hub").cloned().or(url)?;
    let topic = link_header::first(&links, "self").cloned().or(topic).unwrap_or_else(|| address.clone());
    Some(FoundHub { hub: Hub { url, topic }, read_from: address.clone() })
}

impl Pipeline {
    /// Asks a hub; the answer says only that it took the request. `until` is when it wants to be asked again, if it says
    /// so.
    pub async fn ask_hub(
        &self,
        hub: &Url,
        form: &[(&str, &str)],
        allow_private: bool,
        now: Instant,
    ) -> (HubOutcome, Option<Instant>) {
        let answer = match self.client.post_form(hub, form, allow_private).await {
            Ok(answer) => answer,
            Err(fault) => return (HubOutcome::Failed(fault.to_string()), None),
        };
        match politeness::verdict(&answer, None, now) {
            Verdict::Read | Verdict::Unchanged => (HubOutcome::Accepted, None),
            Verdict::Fault(PollFault::Throttled { status, until }) => {
                (HubOutcome::Failed(PollFault::Throttled { status, until }.to_string()), until)
            }
            Verdict::Fault(fault) if (400..500).contains(&answer.status) && answer.status != 408 => {
                (HubOutcome::Denied(fault.to_string()), None)
            }
            Verdict::Fault(fault) => (HubOutcome::Failed(fault.to_string()), None),
        }
    }
}
