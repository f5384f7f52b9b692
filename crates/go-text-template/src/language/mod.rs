//! The language of templates and its functions.

pub mod template;
pub mod functions;
