//! Semantic versions and constraints on them, as lenient as Helm's.
//!
//! In: text of a chart or template. Out: a [`Version`] to print and compare, or a [`Constraint`] to
//! check versions against.

mod constraint;
mod scan;
mod version;

pub use constraint::{Constraint, ConstraintError};
pub use version::{Part, Version, VersionError};
