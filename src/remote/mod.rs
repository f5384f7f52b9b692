//! Charts that are elsewhere: the network, registries, repositories.

pub mod network;
pub mod registry;
pub mod repository;
pub mod sources;
