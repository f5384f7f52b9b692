//! Executes parsed templates.

mod context;

pub use context::{Context, Render};
