//! What the command is asked for.

use std::path::{Path, PathBuf};

use crate::bundle::{self, Hooks};
use crate::commands::{Error, template};
use go_text_template::data::Failure;
use go_text_template::dates::{Time, Zone};

/// What `bundle` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// What is rendered, and how.
    pub template: template::Args,
    /// `--output`; standard output if there is none.
    pub output: Option<PathBuf>,
    /// `--hooks`, `--no-hooks`.
    pub hooks: Hooks,
    /// `--skip-crds`.
    pub skip_crds: bool,
    /// `--create-namespace`.
    pub create_namespace: bool,
    /// `--label`.
    pub labels: Vec<(String, String)>,
    /// `--applyset`.
    pub applyset: Option<String>,
    /// Where random values come from.
    pub randomness: Randomness,
    /// What the clock shows.
    pub clock: Clock,
    /// `--rewrite`: the registry that all images are moved to.
    pub registry: Option<String>,
    /// `--split`: the folder for a file of each document.
    pub split: Option<PathBuf>,
    /// `--images`: the file that lists the images.
    pub images: Option<PathBuf>,
    /// `--deny duplicate-keys`: a key that a map has twice is an error.
    pub deny_duplicate_keys: bool,
    /// `--allow-duplicate-objects`: different objects may have one name.
    pub allow_duplicate_objects: bool,
    /// What the bundle calls its own file, if not by the name in `output`.
    pub head_name: Option<String>,
}

impl Args {
    /// What the bundle calls its own file: the folder does not matter.
    pub(super) fn file_name(&self) -> String {
        let written = self.output.as_deref().and_then(Path::file_name);
        let written = written.map(|name| name.to_string_lossy().into_owned());
        let name = self.head_name.clone().or(written).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| bundle::FILE_NAME.to_owned())
    }
}

/// Where random values come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Randomness {
    /// Nowhere: a chart that wants some is refused.
    #[default]
    Refused,
    /// `--seed`: from this text.
    Seed(String),
    /// `--freeze`: from what this file has recorded.
    Freeze(PathBuf),
    /// `--random`: from the machine, as when Helm renders.
    Machine,
}

/// `--clock`, or `SOURCE_DATE_EPOCH`: seconds since 1970, or a time of RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock(pub Option<String>);

impl Clock {
    /// The time, as seconds since 1970.
    pub(super) fn moment(&self) -> Result<Option<i64>, Error> {
        let Some(text) = &self.0 else { return Ok(None) };
        if let Ok(seconds) = text.parse() {
            return Ok(Some(seconds));
        }
        let layout = b"2006-01-02T15:04:05Z07:00";
        let wrong = || {
            let what = "it must be seconds since 1970 or a time like 2026-01-31T12:00:00Z";
            Failure::from(format!("invalid value {text:?} of --clock: {what}"))
        };
        let time = Time::parse(layout, text.as_bytes(), &Zone::default()).map_err(|_| wrong())?;
        Ok(Some(time.unix()))
    }
}
