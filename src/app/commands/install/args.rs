//! What the command is asked for.

use crate::commands::{repo, template};

/// What `install` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The chart, its values and its name.
    pub template: template::Args,
    /// `--output`.
    pub format: repo::Format,
    /// `--hide-secret`.
    pub hide_secret: bool,
    /// `--hide-notes`.
    pub hide_notes: bool,
    /// `--render-subchart-notes`.
    pub subchart_notes: bool,
    /// Whether the state of the release is coloured.
    pub color: bool,
}
