//! From a chart and values to manifests, and what can be said about both.

pub mod faults;
pub mod render;
pub mod manifest;
pub mod lint;
pub mod bundle;
pub mod pipeline;
pub mod explain;
pub mod rules;
pub mod renderer;
