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
    /// It takes the place of an older one, as far as anybody knows of the first.
    Upgrade,
    /// It takes the place of an older one, and is the one of this number.
    UpgradeTo(u32),
    /// Nothing: the chart is only looked at.
    Nothing,
}

impl Stage {
    /// An upgrade, or a first installation.
    pub fn of_upgrade(is_upgrade: bool) -> Self {
        if is_upgrade { Self::Upgrade } else { Self::Install }
    }

    /// The number of the release; without a cluster every one is the first.
    fn revision(self) -> i64 {
        match self {
            Self::Nothing => 0,
            Self::Install | Self::Upgrade => 1,
            Self::UpgradeTo(revision) => i64::from(revision),
        }
    }
}

impl Release {
    /// The `.Release` of the templates.
    pub(super) fn to_value(&self) -> Map {
        let map = Map::new();
        map.insert("Name", self.name.clone());
        map.insert("Namespace", self.namespace.clone());
        map.insert("IsUpgrade", matches!(self.stage, Stage::Upgrade | Stage::UpgradeTo(_)));
        map.insert("IsInstall", self.stage == Stage::Install);
        map.insert("Revision", Value::int(self.stage.revision()));
        map.insert("Service", "Helm");
        map
    }
}
