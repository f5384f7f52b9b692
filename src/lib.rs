//! Renders Helm charts to plain Kubernetes manifests, byte for byte as Helm does.
//!
//! The rooms stand on floors, each of which knows only those before it (`tests/layers.rs` holds the
//! line, `docs/architecture.md` shows it). The engine below them is the crate `go-text-template`.

mod chart;
mod release;
mod remote;
mod app;

pub use app::{batch, cli, commands, session};
pub use chart::{files, model, package, plugins, provenance, schema, values};
pub use release::{bundle, lint, manifest, pipeline, render};
pub use remote::{network, registry, repository, sources};
