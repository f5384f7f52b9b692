//! The Go template language: text in, parsed templates out; parsed templates and data in, text out.
//!
//! Nothing here knows Helm, YAML or files.

mod ast;
mod budget;
mod builtins;
mod constant;
mod display;
mod error;
mod eval;
mod flow;
mod function;
mod last_read;
mod lexer;
pub mod outline;
mod parse_error;
mod parser;
mod scope;
mod set;
mod reads;
mod trace;
mod world;

pub use ast::Parsed;
pub use budget::{Budget, Limits};
pub use error::{Cause, Error, Frame, Missing};
pub use eval::{Context, Render};
pub use flow::{DataRead, DataStep};
pub use function::{Arg, Callable, Function, Raised, Reply, Rest, function};
pub use parse_error::ParseError;
pub use parser::{Functions, parse, parse_all};
pub use set::{Template, TemplateSet};
pub use trace::{Condition, Origin, Trace};
pub use world::{Call, Watcher, World};
