//! What templates see as `.Release`.

use crate::data::{Map, Str, Value};

/// The release that is rendered.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its name.
    pub name: Str,
    /// The namespace it goes to.
    pub namespace: Str,
    /// True for an upgrade, false for a first installation.
    pub is_upgrade: bool,
}

impl Release {
    /// The `.Release` of the templates.
    pub(super) fn to_value(&self) -> Map {
        let map = Map::new();
        map.insert("Name", self.name.clone());
        map.insert("Namespace", self.namespace.clone());
        map.insert("IsUpgrade", self.is_upgrade);
        map.insert("IsInstall", !self.is_upgrade);
        map.insert("Revision", Value::int(1));
        map.insert("Service", "Helm");
        map
    }
}
