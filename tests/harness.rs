//! A test of the harness, made of a function that fails with any error or text.

use libtest_mimic::Trial;

/// Why a test fails.
pub(crate) type Failed = Box<dyn std::error::Error>;

/// The test `name`, which runs `check`.
pub(crate) fn test(
    name: impl Into<String>,
    check: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    Trial::test(name, move || check().map_err(Into::into))
}
