//! What the program can do: one file a command, each with its arguments and one `run`.
//!
//! In: arguments that are already understood. Out: bytes on the session's two writers. Nothing
//! here knows how flags are spelled.

pub mod batch;
pub mod cluster;
pub mod dependency;
pub mod dependency_list;
pub mod env;
pub mod explain;
pub mod bundle;
pub mod cmp;
pub mod create;
pub mod images;
pub mod install;
pub mod known;
pub mod kubeconfig;
pub mod krm;
pub mod lint;
pub mod locate;
pub mod manifests;
pub mod output;
pub mod package;
pub mod plugins;
mod post_render;
pub mod pull;
pub mod push;
pub mod registry;
mod release_name;
pub mod show;
mod table;
pub mod signing;
pub mod repo;
pub mod search;
pub mod template;
pub mod upgrade;
pub mod values;
pub mod verify;
pub mod verify_bundle;
pub mod version;
pub mod write_man;

mod cache;
mod credentials;
mod download;
mod dry_run;
mod environment;
mod expand;
mod error;
mod index_files;
mod outside;
mod lookups;
mod parallel;
pub mod report;
mod schema_files;
mod secret;
mod settings;
mod small_template;
mod value_files;

use std::io::Write;

pub use environment::Environment;
pub use error::Error;
pub use outside::Outside;
pub use plugins::Getters;
pub use post_render::PostRenderer;
pub use settings::Settings;

use crate::model::{Log, Notice};
use crate::network::Network;
use crate::pipeline::Shared;
use go_text_template::Compat;
use go_text_template::dates::Time;
use go_text_template::template::World;

/// Where a command runs: what it may ask, and where it writes to.
pub struct Session<'s> {
    /// Which Helm is to be equalled.
    pub compat: Compat,
    /// Whether `--debug` was given.
    pub debug: bool,
    /// Whether faults are shown in their source, below Helm's sentence.
    pub diagnostics: bool,
    /// Where the fault of a failed command is, once that is known.
    pub picture: String,
    /// Clock, randomness, DNS.
    pub world: &'s (dyn World + Sync),
    /// What is known from other releases, if there are others.
    pub shared: Option<&'s Shared>,
    /// What the result depends on that neither the chart nor the flags give.
    pub outside: Outside,
    /// Whether standard error is a terminal.
    pub on_terminal: bool,
    /// Whether standard error has colours.
    pub colors: bool,
    /// What carries requests.
    pub network: &'s dyn Network,
    /// The plugins that fetch what the network does not.
    pub getters: Getters<'s>,
    /// Where Helm's files are.
    pub settings: Settings,
    /// The environment variables.
    pub environment: &'s Environment,
    /// Standard output.
    pub out: &'s mut dyn Write,
    /// Standard error.
    pub err: &'s mut dyn Write,
}

impl Session<'_> {
    /// The same session in another world.
    fn reborrow<'i>(&'i mut self, world: &'i (dyn World + Sync)) -> Session<'i> {
        Session {
            compat: self.compat,
            debug: self.debug,
            diagnostics: self.diagnostics,
            picture: String::new(),
            world,
            shared: self.shared,
            outside: self.outside.clone(),
            on_terminal: self.on_terminal,
            colors: self.colors,
            network: self.network,
            getters: self.getters.clone(),
            settings: self.settings.clone(),
            environment: self.environment,
            out: self.out,
            err: self.err,
        }
    }

    /// Where lines on the way to a result are said.
    pub fn log(&mut self) -> Log<'_> {
        Log { compat: self.compat, is_debug: self.debug, err: self.err }
    }

    /// Writes a line to standard error. A closed stream is nobody's fault.
    pub fn say(&mut self, line: impl std::fmt::Display) {
        self.log().say(line);
    }

    /// Writes what Helm 3 logs with `--debug` at `place` in its own source.
    fn debug_helm3(&mut self, place: &str, message: &str) {
        if self.debug && self.compat.is_helm3() {
            let (now, monotonic) = (self.world.now(), self.world.monotonic());
            let now = Time::now(now, monotonic, self.world.local_zone());
            self.say(format_args!("{place}: {now} [debug] {message}"));
        }
    }

    /// Writes what Helm 4 logs with `--debug`.
    fn debug(&mut self, message: &str, attributes: &[(&str, &str)]) {
        self.log().debug(message, attributes);
    }

    /// Writes what Helm would log.
    pub fn say_all(&mut self, notices: &mut Vec<Notice>) {
        self.log().say_all(notices);
        notices.clear();
    }
}
