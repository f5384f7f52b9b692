//! From files to a chart: what each file name means.
//!
//! In: files with their paths inside the chart. Out: the checked chart with its subcharts, which
//! are assembled of the files below charts/ by the same rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::DecodeError;
use super::lock::{Lock, time_fault};
use super::metadata::{Draft, Overlay};
use super::text::read_values;
use super::{Chart, Error, File, Moment, Notice, archive, shapes};
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::yaml::{self, Shape};

/// What loading a chart and its subcharts has in common.
pub(super) struct Loading<'n> {
    pub(super) compat: Compat,
    pub(super) notices: &'n mut Vec<Notice>,
    /// How many bytes may still come out of the chart's archives.
    pub(super) inflatable: u64,
}

/// The chart that `files` make up.
pub(super) fn chart(files: Vec<File>, loading: &mut Loading<'_>) -> Result<Chart, Error> {
    let mut parts = Parts::new(loading.compat);
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        parts.read_metadata(file)?;
    }
    for file in files {
        parts.add(file, loading.notices)?;
    }
    parts.finish(loading)
}

/// The YAML of `text` in the `shape` of a Go struct; errors call the text `file`.
pub(super) fn decode(
    file: &'static str,
    text: &Str,
    shape: &'static Shape,
) -> Result<Arc<TreeMap>, Error> {
    match yaml::read_as(text, shape) {
        Ok(Tree::Map(table)) => Ok(table),
        Ok(_) => Ok(Arc::default()),
        Err(error) => Err(Error::Decode { file, document: false, error: DecodeError::Yaml(error) }),
    }
}

/// A chart in the making.
struct Parts {
    compat: Compat,
    metadata: Option<Draft>,
    modified: Option<Moment>,
    lock: Option<Lock>,
    values: Arc<TreeMap>,
    values_file: Option<File>,
    schema: Option<File>,
    templates: Vec<File>,
    files: Vec<File>,
    /// The files of charts/, by the first part of their path below it.
    subcharts: BTreeMap<Str, Vec<File>>,
}

impl Parts {
    fn new(compat: Compat) -> Self {
        Self {
            compat,
            metadata: None,
            modified: None,
            lock: None,
            values: Arc::default(),
            values_file: None,
            schema: None,
            templates: Vec::new(),
            files: Vec::new(),
            subcharts: BTreeMap::new(),
        }
    }

    /// Archives may hold several: each is laid over the ones before.
    fn read_metadata(&mut self, file: &File) -> Result<(), Error> {
        let draft = self.metadata.get_or_insert_default();
        draft.overlay(&*decode("Chart.yaml", file.data(), shapes::metadata(self.compat))?);
        draft.default_api_version();
        self.modified = file.modified;
        Ok(())
    }

    fn add(&mut self, file: File, notices: &mut Vec<Notice>) -> Result<(), Error> {
        match file.name.as_bytes() {
            b"Chart.yaml" => {}
            b"Chart.lock" => self.read_lock("Chart.lock", &file)?,
            b"values.yaml" => self.read_values(file)?,
            b"values.schema.json" => self.schema = Some(file),
            b"requirements.yaml" => self.add_requirements(file, notices)?,
            b"requirements.lock" => self.add_requirements_lock(file, notices)?,
            name if name.starts_with(b"templates/") => self.templates.push(file),
            name if name.starts_with(b"charts/") && !name.ends_with(b".prov") => {
                self.add_to_subchart(&file);
            }
            _ => self.files.push(file),
        }
        Ok(())
    }

    fn read_lock(&mut self, name: &'static str, file: &File) -> Result<(), Error> {
        let decoded = decode(name, file.data(), shapes::lock(self.compat));
        // A malformed time stops Go at once, and so hides what it found before.
        let timed = decoded.clone().or_else(|_| decode(name, file.data(), &shapes::LOCK_TIME));
        if let Some(fault) = timed.ok().as_deref().and_then(time_fault) {
            let error = DecodeError::Shape(fault);
            return Err(Error::Decode { file: name, document: false, error });
        }
        let table = decoded?;
        self.lock.insert(Lock::default()).overlay(&table);
        Ok(())
    }

