//! Go's `text/template` with Sprig's functions and go-yaml's YAML, to the byte.
//!
//! The rooms stand on three floors, each of which knows only those before it: what Go's standard
//! library has, formats of text, and the language.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod go;
mod formats;
mod language;
mod fixed;
mod engine;

pub use formats::{json, jsonpath, toml, yaml};
pub use go::{compat, data, dates, diagnostics, path, pattern, semver, url};
pub use language::{functions, template};

pub use compat::Compat;
pub use engine::{Engine, Failed};
pub use fixed::Fixed;
