//! Charts as they lie on disk or in archives: what they are, their values, their signatures.

pub mod model;
pub mod values;
pub mod schema;
pub mod package;
pub mod provenance;
pub mod plugins;
pub mod files;
