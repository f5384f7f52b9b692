//! The kinds of plugins, as plugin.yaml has them.

/// Plugins that are commands.
pub const COMMAND: &str = "cli/v1";
/// Plugins that work on manifests.
pub const POST_RENDERER: &str = "postrenderer/v1";
/// Plugins that fetch.
pub const GETTER: &str = "getter/v1";
