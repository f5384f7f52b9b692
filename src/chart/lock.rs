//! Chart.lock and requirements.lock.

use super::metadata::{Dependency, Overlay, take_structs, take_text};
use crate::data::{Str, Tree, TreeMap};
use crate::dates::{Time, Zone};

/// What a lock file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// When it was written, as RFC 3339 has it; empty if it does not say.
    pub generated: Str,
    /// A hash of the dependencies.
    pub digest: Str,
    /// The dependencies with the versions chosen; Helm lets nulls stand.
    pub dependencies: Vec<Option<Dependency>>,
}

impl Overlay for Lock {
    fn overlay(&mut self, table: &TreeMap) {
        for (field, value) in table.iter() {
            match field.as_bytes() {
                b"generated" => take_text(value, &mut self.generated),
                b"digest" => take_text(value, &mut self.digest),
                b"dependencies" => take_structs(value, &mut self.dependencies),
                _ => {}
            }
        }
    }
}

/// What Go finds wrong with the time in `table`.
pub(super) fn time_fault(table: &TreeMap) -> Option<String> {
    const RFC_3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
    match table.get(b"generated")? {
        Tree::String(text) => {
            Time::parse(RFC_3339, text, &Zone::UTC).err().map(|error| error.to_string())
        }
        _ => Some("Time.UnmarshalJSON: input is not a JSON string".to_owned()),
    }
}
