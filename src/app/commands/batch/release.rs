//! One release of the list, from its entry to what is written of it.

use std::io;
use std::sync::Arc;

use super::args::Args;
use super::charts::{Charts, Loaded};
use super::folder::Folders;
use super::panics;
use super::store::{Known, Store};
use super::values::{Files, Reader};
use super::world::Noting;
use crate::batch::{Digest, Entry, Facts, Parts, digest, release_key};
use crate::commands::{Error, Session, locate, manifests, output};
use crate::model::Chart;
use crate::render::{Capabilities, Release, Stage};
use crate::schema::Loader;
use crate::session::Surroundings;
use crate::values;
use go_text_template::Compat;
use go_text_template::data::{Str, TreeMap};

/// Renders releases; threads share one.
pub(super) struct Renderer<'r> {
    pub(super) args: &'r Args,
    pub(super) charts: Charts,
    pub(super) files: Files,
    pub(super) store: Option<&'r Store<'r>>,
    pub(super) folders: Option<&'r Folders>,
    /// What the sessions of all releases have in common.
    pub(super) common: Surroundings<'r>,
}

/// What came out of a release.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// What goes to standard output.
    pub(super) text: Vec<u8>,
    /// What goes to standard error.
    pub(super) said: Vec<u8>,
    /// Why it failed, if it did.
    pub(super) error: Option<String>,
    /// The length of what `template` writes to standard output.
    pub(super) bytes: usize,
    /// Its digest, if a report wants it.
    pub(super) digest: Option<Digest>,
    /// The number of manifests.
    pub(super) objects: usize,
    /// Whether the result came out of the cache.
    pub(super) cached: bool,
    /// The schemas from outside, each an address and its digest.
    pub(super) schemas: Vec<(String, String)>,
    /// How long it took.
    pub(super) nanoseconds: u64,
}

impl Done {
    /// The bytes that wait to be written.
    pub(super) fn size(&self) -> usize {
        self.text.len() + self.said.len() + self.error.as_ref().map_or(0, String::len) + 256
    }
}

/// What a release is rendered from, besides its chart.
struct Given {
    args: manifests::Args,
    output: output::Args,
    capabilities: Capabilities,
    supplied: Arc<TreeMap>,
}

/// What can be written of a release.
struct Found {
    parts: Parts,
    /// Whether it came out of the cache.
    cached: bool,
    schemas: Vec<(String, String)>,
}

