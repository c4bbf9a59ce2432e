//! Who hears what by a configuration, in a few lines: alerts, by routes too, incidents, when it is quiet, digests, and who gets what
//! does not arrive. Pure.

use std::collections::BTreeMap;

use crate::app::Plan;
use crate::config::{Config, DeliverConfig, EscalationStep, Located, QuietConfig, QuietSpan, RouteConfig};
use crate::model::outbox::{StandIn, channel_of};
use crate::model::units::duration_text;

/// Brands that are named where several are told alike.
const NAMED: usize = 5;

/// The lines.
pub fn lines(config: &Config, plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let brands = plan.watched.iter().map(|watched| (watched.brand.name.clone(), watched.brand.recipients.clone()));
    for (recipients, brands) in alike(brands) {
        lines.push(format!("alerts about {}: {}", some(&brands), people(&recipients)));
    }
    routes(&config.routes, 1, &mut lines);
    ladders(plan, &mut lines);
    incidents(config, plan, &mut lines);
    if !config.quiet.spans.is_empty() {
        lines.push(quiet_line("alerts", &config.quiet));
    }
    quiet_of(&config.routes, &config.quiet, &mut lines);
    for digest in &plan.digests {
        let config = &digest.config;
        let zone = config.time_zone;
        let about = if config.brands.is_empty() { String::new() } else { format!(" about {}", some(&config.brands)) };
        let to: Vec<String> = digest.audience.iter().map(|(recipient, _)| recipient.clone()).collect();
        lines.push(format!("digest `{}`{about}, at `{}` in {zone}: {}", config.name, config.schedule, people(&to)));
    }
    lines.extend(config.stand_ins.iter().map(stand_in));
    let DeliverConfig { fallback, fallback_after } = &config.deliver;
    if !fallback.is_empty() {
        let after = duration_text(*fallback_after);
        lines.push(format!(
            "when nothing gets through by a way out for {after}, or a notice does not: {}",
            people(fallback)
        ));
    }
    lines
}

/// Who gets what does not arrive by a way out.
fn stand_in((way, stand_in): (&String, &StandIn)) -> String {
    let by = channel_of(way).map_or("by mail".to_owned(), |name| format!("by the channel `{name}`"));
    let (after, to) = (duration_text(stand_in.after), people(&stand_in.recipients));
    format!("what cannot be delivered {by} for {after}, at once where it is refused for good: {to} instead")
}

/// Those who are told alike, in the order of the first of their brands.
fn alike<T: PartialEq>(brands: impl Iterator<Item = (String, T)>) -> Vec<(T, Vec<String>)> {
    let mut groups: Vec<(T, Vec<String>)> = Vec::new();
    for (brand, told) in brands {
        match groups.iter_mut().find(|(known, _)| *known == told) {
            Some((_, names)) => names.push(brand),
            None => groups.push((told, vec![brand])),
        }
    }
    groups
}

fn some(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "))
}

fn people(recipients: &[String]) -> String {
    if recipients.is_empty() { "nobody".to_owned() } else { recipients.join(", ") }
}

fn routes(located: &[Located<RouteConfig>], depth: usize, lines: &mut Vec<String>) {
    for Located { value: route, .. } in located {
        let own = &route.settings.recipients;
        let to = if own.is_empty() { "the recipients of the brand".to_owned() } else { own.join(", ") };
        let goes_on = if route.goes_on { "; the routes behind it too" } else { "" };
        let indent = "  ".repeat(depth);
        lines.push(format!("{indent}by the route `{}`, {}: {to}{goes_on}", route.name, conditions(route)));
        routes(&route.routes, depth + 1, lines);
    }
}

/// Who is told next, of alerts and of incidents, a line for each step.
fn ladders(plan: &Plan, lines: &mut Vec<String>) {
    let name = |route: String| if route.is_empty() { "[alert]".to_owned() } else { format!("`{route}`") };
    let ladders = plan.ladders().into_iter().map(|ladder| (name(ladder.route), ladder.steps));
    for (steps, routes) in alike(ladders) {
        for EscalationStep { after, recipients } in steps {
            let (after, routes) = (duration_text(after), some(&routes));
            let to = people(&recipients);
            lines.push(format!("what nobody has acknowledged {after} after it was told by {routes}: {to}"));
        }
    }
}

/// Which alerts a route is for.
fn conditions(route: &RouteConfig) -> String {
    let severities: Vec<&str> = route.severities.iter().map(|severity| severity.as_str()).collect();
    let mut parts = Vec::new();
    if !route.brands.is_empty() {
        parts.push(some(&route.brands));
    }
    if !severities.is_empty() {
        parts.push(severities.join(" or "));
    }
    if !route.rules.is_empty() {
        parts.push(format!("rule {}", route.rules.join(" or ")));
    }
    if let Some(query) = &route.query {
        parts.push(format!("query `{query}`"));
    }
    if parts.is_empty() { "everything".to_owned() } else { parts.join(", ") }
}

