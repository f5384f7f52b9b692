//! The library's front door: a chart in, its documents out.
//!
//! In: a chart from a path or from memory, values, a release. Out: a [`Rendering`], or a [`Failed`] that
//! knows its place. Everything else of this crate serves the program and is not part of what is promised.

#![warn(rustdoc::broken_intra_doc_links)]

mod failed;
mod made;
mod place;
mod release_name;
mod world;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use failed::{Code, Failed, Place};
pub use made::{Document, Hook, Rendering};
pub use world::{Asked, System};

use self::world::Noting;
use crate::manifest;
use crate::model::{self, Chart, Notice, merge};
use crate::render::{self, Capabilities, Input, KubeVersion, Release, Rendered, Stage};
use crate::schema::{self, NoLoader};
use crate::values::{self, Flags, ReadFile};
use go_text_template::data::{Failure, Str, Tree, TreeMap};
use go_text_template::template::{Limits, World};
use go_text_template::{Compat, Fixed};

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
    said: Vec<String>,
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
    known: Arc<Known>,
}

/// What renders of the same chart have in common.
#[derive(Debug, Default)]
struct Known {
    templates: render::Cache,
    schemas: schema::Cache,
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
        Self::loaded(compat, |notices| model::load(path.as_ref(), compat, notices))
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
        Self::loaded(compat, |notices| model::load_files(files, compat, notices))
    }

    fn loaded(
        compat: Compat,
        load: impl FnOnce(&mut Vec<Notice>) -> Result<Chart, model::Error>,
    ) -> Result<Self, Failed> {
        let mut notices = Vec::new();
        let chart = load(&mut notices).map_err(|error| Failed::of_chart(&error))?;
        Ok(Self {
            chart,
            said: lines(&notices, compat),
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
            known: Arc::default(),
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
            Failed::of_values(&values::Error::Read(error.to_string().into()), b"")
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
        let compat = self.compat;
        let read = model::read_values(text, compat);
        let failed = |error| Failed::of_values(&values::Error::File { name, error, compat }, text);
        Ok(self.laid_over(read.map_err(failed)?))
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
        let capabilities = self.capabilities()?;
        let values = values::supplied(&self.values, &mut NoFiles, self.compat);
        let supplied = values.map_err(|error| Failed::of_values(&error, b""))?;
        self.check_kind()?;
        let mut notices = Vec::new();
        let chart = self.complete(&supplied, &mut notices)?;
        let values = self.final_values(&chart, &supplied, &mut notices)?;
        let input = Input {
            chart: &chart,
            values: &values,
            release: &self.release,
            capabilities: &capabilities,
            limits: self.limits,
            compat: self.compat,
            cache: Some(&self.known.templates),
        };
        let said = [self.said.clone(), lines(&notices, self.compat)].concat();
        self.rendering(&input, said)
    }

    fn capabilities(&self) -> Result<Capabilities, Failed> {
        let kube_version = match self.kube_version.as_deref() {
            None | Some("") => KubeVersion::default_of(self.compat),
            Some(text) => KubeVersion::parse(text, self.compat).map_err(|why| {
                Failed::new(Code::KubeVersion, format!("invalid kube version '{text}': {why}"))
            })?,
        };
        let extra_api_versions = self.api_versions.clone();
        Ok(Capabilities { kube_version, extra_api_versions, compat: self.compat })
    }

    /// Refuses what Helm does not install on its own.
    fn check_kind(&self) -> Result<(), Failed> {
        let kind = &self.chart.metadata.chart_type;
        if !kind.is_empty() && *kind != "application" {
            return Err(Failed::new(Code::Chart, format!("{kind} charts are not installable")));
        }
        values::check_presence(&self.chart, self.compat).map_err(|error| self.missing(&error))?;
        if self.chart.metadata.api_version == "v3" && !self.compat.is_helm3() {
            return Err(Failed::new(Code::Chart, "invalid chart apiVersion"));
        }
        release_name::check(&self.release.name, self.compat)
    }

    fn missing(&self, error: &values::Error) -> Failed {
        let (an, build) = match self.compat {
            Compat::Helm3 => ("An", "`helm dependency build`"),
            Compat::Helm4 => ("an", "'helm dependency build'"),
        };
        let message = format!(
            "{an} error occurred while checking for chart dependencies. You may need to run {build} to \
             fetch missing dependencies: {error}"
        );
        Failed::new(Code::Dependencies, message)
    }

    /// The chart with its subcharts enabled, renamed and removed.
    fn complete(
        &self,
        supplied: &Arc<TreeMap>,
        notices: &mut Vec<Notice>,
    ) -> Result<Chart, Failed> {
        let enabled = values::process_dependencies(&self.chart, supplied, self.compat, notices);
        enabled.map_err(|error| {
            let context = "chart dependencies processing failed: ";
            let context = if self.compat.is_helm3() { "" } else { context };
            Failed::new(Code::Dependencies, format!("{context}{error}"))
        })
    }

    /// The values that the templates see.
    fn final_values(
        &self,
        chart: &Chart,
        supplied: &Arc<TreeMap>,
        notices: &mut Vec<Notice>,
    ) -> Result<Arc<TreeMap>, Failed> {
        let values = values::coalesce(chart, supplied, self.compat, notices);
        let values = values.map_err(|error| Failed::of_values(&error, b""))?;
        if self.checks_schemas {
            schema::validate(chart, &values, &NoLoader, Some(&self.known.schemas))
                .map_err(|failure| Failed::new(Code::Schema, failure.to_string()))?;
        }
        Ok(values)
    }

    fn rendering(&self, input: &Input<'_>, said: Vec<String>) -> Result<Rendering, Failed> {
        let fixed = Fixed::default();
        let world: &dyn World = match &self.world {
            Some(world) => &**world,
            None => &fixed,
        };
        let noting = Noting::new(world);
        let rendered = render::render(input, &noting);
        let mut texts = rendered.map_err(|error| Failed::of_render(&error, self.compat))?;
        let notes = texts.extract_if(.., |text| text.path.ends_with(b"NOTES.txt")).collect();
        let manifests = manifest::assemble(&texts, input.compat)
            .map_err(|error| self.manifest_failed(&error, &texts, input))?;
        let rendering = Rendering {
            crds: if self.includes_crds { made::crds(input.chart) } else { Vec::new() },
            documents: manifests.documents.into_iter().map(Document::from).collect(),
            hooks: self.wanted(manifests.hooks).map(Hook::from).collect(),
            notes: made::notes(notes, input.chart),
            said,
            asked: noting.asked(),
        };
        input.chart.check_read().map_err(|error| Failed::of_chart(&error))?;
        Ok(rendering)
    }

    fn wanted(&self, hooks: Vec<manifest::Hook>) -> impl Iterator<Item = manifest::Hook> {
        let (skips_hooks, skips_tests) = (self.skips_hooks, self.skips_tests);
        hooks.into_iter().filter(move |hook| !(skips_hooks || skips_tests && hook.is_test()))
    }

    /// A fault in a document has a place in its template, which is found by rendering once more; a
    /// world that may answer otherwise then is not asked again.
    fn manifest_failed(
        &self,
        error: &manifest::Error,
        texts: &[Rendered],
        input: &Input<'_>,
    ) -> Failed {
        let trace = match &self.world {
            Some(_) => None,
            None => render::trace(input, &Fixed::default(), &error.path).ok().flatten(),
        };
        Failed::of_manifest(error, texts, trace.as_ref(), self.compat)
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
fn lines(notices: &[Notice], compat: Compat) -> Vec<String> {
    notices.iter().map(|notice| notice.line(compat).to_string()).collect()
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