impl Renderer<'_> {
    /// Renders the release `number` and, if there are folders, writes its files.
    pub(super) fn done(&self, number: usize, entry: &Entry) -> Done {
        let started = self.common.world.monotonic();
        let mut done = panics::caught(|| self.rendered(number, entry)).unwrap_or_else(panicked);
        self.charts.done(number);
        done.nanoseconds = self.common.world.monotonic().saturating_sub(started);
        done
    }

    fn rendered(&self, number: usize, entry: &Entry) -> Done {
        let mut said = Vec::new();
        let parts = self.parts(number, entry, &mut said);
        let written = parts.and_then(|Found { parts, cached, schemas }| {
            let written = self.written(number, entry, &parts);
            let done = written.map_err(|error| self.failed(entry, &error, &mut said))?;
            Ok(Done { cached, schemas, ..done })
        });
        let failed = |error| Done { error: Some(error), ..Done::default() };
        Done { said, ..written.unwrap_or_else(failed) }
    }

    /// What can be written of the release.
    fn parts(&self, number: usize, entry: &Entry, said: &mut Vec<u8>) -> Result<Found, String> {
        let given = self.given(entry).map_err(|error| self.failed(entry, &error, said))?;
        let loaded = self.charts.get(number, || self.loaded(entry));
        said.extend_from_slice(&loaded.said);
        let chart = loaded.chart.as_ref().map_err(String::clone)?;
        let digest = self.store.and_then(|store| Some((store, loaded.digest()?)));
        let stored = digest.map(|(store, chart)| (store, self.key(entry, &given, chart)));
        let known = stored
            .and_then(|(store, key)| store.get(key, |addresses| self.today(entry, addresses)));
        if let Some(Known { parts, told, schemas }) = known {
            said.extend_from_slice(&told);
            return Ok(Found { parts, cached: true, schemas });
        }
        let world = Noting::new(self.common.world);
        let told_from = said.len();
        let (made, outside) = self.in_session(entry, &world, said, |session| {
            let made = given.make(entry, chart, session);
            let made = made.map_err(|error| reported(&error, session));
            (made, session.outside.clone())
        });
        let parts = made?;
        let is_kept = !world.was_asked() && !outside.has_files();
        let schemas = outside.schemas();
        if let Some((store, key)) = stored.filter(|_| is_kept) {
            store.put(key, &schemas, &parts.to_bytes(&said[told_from..]));
        }
        Ok(Found { parts, cached: false, schemas })
    }

    /// What the addresses of schemas have today: their digests.
    fn today(&self, entry: &Entry, addresses: &[String]) -> Option<Vec<(String, String)>> {
        let world = Noting::new(self.common.world);
        self.in_session(entry, &world, &mut Vec::new(), |session| {
            let loader = session.schema_files();
            addresses.iter().try_for_each(|address| loader.fetch(address).map(drop)).ok()?;
            Some(session.outside.schemas())
        })
    }

    fn given(&self, entry: &Entry) -> Result<Given, Error> {
        let compat = self.compat(entry);
        let args = self.render_args(entry);
        let capabilities = manifests::capabilities(&args, compat)?;
        let supplied = values::supplied(&entry.values, &mut Reader(&self.files), compat)?;
        Ok(Given { args, output: self.output_args(entry), capabilities, supplied })
    }

    fn render_args(&self, entry: &Entry) -> manifests::Args {
        let common = &self.args.render;
        manifests::Args {
            namespace: entry.namespace.clone().unwrap_or_else(|| common.namespace.clone()),
            values: if self.common.diagnostics { entry.values.clone() } else { <_>::default() },
            kube_version: entry.kube_version.clone().or_else(|| common.kube_version.clone()),
            api_versions: [&*common.api_versions, &*entry.api_versions].concat(),
            is_upgrade: entry.is_upgrade.unwrap_or(common.is_upgrade),
            skip_schema: entry.skip_schema.unwrap_or(common.skip_schema),
            labels: Vec::new(),
            limits: common.limits,
            post_renderer: None,
            cluster: manifests::ClusterUse::None,
        }
    }

    fn output_args(&self, entry: &Entry) -> output::Args {
        let common = &self.args.output;
        output::Args {
            include_crds: entry.include_crds.unwrap_or(common.include_crds),
            no_hooks: entry.no_hooks.unwrap_or(common.no_hooks),
            skip_tests: entry.skip_tests.unwrap_or(common.skip_tests),
            ..output::Args::default()
        }
    }

    fn loaded(&self, entry: &Entry) -> Loaded {
        let mut said = Vec::new();
        let world = Noting::new(self.common.world);
        let chart = self.in_session(entry, &world, &mut said, |session| {
            let path = locate::locate(entry.chart.as_ref(), &locate::Source::default(), session);
            let chart = path.and_then(|path| manifests::load(&path, None, session));
            chart.map_err(|error| reported(&error, session))
        });
        Loaded::new(chart, said)
    }

    /// What a result is found by.
    fn key(&self, entry: &Entry, given: &Given, chart: Digest) -> Digest {
        let Given { args, output, capabilities, supplied } = given;
        release_key(&Facts {
            chart,
            values: supplied,
            release: &given.release(entry),
            capabilities,
            limits: args.limits,
            zone: &self.common.world.local_zone(),
            switches: &[
                args.skip_schema,
                output.include_crds,
                output.no_hooks,
                output.skip_tests,
                self.common.debug,
            ],
        })
    }

    /// Writes `parts`, or makes the text that is to be written of them.
    fn written(&self, number: usize, entry: &Entry, parts: &Parts) -> Result<Done, Error> {
        if let Some(folders) = self.folders {
            folders.write(number, &entry.id, parts)?;
        }
        let reports = self.args.report.is_some();
        let mut text = Vec::new();
        if reports || self.folders.is_none() {
            text = output::text(parts);
        }
        let done = Done { bytes: text.len(), objects: parts.len(), ..Done::default() };
        let digest = reports.then(|| digest(&text));
        if self.folders.is_some() {
            text = Vec::new();
        }
        Ok(Done { text, digest, ..done })
    }

    /// Says to `said` why a release failed, and gives it as the report has it.
    fn failed(&self, entry: &Entry, error: &Error, said: &mut Vec<u8>) -> String {
        let world = Noting::new(self.common.world);
        self.in_session(entry, &world, said, |session| reported(error, session))
    }

    fn compat(&self, entry: &Entry) -> Compat {
        entry.compat.unwrap_or(self.common.compat)
    }

    /// Runs `run` in a session of its own, which says what it has to say to `said`.
    fn in_session<R>(
        &self,
        entry: &Entry,
        world: &Noting<'_>,
        said: &mut Vec<u8>,
        run: impl FnOnce(&mut Session<'_>) -> R,
    ) -> R {
        let around = Surroundings {
            compat: self.compat(entry),
            world,
            outside: self.common.outside.of_another(),
            release: Some(entry.id.to_string()),
            ..self.common.clone()
        };
        run(&mut Session::new(around, &mut io::sink(), said))
    }
}

fn reported(error: &Error, session: &mut Session<'_>) -> String {
    session.report(error);
    error.message(session.compat)
}

/// What becomes of a release that this program is to blame for.
fn panicked(what: String) -> Done {
    let error = format!("this is a fault of chart itself, please report it: {what}");
    let said = format!("Error: {error}\n").into_bytes();
    Done { said, error: Some(error), ..Done::default() }
}

impl Given {
    fn release(&self, entry: &Entry) -> Release {
        Release {
            name: Str::from(&*entry.name),
            namespace: Str::from(&*self.args.namespace),
            stage: Stage::of_upgrade(self.args.is_upgrade),
        }
    }

    fn make(self, entry: &Entry, chart: &Chart, session: &mut Session<'_>) -> Result<Parts, Error> {
        let Self { args, output, capabilities, supplied } = self;
        let name = Str::from(&*entry.name);
        let made = manifests::make(chart, &supplied, name, capabilities, &args, session)?;
        output::parts(&made, &output)
    }
}