    fn read_values(&mut self, file: File) -> Result<(), Error> {
        let document = !self.compat.is_helm3();
        let failed = |error| Error::Decode { file: "values.yaml", document, error };
        self.values = read_values(file.data(), self.compat).map_err(failed)?;
        self.values_file = Some(file);
        Ok(())
    }

    /// The dependencies of a chart of Helm 2, which may override all of Chart.yaml as well.
    fn add_requirements(&mut self, file: File, notices: &mut Vec<Notice>) -> Result<(), Error> {
        let draft = self.metadata.get_or_insert_default();
        if *draft.api_version() != "v1" {
            notices.push(Notice::RequirementsFile);
        }
        draft.overlay(&*decode("requirements.yaml", file.data(), shapes::metadata(self.compat))?);
        if *draft.api_version() == "v1" {
            self.files.push(file);
        }
        Ok(())
    }

    fn add_requirements_lock(
        &mut self,
        file: File,
        notices: &mut Vec<Notice>,
    ) -> Result<(), Error> {
        self.read_lock("requirements.lock", &file)?;
        if *self.metadata.get_or_insert_default().api_version() == "v1" {
            self.files.push(file);
        } else {
            notices.push(Notice::RequirementsLock);
        }
        Ok(())
    }

    fn add_to_subchart(&mut self, file: &File) {
        let path = file.name.slice(b"charts/".len()..);
        let end = path.iter().position(|&byte| byte == b'/').unwrap_or(path.len());
        let group = self.subcharts.entry(path.slice(..end)).or_default();
        group.push(file.renamed(path));
    }

    fn finish(self, loading: &mut Loading<'_>) -> Result<Chart, Error> {
        let metadata = self.metadata.ok_or(Error::MissingMetadata)?.finish()?;
        let mut dependencies = Vec::new();
        for (name, files) in self.subcharts {
            if name.starts_with(b"_") || name.starts_with(b".") {
                continue;
            }
            dependencies.push(subchart(&name, files, &metadata.name, loading)?);
        }
        Ok(Chart {
            path: metadata.name.clone(),
            metadata: Arc::new(metadata),
            templates: Arc::new(self.templates),
            files: Arc::new(self.files),
            values: self.values,
            values_file: self.values_file,
            lock: self.lock.map(Arc::new),
            schema: self.schema,
            modified: self.modified,
            dependencies: Arc::new(dependencies),
            folder: Str::EMPTY,
        })
    }
}

/// The subchart that the `files` of charts/`name` make up.
fn subchart(
    name: &Str,
    files: Vec<File>,
    parent: &Str,
    loading: &mut Loading<'_>,
) -> Result<Chart, Error> {
    let files = if name.ends_with(b".tgz") {
        let parent = parent.clone();
        match files.into_iter().next().unwrap_or_default() {
            file if file.name == *name => {
                let Loading { compat, inflatable, .. } = loading;
                archive::files(file.data().as_bytes(), *compat, inflatable).map_err(Error::from)
            }
            File { name: found, .. } => {
                return Err(Error::SubchartNotArchive { parent, name: name.clone(), found });
            }
        }
    } else {
        Ok(files.iter().filter_map(|file| below(name, file)).collect())
    };
    // An archive within an archive within … ends with the data, but the stack may end before.
    let assembled = files
        .and_then(|files| stacker::maybe_grow(64 * 1024, 1024 * 1024, || chart(files, loading)));
    let mut subchart = assembled.map_err(|error| Error::Subchart {
        name: name.clone(),
        parent: parent.clone(),
        error: Box::new(error),
    })?;
    subchart.folder = name.clone();
    Ok(subchart)
}

/// `file` with its path below `directory`; nothing for a file in its place.
fn below(directory: &Str, file: &File) -> Option<File> {
    let path = file.name.as_bytes().get(directory.len() + 1..)?;
    Some(file.renamed(file.name.slice_ref(path)))
}
