//! The functions that sprig and Helm add to the template language.
//!
//! One small function each, with the signature of its Go original. Its examples are what the real
//! Helm prints, and a test runs them.

mod casing;
mod certificate;
mod cipher;
mod control;
mod dates;
mod decimal;
mod defaults;
mod dicts;
mod durations;
mod encoding;
mod formats;
mod hashes;
mod host;
mod layout;
mod lists;
mod numbers;
mod password;
mod paths;
mod random;
mod reflection;
mod regex;
mod semver;
mod strings;
mod templates;
mod toml;
mod urls;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

pub use host::{Host, Stop};
pub use templates::{NO_VALUE, without_no_value};

use crate::compat::Compat;
use crate::template::{Callable, Function};

/// All tables; no name stands in two of them.
static TABLES: &[&[Function]] = &[
    casing::TABLE,
    certificate::TABLE,
    cipher::TABLE,
    control::TABLE,
    dates::TABLE,
    defaults::TABLE,
    dicts::TABLE,
    durations::TABLE,
    encoding::TABLE,
    formats::TABLE,
    hashes::TABLE,
    layout::TABLE,
    lists::TABLE,
    numbers::TABLE,
    password::TABLE,
    paths::TABLE,
    random::TABLE,
    reflection::TABLE,
    regex::TABLE,
    semver::TABLE,
    strings::TABLE,
    templates::TABLE,
    toml::TABLE,
    urls::TABLE,
];

/// Names that only Helm 4 has.
static HELM4_ONLY: &[&str] = &[
    "durationDays",
    "durationHours",
    "durationMicroseconds",
    "durationMilliseconds",
    "durationMinutes",
    "durationNanoseconds",
    "durationRoundTo",
    "durationSeconds",
    "durationTruncateTo",
    "durationWeeks",
    "mustToDuration",
    "mustToToml",
    "mustToYaml",
];

/// The names of all functions of the Helm that `compat` stands for, in no particular order; Go's
/// own are not among them.
pub fn names(compat: Compat) -> impl Iterator<Item = &'static str> {
    let names = TABLES.iter().copied().flatten().map(|(name, _)| *name);
    names.filter(move |name| !(compat.is_helm3() && HELM4_ONLY.contains(name)))
}

/// The function `name` of the Helm that `compat` stands for; Go's own functions are not here.
pub fn lookup(name: &str, compat: Compat) -> Option<&'static dyn Callable> {
    static BY_NAME: OnceLock<HashMap<&str, &dyn Callable, Fnv>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| TABLES.iter().copied().flatten().copied().collect());
    let callable = by_name.get(name)?;
    if compat.is_helm3() && HELM4_ONLY.contains(&name) {
        return None;
    }
    Some(*callable)
}

/// Fowler, Noll and Vo's hash: nobody can choose what stands in the table, and names are short.
type Fnv = BuildHasherDefault<FnvHasher>;

struct FnvHasher(u64);

impl Default for FnvHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for FnvHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests;
