//! The library's front door: a chart in, its documents out.
//!
//! In: a chart from a path or from memory, values, a release. Out: a [`Rendering`], or a [`Failed`] that
//! knows its place. Everything else of this crate serves the program and is not part of what is promised.

#![warn(rustdoc::broken_intra_doc_links)]

mod failed;
mod made;
mod place;
mod world;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use failed::{Code, Failed};
pub use made::{Document, Hook, Rendering};
pub use place::Place;
pub use world::{Asked, System};

use bstr::ByteSlice;

use self::world::{Noting, Still};
use crate::manifest;
use crate::model::{self, Chart, Log, merge};
use crate::pipeline::{self, Job, Made, Prepared, Replay, Run, Shared};
use crate::render::{Release, Stage};
use crate::schema::NoLoader;
use crate::values::{self, Flags, ReadFile};
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, Tree, TreeMap};
use go_text_template::template::{Limits, World};

/// A loaded chart, and how it is rendered.
///
/// A chart is read and parsed once, and can be rendered many times: clones are cheap, and threads can
/// share one. Nothing is asked of disk, network, clock or environment but what a method's name says.
///
/// ```
/// use chart::Renderer;
///
/// let files = [
///     ("Chart.yaml", "{apiVersion: v2, name: shop, version: 1.0.0}"),
///     ("values.yaml", "replicas: 1"),
///     ("templates/a.yaml", "kind: A\nreplicas: {{ .Values.replicas }}"),
/// ];
/// let shop = Renderer::from_memory(files)?;
/// let one = shop.clone().values_text("replicas: 3")?.render()?;
/// assert_eq!(one.documents[0].content, "kind: A\nreplicas: 3");
/// let other = shop.set("replicas=5").render()?;
/// assert_eq!(other.text(), b"---\n# Source: shop/templates/a.yaml\nkind: A\nreplicas: 5\n");
/// # Ok::<(), chart::Failed>(())
/// ```
#[derive(Clone)]
pub struct Renderer {
    chart: Chart,
    /// What Helm says while it loads the chart.
    said: Vec<u8>,
    compat: Compat,
    release: Release,
    values: Flags,
    kube_version: Option<String>,
    api_versions: Vec<Str>,
    limits: Limits,
    world: Option<Arc<dyn World + Send + Sync>>,
    checks_schemas: bool,
    includes_crds: bool,
    skips_tests: bool,
    skips_hooks: bool,
    shared: Arc<Shared>,
}

/// From where the chart comes.
impl Renderer {
    /// The chart at `path`, a directory or an archive, rendered as Helm 4 does.
    ///
    /// # Errors
    ///
    /// If there is no chart, or one that Helm does not load.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Failed> {
        Self::from_path_as(path, Compat::Helm4)
    }

    /// [`Renderer::from_path`], for the Helm that `compat` stands for.
    ///
    /// # Errors
    ///
    /// If there is no chart, or one that this Helm does not load.
    pub fn from_path_as(path: impl AsRef<Path>, compat: Compat) -> Result<Self, Failed> {
        Self::loaded(compat, |log| pipeline::load_any(path.as_ref(), log))
    }

    /// The chart that `files` make up: paths inside the chart, with `/` between their parts, and bytes.
    ///
    /// Subcharts are folders or archives below `charts/`; .helmignore is obeyed, if it is among them.
    ///
    /// # Errors
    ///
    /// If the files do not make up a chart.
    pub fn from_memory<N: Into<Str>, D: Into<Str>>(
        files: impl IntoIterator<Item = (N, D)>,
    ) -> Result<Self, Failed> {
        Self::from_memory_as(files, Compat::Helm4)
    }

    /// [`Renderer::from_memory`], for the Helm that `compat` stands for.
    ///
    /// # Errors
    ///
    /// If the files do not make up a chart.
    pub fn from_memory_as<N: Into<Str>, D: Into<Str>>(
        files: impl IntoIterator<Item = (N, D)>,
        compat: Compat,
    ) -> Result<Self, Failed> {
        let files = files.into_iter().map(|(name, data)| (name.into(), data.into())).collect();
        Self::loaded(compat, |log| pipeline::load_files(files, log))
    }

    fn loaded(
        compat: Compat,
        load: impl FnOnce(&mut Log<'_>) -> Result<Chart, pipeline::Error>,
    ) -> Result<Self, Failed> {
        let mut said = Vec::new();
        let mut log = Log { compat, is_debug: false, err: &mut said };
        let chart = load(&mut log).map_err(|error| Failed::of(&error, compat))?;
        pipeline::warn_of_deprecated(&chart, &mut log);
        Ok(Self {
            chart,
            said,
            compat,
            release: Release {
                name: Str::from_static("release-name"),
                namespace: Str::from_static("default"),
                stage: Stage::Install,
            },
            values: Flags::default(),
            kube_version: None,
            api_versions: Vec::new(),
            limits: Limits::default(),
            world: None,
            checks_schemas: true,
            includes_crds: false,
            skips_tests: false,
            skips_hooks: false,
            shared: Arc::default(),
        })
    }
}

