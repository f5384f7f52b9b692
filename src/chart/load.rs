//! Reading a chart from the disk.

use std::path::Path;

use super::{Chart, Error, Notice};
use crate::compat::Compat;

/// Loads the chart at `path`, a directory or an archive, as the Helm of `compat` does.
///
/// What Helm would say on stderr goes to `notices`, also when loading fails.
pub fn load(path: &Path, compat: Compat, notices: &mut Vec<Notice>) -> Result<Chart, Error> {
    todo!()
}
