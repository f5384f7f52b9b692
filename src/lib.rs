//! Renders Helm charts to plain Kubernetes manifests, byte for byte as Helm does.
//!
//! A [`Renderer`] holds a chart and how it is rendered; [`Renderer::render`] gives a [`Rendering`] with its
//! documents, hooks and notes, or a [`Failed`] with the place of the fault. The template language alone is
//! the crate `go-text-template`.
//!
//! ```
//! # use chart::Renderer;
//! let made = Renderer::from_path("charts/web")?.release("shop", "team-a").render()?;
//! assert!(made.documents.iter().any(|document| document.kind == "Deployment"));
//! # Ok::<(), chart::Failed>(())
//! ```
//!
//! Everything else here serves the program of the same name: it is hidden, and changes without notice.

// The rooms stand on floors, each of which knows only those before it: `docs/architecture.md` shows them,
// and `tests/layers.rs` holds every arrow.
//
// What is hidden from the documentation cannot be linked to; the links in the front door are looked at.
#[allow(rustdoc::broken_intra_doc_links)]
mod edge;
#[allow(rustdoc::broken_intra_doc_links)]
mod chart;
#[allow(rustdoc::broken_intra_doc_links)]
mod release;
#[allow(rustdoc::broken_intra_doc_links)]
mod remote;
#[allow(rustdoc::broken_intra_doc_links)]
mod app;

pub use go_text_template::Compat;
pub use go_text_template::data::{Str, Tree, TreeMap};
pub use go_text_template::template::{Limits, World};
pub use release::renderer::{
    Asked, Code, Document, Failed, Hook, Place, Renderer, Rendering, System,
};

#[doc(hidden)]
pub use app::{batch, cli, commands, session};
#[doc(hidden)]
pub use chart::{files, model, package, plugins, provenance, schema, values};
#[doc(hidden)]
pub use edge::system;
#[doc(hidden)]
pub use release::{bundle, explain, faults, lint, manifest, pipeline, render, renderer, rules};
#[doc(hidden)]
pub use remote::{network, registry, repository, sources};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
