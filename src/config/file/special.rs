//! Tables that are not read key by key: servers with their fallbacks, and routes within routes.

use toml::de::DeValue;

use super::{List, RouteTable, ServerTable};
use crate::config::fault::Place;
use crate::config::reader::{Key, Readable, Reader, TABLE, table};

/// `[mail.smtp]`: a server, and those that stand in for it.
#[derive(Default)]
pub(in crate::config) struct SmtpTable {
    pub(in crate::config) server: ServerTable,
    pub(in crate::config) fallback: Key<List<ServerTable>>,
}

impl Readable for SmtpTable {
    const KIND: &'static str = TABLE;

    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        let entries = table(value, place, reader)?;
        let mut keys = ServerTable::own_keys();
        keys.push("fallback");
        reader.refuse_other_keys(entries, place, &keys);
        let server = ServerTable::take(entries, place, reader);
        Some(Self { server, fallback: reader.key(entries, place, "fallback") })
    }

    fn keys(path: &str, out: &mut Vec<String>) {
        ServerTable::keys(path, out);
        List::<ServerTable>::keys(&format!("{path}.fallback"), out);
    }
}

/// Routes within a route. They have the same keys, which are not told again.
#[derive(Default)]
pub(in crate::config) struct Nested(pub(in crate::config) List<RouteTable>);

impl Readable for Nested {
    const KIND: &'static str = "a list";

    fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        List::read(value, place, reader).map(Self)
    }

    fn keys(_: &str, _: &mut Vec<String>) {}
}
