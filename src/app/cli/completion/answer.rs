//! What is answered to a completion script.

/// What is answered to a script.
#[derive(Debug, Default)]
pub(in crate::app::cli) struct Answer {
    /// For standard output.
    pub(in crate::app::cli) out: Vec<u8>,
    /// For standard error.
    pub(in crate::app::cli) err: String,
}
