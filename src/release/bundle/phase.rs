//! In which order a bundle's documents come, and which hooks are among them.

use super::object::{Document, Object, Role};
use crate::manifest::HookEvent;

/// Which hooks a bundle has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hooks {
    /// None.
    None,
    /// Those of an installation, or of an upgrade if the chart is rendered for one.
    #[default]
    Install,
    /// All of them, tests and those of a deletion as well.
    All,
}

/// A part of a bundle; they are applied in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Definitions of custom resources.
    Definitions,
    /// Namespaces.
    Namespaces,
    /// Hooks that come before the resources.
    Before,
    /// Everything else, in the order of installation.
    Resources,
    /// Hooks that come after the resources.
    After,
    /// Hooks of other events.
    Others,
}

impl Phase {
    /// What the comment in the bundle calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Definitions => "custom resource definitions",
            Self::Namespaces => "namespaces",
            Self::Before => "hooks that come first",
            Self::Resources => "resources",
            Self::After => "hooks that come last",
            Self::Others => "hooks of other events",
        }
    }
}

/// The phase of a document; `None` for hooks that are left out.
pub(super) fn of(document: &Document, hooks: Hooks, is_upgrade: bool) -> Option<Phase> {
    let place = match &document.role {
        Role::Hook { .. } if hooks == Hooks::None => return None,
        Role::Hook { events, .. } => of_hook(events, is_upgrade),
        _ => Phase::Resources,
    };
    if place == Phase::Others && hooks != Hooks::All {
        return None;
    }
    Some(match () {
        () if document.holds_only(Object::is_definition) => Phase::Definitions,
        () if document.holds_only(Object::is_namespace) => Phase::Namespaces,
        () => place,
    })
}

fn of_hook(events: &[HookEvent], is_upgrade: bool) -> Phase {
    use HookEvent::{PostInstall, PostUpgrade, PreInstall, PreUpgrade};
    let (before, after) =
        if is_upgrade { (PreUpgrade, PostUpgrade) } else { (PreInstall, PostInstall) };
    match () {
        () if events.contains(&before) => Phase::Before,
        () if events.contains(&after) => Phase::After,
        () => Phase::Others,
    }
}

/// Sorts documents by their phase, hooks in it by their weight; else they stay as they are.
pub(super) fn sort(documents: &mut [(Phase, Document)]) {
    documents.sort_by_key(|(phase, document)| {
        let weight = match document.role {
            Role::Hook { weight, .. } => weight,
            _ => 0,
        };
        (*phase, weight)
    });
}
