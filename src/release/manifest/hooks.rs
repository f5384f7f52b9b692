//! Which documents are hooks, and for which events.

use bstr::ByteSlice;

use super::document::Document;
use go_text_template::data::Str;

/// The annotation that makes a document a hook.
pub(super) const ANNOTATION: &str = "helm.sh/hook";

/// A document that is applied at an event of the release's life.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The document.
    pub document: Document,
    /// Its events, in the order in which they are written.
    pub events: Vec<HookEvent>,
    /// All annotations of the document.
    pub annotations: Vec<(Str, Str)>,
}

impl Hook {
    /// True for hooks that `helm test` runs.
    pub fn is_test(&self) -> bool {
        self.events.contains(&HookEvent::Test)
    }
}

/// An event of a release's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are Helm's")]
pub enum HookEvent {
    PreInstall,
    PostInstall,
    PreDelete,
    PostDelete,
    PreUpgrade,
    PostUpgrade,
    PreRollback,
    PostRollback,
    Test,
}

impl HookEvent {
    /// The events of the comma-separated `list`; `None` if one of them is unknown.
    pub fn parse_list(list: &[u8]) -> Option<Vec<Self>> {
        list.split_str(",").map(|name| Self::parse(&name.trim().to_lowercase())).collect()
    }

    /// The name that Helm writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreInstall => "pre-install",
            Self::PostInstall => "post-install",
            Self::PreDelete => "pre-delete",
            Self::PostDelete => "post-delete",
            Self::PreUpgrade => "pre-upgrade",
            Self::PostUpgrade => "post-upgrade",
            Self::PreRollback => "pre-rollback",
            Self::PostRollback => "post-rollback",
            Self::Test => "test",
        }
    }

    fn parse(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"pre-install" => Self::PreInstall,
            b"post-install" => Self::PostInstall,
            b"pre-delete" => Self::PreDelete,
            b"post-delete" => Self::PostDelete,
            b"pre-upgrade" => Self::PreUpgrade,
            b"post-upgrade" => Self::PostUpgrade,
            b"pre-rollback" => Self::PreRollback,
            b"post-rollback" => Self::PostRollback,
            // `test-success` is Helm 2's name.
            b"test" | b"test-success" => Self::Test,
            _ => return None,
        })
    }
}
