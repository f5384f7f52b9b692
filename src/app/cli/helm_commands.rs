//! The names of Helm's commands.

use go_text_template::diagnostics::edit_distance;

/// Helm's commands in the order in which it suggests them.
pub(super) const NAMES: [&str; 25] = [
    "create",
    "dependency",
    "pull",
    "show",
    "lint",
    "package",
    "repo",
    "search",
    "verify",
    "get",
    "history",
    "install",
    "list",
    "test",
    "rollback",
    "status",
    "template",
    "uninstall",
    "upgrade",
    "completion",
    "env",
    "plugin",
    "version",
    "registry",
    "push",
];

/// True for Helm's commands, whether the program has them or not.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// True for a command that was perhaps meant: one or two typing errors away, or only begun, or
/// called so in earlier times.
pub(super) fn is_meant(typed: &str, known: &str) -> bool {
    let typed = typed.to_lowercase();
    edit_distance(&typed, known) <= 2
        || known.starts_with(&typed)
        || known == "uninstall" && ["remove", "rm"].contains(&&*typed)
}
