//! What templates see as `.Release`.

use go_text_template::data::{Map, Str, Value};

/// The release that is rendered.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its name.
    pub name: Str,
    /// The namespace it goes to.
    pub namespace: Str,
    /// What becomes of it.
    pub stage: Stage,
}

/// What becomes of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is installed for the first time.
    Install,
    /// It takes the place of an older one.
    Upgrade,
    /// Nothing: the chart is only looked at.
    Nothing,
}

impl Stage {
    /// An upgrade, or a first installation.
    pub fn of_upgrade(is_upgrade: bool) -> Self {
        if is_upgrade { Self::Upgrade } else { Self::Install }
    }
}

impl Release {
    /// The `.Release` of the templates.
    pub(super) fn to_value(&self) -> Map {
        let map = Map::new();
        map.insert("Name", self.name.clone());
        map.insert("Namespace", self.namespace.clone());
        map.insert("IsUpgrade", self.stage == Stage::Upgrade);
        map.insert("IsInstall", self.stage == Stage::Install);
        map.insert("Revision", Value::int(i64::from(self.stage != Stage::Nothing)));
        map.insert("Service", "Helm");
        map
    }
}
