//! Renders Helm charts to plain Kubernetes manifests, byte for byte as Helm does.
//!
//! The modules stand in the order of their layers: each imports only what is declared before it
//! (`tests/layers.rs` holds the line, `docs/architecture.md` shows it).

#![forbid(unsafe_code)]

pub mod compat;
pub mod diagnostics;
pub mod data;
pub mod json;
pub mod yaml;
pub mod pattern;
pub mod semver;
pub mod dates;
pub mod toml;
pub mod jsonpath;
pub mod template;
pub mod functions;
pub mod chart;
pub mod values;
pub mod render;
pub mod manifest;
pub mod lint;
pub mod package;
pub mod provenance;
pub mod plugins;
pub mod network;
pub mod registry;
pub mod repository;
pub mod bundle;
pub mod batch;
pub mod commands;
pub mod cli;

pub use compat::Compat;
