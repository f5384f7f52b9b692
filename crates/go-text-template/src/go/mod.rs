//! What Go's standard library and its neighbours give: values, patterns, versions, times.

pub mod compat;
pub mod diagnostics;
pub mod data;
pub mod pattern;
pub mod semver;
pub mod dates;
pub mod url;
pub mod path;