/// What is rendered.
impl Renderer {
    /// The release's name and namespace; `release-name` and `default` if nobody says otherwise.
    pub fn release(mut self, name: &str, namespace: &str) -> Self {
        (self.release.name, self.release.namespace) = (name.into(), namespace.into());
        self
    }

    /// The release takes the place of an older one and has the number `revision`. Without this it is
    /// installed for the first time.
    pub fn upgrade(mut self, revision: u32) -> Self {
        self.release.stage = Stage::UpgradeTo(revision);
        self
    }

    /// The values in the file at `path`, laid over what was given before. It is read now.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or has no values.
    pub fn values_file(self, path: impl AsRef<Path>) -> Result<Self, Failed> {
        let name = Str::from(path.as_ref().as_os_str().as_encoded_bytes());
        let text = model::read_file(&name).map_err(|error| {
            let error = values::Error::Read(error.to_string().into());
            Failed::of(&pipeline::Error::Values(error), self.compat)
        })?;
        self.values_named(name, &text)
    }

    /// The values in a text of YAML or JSON, laid over what was given before.
    ///
    /// # Errors
    ///
    /// If the text has no values.
    pub fn values_text(self, text: impl Into<Str>) -> Result<Self, Failed> {
        self.values_named(Str::from_static("values"), &text.into())
    }

    fn values_named(self, name: Str, text: &Str) -> Result<Self, Failed> {
        let read = model::read_values(text, self.compat);
        let values = read.map_err(|error| Failed::of_values(error, name, text, self.compat))?;
        Ok(self.laid_over(values))
    }

    /// Values that are there already, laid over what was given before. What is no map has no values.
    ///
    /// ```
    /// use chart::{Renderer, Tree};
    ///
    /// let values = Tree::map(vec![("replicas".into(), Tree::Int(3))]);
    /// let web = Renderer::from_path("charts/web")?.values(&values);
    /// # web.render()?;
    /// # Ok::<(), chart::Failed>(())
    /// ```
    pub fn values(self, values: &Tree) -> Self {
        match values.as_map() {
            Some(values) => self.laid_over(values.clone()),
            None => self,
        }
    }

    fn laid_over(mut self, values: Arc<TreeMap>) -> Self {
        self.values.inline = merge(self.values.inline, values);
        self
    }

    /// A value as `--set` takes it: `image.tag=1.2.3`. These come after all texts and maps.
    pub fn set(mut self, argument: impl Into<Str>) -> Self {
        self.values.set.push(argument.into());
        self
    }

    /// A value as `--set-string` takes it, which is a text in any case. It comes after those of `set`.
    pub fn set_string(mut self, argument: impl Into<Str>) -> Self {
        self.values.string.push(argument.into());
        self
    }

    /// A value as `--set-json` takes it. It comes before those of `set`.
    pub fn set_json(mut self, argument: impl Into<Str>) -> Self {
        self.values.json.push(argument.into());
        self
    }

    /// A value as `--set-literal` takes it: everything behind the first `=` is the text. It comes last.
    pub fn set_literal(mut self, argument: impl Into<Str>) -> Self {
        self.values.literal.push(argument.into());
        self
    }

    /// The cluster's version, such as `1.31`.
    pub fn kube_version(mut self, version: &str) -> Self {
        self.kube_version = Some(version.to_owned());
        self
    }

    /// API versions that the cluster has beyond those of Kubernetes: `monitoring.coreos.com/v1`.
    pub fn api_versions<V: Into<Str>>(mut self, versions: impl IntoIterator<Item = V>) -> Self {
        self.api_versions.extend(versions.into_iter().map(Into::into));
        self
    }

    /// Bounds of each render; the default is far above what charts need.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where templates get time, randomness and addresses of hosts from: [`System`] is this machine.
    ///
    /// Without this every render is the same. It is always the first second of 1970 in UTC, no host has
    /// an address, and random bytes are the same row each time: **a password that a template makes up can
    /// be foretold**. [`Rendering::asked`] says whether a chart asked.
    pub fn world(mut self, world: Arc<dyn World + Send + Sync>) -> Self {
        self.world = Some(world);
        self
    }

