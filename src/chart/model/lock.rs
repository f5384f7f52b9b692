//! Chart.lock and requirements.lock.

use super::chart_yaml::Dependency;
use super::metadata::{Overlay, take_structs, take_text};
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::dates::{Time, Zone};

/// What a lock file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// When it was written, as RFC 3339 has it; empty if it does not say.
    pub generated: Str,
    /// A hash of the dependencies.
    pub digest: Str,
    /// The dependencies with the versions chosen; Helm lets nulls stand.
    pub dependencies: Vec<Option<Dependency>>,
    /// True if there is a list of dependencies, were it empty.
    pub lists_dependencies: bool,
}

impl Lock {
    /// When it was written; the year 1 if it does not say.
    pub fn time(&self) -> Option<Time> {
        let text = if self.generated.is_empty() { NEVER.into() } else { self.generated.clone() };
        Time::parse(RFC_3339, &text, &Zone::UTC).ok()
    }

    /// The lock, as if written `unix` seconds after 1970.
    pub fn generated_at(&self, unix: i64) -> Self {
        let time = Time::from_unix(unix, Zone::UTC);
        Self { generated: time.format(RFC_3339_NANO).into(), ..self.clone() }
    }

    /// The time as Go writes it.
    pub(super) fn generated_text(&self) -> Str {
        self.time().map_or_else(|| self.generated.clone(), |time| time.format(RFC_3339_NANO).into())
    }
}

const RFC_3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
const RFC_3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
/// Go's time for none.
const NEVER: &str = "0001-01-01T00:00:00Z";

impl Overlay for Lock {
    fn overlay(&mut self, table: &TreeMap) {
        for (field, value) in table.iter() {
            match field.as_bytes() {
                b"generated" => take_text(value, &mut self.generated),
                b"digest" => take_text(value, &mut self.digest),
                b"dependencies" => {
                    self.lists_dependencies = true;
                    take_structs(value, &mut self.dependencies);
                }
                _ => {}
            }
        }
    }
}

/// What Go finds wrong with the time in `table`.
pub(super) fn time_fault(table: &TreeMap) -> Option<String> {
    time_fault_of(table, b"generated")
}

/// What Go finds wrong with the time `field` of `table`.
pub(super) fn time_fault_of(table: &TreeMap, field: &[u8]) -> Option<String> {
    match table.get(field)? {
        Tree::String(text) => {
            Time::parse(RFC_3339, text, &Zone::UTC).err().map(|error| error.to_string())
        }
        _ => Some("Time.UnmarshalJSON: input is not a JSON string".to_owned()),
    }
}
