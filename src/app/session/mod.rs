//! Where a command runs: what it may ask, where Helm's files are, and where it writes to.
//!
//! All sessions are made by [`Session::new`]: that of the process, those of a list's releases, and
//! those that another command needs for a part of its work.

mod environment;
mod error;
mod getters;
pub mod report;
mod settings;
mod told;

use std::io::Write;

pub use environment::Environment;
pub use error::Error;
pub use getters::Getters;
pub use settings::{Kube, Settings};
pub use told::Told;

use crate::faults::Fault;
use crate::model::{Log, Notice};
use crate::network::Network;
use crate::pipeline::Shared;
use crate::sources::{Fetcher, Outside, SchemaFiles, Sources};
use go_text_template::Compat;
use go_text_template::dates::Time;
use go_text_template::template::World;

/// What is around a session: everything but its streams.
#[derive(Clone)]
pub struct Surroundings<'s> {
    /// Which Helm is to be equalled.
    pub compat: Compat,
    /// Whether `--debug` was given.
    pub debug: bool,
    /// Whether faults are shown in their source, below Helm's sentence.
    pub diagnostics: bool,
    /// Where faults go that are for machines.
    pub told: Option<&'s Told>,
    /// The release of a list that this is about.
    pub release: Option<String>,
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
}

/// Where a command runs: what it may ask, and where it writes to.
pub struct Session<'s> {
    /// Which Helm is to be equalled.
    pub compat: Compat,
    /// Whether `--debug` was given.
    pub debug: bool,
    /// Whether faults are shown in their source, below Helm's sentence.
    pub diagnostics: bool,
    /// Where faults go that are for machines.
    pub told: Option<&'s Told>,
    /// The release of a list that this is about.
    pub release: Option<String>,
    /// The name of the chart that a command is about, and its folder.
    pub chart: Option<(String, String)>,
    /// What is wrong when a command failed, once that is known.
    pub faults: Vec<Fault>,
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

impl<'s> Session<'s> {
    /// A session that writes to `out` and says to `err` what it has to say.
    pub fn new(around: Surroundings<'s>, out: &'s mut dyn Write, err: &'s mut dyn Write) -> Self {
        Self {
            compat: around.compat,
            debug: around.debug,
            diagnostics: around.diagnostics,
            told: around.told,
            release: around.release,
            chart: None,
            faults: Vec::new(),
            world: around.world,
            shared: around.shared,
            outside: around.outside,
            on_terminal: around.on_terminal,
            colors: around.colors,
            network: around.network,
            getters: around.getters,
            settings: around.settings,
            environment: around.environment,
            out,
            err,
        }
    }

    /// What another session can have in common with this one.
    pub fn surroundings(&self) -> Surroundings<'s> {
        Surroundings {
            compat: self.compat,
            debug: self.debug,
            diagnostics: self.diagnostics,
            told: self.told,
            release: self.release.clone(),
            world: self.world,
            shared: self.shared,
            outside: self.outside.clone(),
            on_terminal: self.on_terminal,
            colors: self.colors,
            network: self.network,
            getters: self.getters.clone(),
            settings: self.settings.clone(),
            environment: self.environment,
        }
    }

    /// What fetches: the network, and the plugins that were found by the time that it is used.
    pub fn fetcher(&self) -> Fetcher<'s> {
        self.getters.fetcher(self.network)
    }

    /// What the schemas of a release of this session may ask for.
    pub fn schema_files(&self) -> SchemaFiles<'s> {
        let cache = &self.settings.content_cache;
        SchemaFiles::new(self.network, cache, self.outside.clone(), self.compat, self.debug)
    }
}

impl Session<'_> {
    /// Where lines on the way to a result are said.
    pub fn log(&mut self) -> Log<'_> {
        Log { compat: self.compat, is_debug: self.debug, err: self.err }
    }

    /// What charts come from.
    pub fn sources(&mut self) -> Sources<'_> {
        Sources {
            compat: self.compat,
            fetcher: self.fetcher(),
            repository_config: &self.settings.repository_config,
            repository_cache: &self.settings.repository_cache,
            content_cache: &self.settings.content_cache,
            world: self.world,
            log: Log { compat: self.compat, is_debug: self.debug, err: self.err },
            out: self.out,
        }
    }

    /// Writes a line to standard error. A closed stream is nobody's fault.
    pub fn say(&mut self, line: impl std::fmt::Display) {
        self.log().say(line);
    }

    /// Writes what Helm 3 logs with `--debug` at `place` in its own source.
    pub fn debug_helm3(&mut self, place: &str, message: &str) {
        if self.debug && self.compat.is_helm3() {
            let (now, monotonic) = (self.world.now(), self.world.monotonic());
            let now = Time::now(now, monotonic, self.world.local_zone());
            self.say(format_args!("{place}: {now} [debug] {message}"));
        }
    }

    /// Writes what Helm 4 logs with `--debug`.
    pub fn debug(&mut self, message: &str, attributes: &[(&str, &str)]) {
        self.log().debug(message, attributes);
    }

    /// Writes what Helm would log.
    pub fn say_all(&mut self, notices: &mut Vec<Notice>) {
        self.log().say_all(notices);
        notices.clear();
    }
}