    /// Whether values are held against the charts' values.schema.json, as is done unless this says no.
    ///
    /// A schema that refers to a file or an address fails: neither is asked for.
    pub fn check_schemas(mut self, checks: bool) -> Self {
        self.checks_schemas = checks;
        self
    }

    /// Whether the files of crds/ belong to the documents; they do not unless this says so.
    pub fn include_crds(mut self, includes: bool) -> Self {
        self.includes_crds = includes;
        self
    }

    /// Whether hooks for tests are left out; they are not unless this says so.
    pub fn skip_tests(mut self, skips: bool) -> Self {
        self.skips_tests = skips;
        self
    }

    /// Whether all hooks are left out; they are not unless this says so.
    pub fn skip_hooks(mut self, skips: bool) -> Self {
        self.skips_hooks = skips;
        self
    }
}

/// The render.
impl Renderer {
    /// Renders the chart.
    ///
    /// # Errors
    ///
    /// Whatever makes `chart template` fail; see [`Code`].
    pub fn render(&self) -> Result<Rendering, Failed> {
        let mut said = self.said.clone();
        let mut log = Log { compat: self.compat, is_debug: false, err: &mut said };
        let prepared = self.prepared(&mut log).map_err(|error| Failed::of(&error, self.compat))?;
        let still = Still::default();
        let noting = Noting::new(match &self.world {
            Some(world) => &**world,
            None => &still,
        });
        let made = self.made(prepared, &Replay::new(&noting), &mut log)?;
        self.rendering(made, lines(&said), noting.asked())
    }

    /// Everything up to the templates.
    fn prepared(&self, log: &mut Log<'_>) -> Result<Prepared, pipeline::Error> {
        let (compat, versions) = (self.compat, self.api_versions.clone());
        let capabilities = pipeline::capabilities(self.kube_version.as_deref(), versions, compat)?;
        let supplied = pipeline::supplied(&self.values, &mut NoFiles, compat)?;
        pipeline::check_type(&self.chart)?;
        pipeline::check_presence(&self.chart, compat)?;
        let job = Job {
            chart: &self.chart,
            supplied: &supplied,
            release: self.release.clone(),
            capabilities,
            skip_schema: !self.checks_schemas,
            labels: &[],
            limits: self.limits,
        };
        pipeline::prepare(job, &NoLoader, Some(&self.shared), log)
    }

    /// The templates, and the documents in what they write.
    fn made(
        &self,
        prepared: Prepared,
        world: &Replay<'_>,
        log: &mut Log<'_>,
    ) -> Result<Made, Failed> {
        let run = Run { world, shared: Some(&self.shared), pictured: Some(&self.values) };
        let texts = pipeline::render(&prepared, &run);
        let made = texts.and_then(|texts| pipeline::assemble(prepared.clone(), texts, &run, log));
        made.map_err(|broken| Failed::of_broken(broken, &prepared, world))
    }

    fn rendering(&self, made: Made, said: Vec<String>, asked: Asked) -> Result<Rendering, Failed> {
        let Made { prepared: Prepared { chart, .. }, texts, manifests } = made;
        let rendering = Rendering {
            crds: if self.includes_crds { made::crds(&chart) } else { Vec::new() },
            documents: manifests.documents.into_iter().map(Document::from).collect(),
            hooks: self.wanted(manifests.hooks).map(Hook::from).collect(),
            notes: made::notes(texts.notes, &chart),
            said,
            asked,
        };
        let unread = |error| Failed::of(&pipeline::Error::Chart(error), self.compat);
        chart.check_read().map_err(unread)?;
        Ok(rendering)
    }

    fn wanted(&self, hooks: Vec<manifest::Hook>) -> impl Iterator<Item = manifest::Hook> {
        let (skips_hooks, skips_tests) = (self.skips_hooks, self.skips_tests);
        hooks.into_iter().filter(move |hook| !(skips_hooks || skips_tests && hook.is_test()))
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer")
            .field("chart", self.chart.name())
            .field("compat", &self.compat)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}

/// What Helm says, line by line.
fn lines(said: &[u8]) -> Vec<String> {
    said.lines().map(|line| line.to_str_lossy().into_owned()).collect()
}

/// The families of `--set` that are there read no files.
struct NoFiles;

impl ReadFile for NoFiles {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        Err(format!("open {name}: no such file or directory").into())
    }
}

/// Threads can share what is rendered, and take what comes out.
const _: fn() = || {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Renderer>();
    is_shared::<Rendering>();
    is_shared::<Failed>();
};
