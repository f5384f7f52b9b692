//! From defaults, files and flags to the values that templates see.

pub mod schema;
