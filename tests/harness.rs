//! A test of the harness, made of a function that fails with any error or text.

use libtest2_mimic::{RunError, Trial};

/// Why a test fails.
pub(crate) type Failed = Box<dyn std::error::Error>;

/// The test `name`, which runs `check`.
pub(crate) fn test(
    name: impl Into<String>,
    check: impl Fn() -> Result<(), Failed> + Send + Sync + 'static,
) -> Trial {
    Trial::test(name, move |_| check().map_err(RunError::fail))
}
