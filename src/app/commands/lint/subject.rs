//! From a folder to what the rules look at: everything that has to be read or rendered for them.

use bstr::BStr;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::Args;
use crate::commands::Session;
use crate::lint::{self, Message, Place, Rendering, Subject, Values};
use crate::model::{self, Chart, Notice, PathError, log_line};
use crate::pipeline;
use crate::render::{self, Capabilities, Input, KubeVersion, Release, Stage};
use crate::schema;
use crate::values;
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, TreeMap};
use go_text_template::dates::Zone;
use go_text_template::functions::{Host, Stop};
use go_text_template::template::{Watcher, World};

/// What the rules find in the chart in `folder`, or why there is none.
pub(super) fn lint(
    folder: &Path,
    supplied: &Arc<TreeMap>,
    kube_version: &KubeVersion,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<Vec<Message>, String> {
    let given = model::cleaned(&folder.join("Chart.yaml"));
    if let Place::Missing | Place::Unknown(_) = place(&given) {
        let error = given.metadata().err().unwrap_or(io::ErrorKind::NotFound.into());
        let error = PathError::new("stat", given.as_os_str().as_encoded_bytes(), &error);
        return Err(format!("unable to check Chart.yaml file in chart: {error}"));
    }
    let absolute = std::path::absolute(folder).map_err(|error| error.to_string())?;
    let folder = model::cleaned(&absolute);
    let at = |name: &str| folder.join(name);
    let values = place(&at("values.yaml"));
    let values_fit = match values {
        Place::File | Place::Folder => check_values(&folder, supplied, args, session),
        Place::Missing | Place::Unknown(_) => Ok(()),
    };
    let templates = place(&at("templates"));
    let crds = place(&at("crds"));
    let mut loads = Loads::new(&folder, session.compat);
    let renders = match session.compat {
        Compat::Helm3 => templates != Place::File,
        Compat::Helm4 => templates == Place::Folder,
    };
    let rendering = match (renders, loads.again(renders, session)) {
        (true, Ok(chart)) => rendering(chart, supplied, kube_version, args, session),
        _ => Rendering::LeftOut,
    };
    let chart = loads.again(true, session).clone();
    let loads_for_crds = !session.compat.is_helm3() && crds == Place::Folder;
    let _ = loads.again(loads_for_crds, session);
    let subject = Subject {
        compat: session.compat,
        folder: Str::from(folder.as_os_str().as_encoded_bytes()),
        chart_file: place(&at("Chart.yaml")),
        chart_text: read(&folder, "Chart.yaml"),
        values,
        values_text: read(&folder, "values.yaml").ok(),
        values_fit,
        templates,
        crds,
        chart,
        rendering,
        kubernetes: kube_version.major_minor(),
    };
    Ok(lint::lint(&subject))
}

/// The file of the chart in `folder` that has this name.
fn read(folder: &Path, name: &str) -> Result<Str, PathError> {
    model::read_file(folder.join(name).as_os_str().as_encoded_bytes())
}

fn check_values(
    folder: &Path,
    supplied: &Arc<TreeMap>,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    // Helm 3 checks values.yaml however it is told not to.
    let checks_schema = session.compat.is_helm3() || !args.skip_schema;
    let loader = session.schema_files();
    let values = Values {
        compat: session.compat,
        text: read(folder, "values.yaml"),
        supplied,
        schema: read(folder, "values.schema.json")
            .ok()
            .filter(|text| checks_schema && !text.is_empty()),
        loader: &loader,
    };
    let mut notices = Vec::new();
    let checked = values.check(&mut notices);
    session.say_all(&mut notices);
    loader.say_all(&mut session.log());
    checked
}

/// The chart, loaded once; Helm loads it for each group of rules, and logs each time.
struct Loads {
    chart: Result<Chart, String>,
    notices: Vec<Notice>,
}

impl Loads {
    fn new(folder: &Path, compat: Compat) -> Self {
        let mut notices = Vec::new();
        let loaded = model::load_undetected(folder, compat, &mut notices);
        Self { chart: loaded.map_err(|error| error.to_string()), notices }
    }

    /// The chart; logs what loading it says if it is `wanted` once more.
    fn again(&mut self, wanted: bool, session: &mut Session<'_>) -> &Result<Chart, String> {
        if wanted {
            session.say_all(&mut self.notices.clone());
        }
        &self.chart
    }
}

fn place(path: &Path) -> Place {
    match path.metadata() {
        Ok(found) if found.is_dir() => Place::Folder,
        Ok(_) => Place::File,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Place::Missing,
        Err(error) => {
            Place::Unknown(PathError::new("stat", path.as_os_str().as_encoded_bytes(), &error))
        }
    }
}

/// Renders the chart as a release that nobody will see.
fn rendering(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    kube_version: &KubeVersion,
    args: &Args,
    session: &mut Session<'_>,
) -> Rendering {
    let Some((chart, values)) = values_of(chart, supplied, session) else {
        return Rendering::LeftOut;
    };
    let mut notices = Vec::new();
    let again = values::coalesce(&chart, &values, session.compat, &mut notices);
    session.say_all(&mut notices);
    let checked = match again {
        Ok(values) => check_schemas(&chart, values, args, session),
        Err(error) => Err(error.to_string()),
    };
    let values = match checked {
        Ok(values) => values,
        Err(text) => return Rendering::Failed { text, place: None },
    };
    render(&chart, &values, kube_version, args, session)
}

/// The chart with its subcharts enabled, and the values; what goes wrong here is not told.
fn values_of(
    chart: &Chart,
    supplied: &Arc<TreeMap>,
    session: &mut Session<'_>,
) -> Option<(Chart, Arc<TreeMap>)> {
    let mut notices = Vec::new();
    let enabled = values::process_dependencies(chart, supplied, session.compat, &mut notices);
    let made = enabled.ok().and_then(|chart| {
        let values = values::coalesce(&chart, supplied, session.compat, &mut notices).ok()?;
        Some((chart, values))
    });
    session.say_all(&mut notices);
    made
}

fn check_schemas(
    chart: &Chart,
    values: Arc<TreeMap>,
    args: &Args,
    session: &mut Session<'_>,
) -> Result<Arc<TreeMap>, String> {
    if args.skip_schema {
        return Ok(values);
    }
    let loader = session.schema_files();
    let checked = schema::validate(chart, &values, &loader, None);
    loader.say_all(&mut session.log());
    checked.map_err(|failure| failure.to_string())?;
    Ok(values)
}

fn render(
    chart: &Chart,
    values: &Arc<TreeMap>,
    kube_version: &KubeVersion,
    args: &Args,
    session: &mut Session<'_>,
) -> Rendering {
    let capabilities = Capabilities {
        kube_version: kube_version.clone(),
        extra_api_versions: Vec::new(),
        compat: session.compat,
    };
    let release = Release {
        name: Str::from_static("test-release"),
        namespace: Str::from(&*args.namespace),
        stage: Stage::Nothing,
    };
    let input = Input {
        chart,
        values,
        release: &release,
        capabilities: &capabilities,
        limits: args.limits,
        compat: session.compat,
        cache: None,
    };
    let host = Host::forgiving(session.compat);
    let world = WithoutNames(session.world);
    let rendered = render::render_regardless(&input, &world, &host);
    let lines = host.take_forgiven();
    lines.iter().for_each(|stop| session.say(line(stop, session.compat)));
    match rendered {
        Ok(texts) => Rendering::Done {
            templates: chart.templates.to_vec(),
            texts,
            name: chart.name().clone(),
        },
        Err(error) => {
            let place = pipeline::place(&error);
            Rendering::Failed { text: error.message(session.compat), place }
        }
    }
}

/// A world in which no name server is asked.
struct WithoutNames<'w>(&'w dyn World);

