//! The Go template language: text in, parsed templates out; parsed templates and data in, text out.
//!
//! Nothing here knows Helm, YAML or files.

mod budget;
mod error;
mod eval;
mod function;
mod world;

pub use budget::{Budget, Limits};
pub use error::Error;
pub use eval::Context;
pub use function::{Arg, Callable, Function, Raised, Reply, Rest, function};
pub use world::World;
