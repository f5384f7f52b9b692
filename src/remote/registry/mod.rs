//! Registries that hold charts as OCI artifacts: references to bytes, and bytes to references.
//!
//! In: a reference, and what credentials there are. Out: a chart's archive whose digest was
//! verified, the tags of a repository, or the digest of what was pushed. All requests go through
//! the network's trait.

mod annotations;
mod authorize;
mod client;
mod error;
mod manifest;
mod plugin;
mod pull;
mod push;
mod reference;
mod refused;
mod tags;

pub use authorize::Credential;
pub use client::{Client, Credentials, Options};
pub use error::Error;
pub use plugin::PulledPlugin;
pub use pull::{Parts, Pulled};
pub use push::{Push, Pushed};
pub use reference::{BadReference, Reference, is_oci};
pub use tags::matching_tag;

/// The media type of what a chart's Chart.yaml says.
const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// The media type of a chart's archive.
const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// What older programs called it.
const LEGACY_CHART: &str = "application/tar+gzip";
/// The media type of a signature.
const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
/// The media type of a manifest.
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of a list of manifests.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What is said about tags with an underscore.
pub const UNDERSCORE: &str = "
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.";
