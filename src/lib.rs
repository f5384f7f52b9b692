//! Renders Helm charts to plain Kubernetes manifests, byte for byte as Helm does.
//!
//! The modules stand in the order of their layers: each imports only what is declared before it
//! (`tests/layers.rs` holds the line, `docs/architecture.md` shows it).

pub mod chart;
pub mod cli;
pub mod commands;
pub mod compat;
pub mod data;
pub mod dates;
pub mod diagnostics;
pub mod functions;
pub mod json;
pub mod manifest;
pub mod pattern;
pub mod render;
pub mod semver;
pub mod template;
pub mod toml;
pub mod values;
pub mod yaml;

pub use compat::Compat;
