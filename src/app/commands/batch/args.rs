//! What the command is asked for.

use std::path::PathBuf;

use crate::commands::{manifests, output};

/// What `batch` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The file with the list; `-` is standard input.
    pub list: String,
    /// `--jobs`: threads; 0 is one for each core.
    pub jobs: usize,
    /// `--output-dir`: where each release gets a folder.
    pub output_dir: Option<PathBuf>,
    /// `--report`: the file that gets a line for each release.
    pub report: Option<PathBuf>,
    /// `--fail-fast`: the first release that fails is the last one.
    pub fail_fast: bool,
    /// `--shard`, still to be read.
    pub shard: Option<String>,
    /// `--cache`: a folder or a URL.
    pub cache: Option<String>,
    /// How releases are rendered that do not say otherwise.
    pub render: manifests::Args,
    /// What is written of such releases.
    pub output: output::Args,
}