impl World for WithoutNames<'_> {
    fn now(&self) -> (i64, u32) {
        self.0.now()
    }

    fn monotonic(&self) -> u64 {
        self.0.monotonic()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.0.fill_random(bytes);
    }

    fn local_zone(&self) -> Zone {
        self.0.local_zone()
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        self.0.zone(name)
    }

    fn resolve(&self, _host: &str) -> Option<String> {
        Some(String::new())
    }

    fn look_up(&self, api_version: &BStr, kind: &BStr) -> Result<(), String> {
        self.0.look_up(api_version, kind)
    }

    fn watcher(&self) -> Option<&dyn Watcher> {
        self.0.watcher()
    }
}

/// What is said of a stop that is forgiven.
fn line(stop: &Stop, compat: Compat) -> Str {
    match compat {
        Compat::Helm3 => helm3_line(stop),
        Compat::Helm4 => helm4_line(stop),
    }
}

/// Helm 3's line, with the place in its own source; a message's own line break ends it.
fn helm3_line(stop: &Stop) -> Str {
    let (what, message) = match stop {
        Stop::Fail(message) => ("engine.go:227: [INFO] Fail", message),
        Stop::Nil(message) => ("engine.go:206: [INFO] Missing required value", message),
        Stop::Empty(message) => ("engine.go:214: [INFO] Missing required value", message),
    };
    Str::from(format!("{what}: {}", message.strip_suffix('\n').unwrap_or(message)))
}

fn helm4_line(stop: &Stop) -> Str {
    let (level, what, message): (&[u8], &[u8], &str) = match stop {
        Stop::Fail(message) => (b"INFO", b"funcMap fail", message),
        Stop::Nil(message) => (b"WARN", b"missing required value", message),
        Stop::Empty(message) => (b"WARN", b"missing required values", message),
    };
    log_line(level, what, &[(b"message", message.as_bytes())])
}