fn incidents(config: &Config, plan: &Plan, lines: &mut Vec<String>) {
    let audiences: BTreeMap<_, _> = plan.incident_audiences();
    let told = plan.watched.iter().map(|watched| {
        let name = &watched.brand.name;
        let settings = config.spikes.of(name);
        let mut recipients: Vec<String> = Vec::new();
        for (_, reached) in audiences.get(name).iter().flat_map(|audience| &audience.ways) {
            recipients.extend(reached.iter().filter(|one| !recipients.contains(one)).cloned().collect::<Vec<_>>());
        }
        (name.clone(), settings.enabled.then_some((recipients, settings.budget)))
    });
    for (told, brands) in alike(told) {
        lines.push(match told {
            Some((recipients, budget)) => format!(
                "when negative stories spread about {}, {budget} false alarms in 30 days at most: {}",
                some(&brands),
                people(&recipients)
            ),
            None => format!("when negative stories spread about {}: nobody, `[spike]` is off", some(&brands)),
        });
    }
}

/// The routes whose quiet hours are not those around them.
fn quiet_of(located: &[Located<RouteConfig>], around: &QuietConfig, lines: &mut Vec<String>) {
    for Located { value: route, .. } in located {
        let own = &route.settings.quiet;
        if own != around && !(own.spans.is_empty() && around.spans.is_empty()) {
            lines.push(quiet_line(&format!("the route `{}`", route.name), own));
        }
        quiet_of(&route.routes, own, lines);
    }
}

fn quiet_line(whose: &str, hours: &QuietConfig) -> String {
    let QuietConfig { spans, time_zone, urgent_breaks_through, incidents_break_through } = hours;
    if spans.is_empty() {
        return format!("quiet hours of {whose}: never");
    }
    let spans: Vec<String> = spans.iter().map(span).collect();
    let through = match (urgent_breaks_through, incidents_break_through) {
        (true, true) => "but for what is urgent and for incidents",
        (true, false) => "but for what is urgent",
        (false, true) => "but for incidents",
        (false, false) => "without an exception",
    };
    format!("quiet hours of {whose}: {} in {time_zone}, {through}", spans.join(", "))
}

fn span(span: &QuietSpan) -> String {
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let days: Vec<String> = span.days.iter().map(|day| day.to_string().to_lowercase()).collect();
    let days = if days.len() == 7 { String::new() } else { format!("{} ", days.join(" ")) };
    format!("{days}{}-{}", time(span.from), time(span.to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Env};
    use crate::model::Instant;

    #[test]
    fn who_hears_what_is_a_few_lines() {
        let text = "
state_dir = \"state\"
recipients = [\"anna@hop.example\"]
time_zone = \"Europe/Oslo\"
[alert]
quiet = \"22:00-07:00, sat sun 00:00-24:00\"
[[alert.escalate]]
after = \"30m\"
recipients = [\"boss@hop.example\"]
[[route]]
name = \"law\"
severities = [\"urgent\"]
recipients = [\"law@hop.example\"]
quiet = \"never\"
continue = true
[[route]]
name = \"desk\"
brands = [\"Lego\"]
incidents_break_through = true
[[route.route]]
name = \"refunds\"
query = 'refund*'
recipients = [\"channel:ops\"]
[[channel]]
name = \"ops\"
kind = \"ntfy\"
room = \"r\"
fallback = [\"kari@hop.example\", \"channel:pager\"]
fallback_after = \"5m\"
[[channel]]
name = \"pager\"
kind = \"ntfy\"
room = \"p\"
[mail]
fallback = [\"channel:pager\"]
[deliver]
fallback = [\"channel:ops\"]
[[brand]]
name = \"Skip Hop\"
[[brand]]
name = \"Lego\"
recipients = [\"ole@lego.example\"]
[[digest]]
name = \"bricks\"
schedule = \"0 8 * * *\"
query = \"lego OR duplo\"
[[brand]]
name = \"Duplo\"
spike = { enabled = false }
[[source]]
name = \"blog\"
kind = \"feed\"
url = \"https://blog.example/feed\"
";
        let config = config::parse("mentiond.toml", text, &Env::default()).unwrap();
        let plan = Plan::of(&config, Instant::UNIX_EPOCH).unwrap();
        let expected = [
            "alerts about Skip Hop, Duplo: anna@hop.example",
            "alerts about Lego: ole@lego.example",
            "  by the route `law`, urgent: law@hop.example; the routes behind it too",
            "  by the route `desk`, Lego: the recipients of the brand",
            "    by the route `refunds`, query `refund*`: channel:ops",
            "what nobody has acknowledged 30m after it was told by [alert], `law`, `desk`, `refunds`: boss@hop.example",
            "when negative stories spread about Skip Hop, 0.3 false alarms in 30 days at most: anna@hop.example",
            "when negative stories spread about Lego, 0.3 false alarms in 30 days at most: ole@lego.example",
            "when negative stories spread about Duplo: nobody, `[spike]` is off",
            "quiet hours of alerts: 22:00-07:00, sat sun 00:00-24:00 in Europe/Oslo, but for what is urgent",
            "quiet hours of the route `law`: never",
            "quiet hours of the route `desk`: 22:00-07:00, sat sun 00:00-24:00 in Europe/Oslo, but for what is urgent and for incidents",
            "digest `bricks` about Lego, Duplo, at `0 8 * * *` in Europe/Oslo: ole@lego.example, anna@hop.example",
            "what cannot be delivered by the channel `ops` for 5m, at once where it is refused for good: kari@hop.example, channel:pager instead",
            "what cannot be delivered by mail for 15m, at once where it is refused for good: channel:pager instead",
            "when nothing gets through by a way out for 30m, or a notice does not: channel:ops",
        ];
        assert_eq!(lines(&config, &plan), expected);
    }
}
