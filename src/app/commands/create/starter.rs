//! Charts made of others: templates and values keep their words, but for the name.

use std::path::Path;

use bstr::ByteSlice;

use super::written::{PLACEHOLDER, write};
use crate::commands::{Error, Session, package};
use crate::files;
use crate::model::{self, Chart, Metadata};
use crate::package::Times;
use go_text_template::data::{Failure, Str, Tree, Value};
use go_text_template::yaml;

/// Writes the chart at `path`, made of the one that `starter` names.
pub(super) fn run(starter: &str, path: &str, session: &mut Session<'_>) -> Result<(), Error> {
    let source = match starter.starts_with('/') {
        true => starter.to_owned(),
        false => model::clean_path(&format!("{}/starters/{starter}", session.settings.data_home)),
    };
    let chart = load(&source, session)?;
    let name = base(path);
    check_values(&chart, &name)?;
    let folder = model::clean_path(&format!("{}/{name}", parent(path)));
    write_chart(&chart, &name, Path::new(&folder), session)
}

fn load(source: &str, session: &mut Session<'_>) -> Result<Chart, Error> {
    let mut notices = Vec::new();
    let loaded = model::load_undetected(Path::new(source), session.compat, &mut notices);
    session.say_all(&mut notices);
    loaded.map_err(|error| Failure::from(format!("could not load {source}: {error}")).into())
}

/// The last part of the path, as Go's `filepath.Base` gives it.
fn base(path: &str) -> String {
    match path.trim_end_matches('/').rsplit('/').next() {
        Some("") if path.is_empty() => ".".to_owned(),
        Some("") | None => "/".to_owned(),
        Some(base) => base.to_owned(),
    }
}

/// Everything but the last part, as Go's `filepath.Dir` gives it.
fn parent(path: &str) -> String {
    path.rfind('/').map_or_else(|| ".".to_owned(), |end| model::clean_path(&path[..=end]))
}

/// The values have to be YAML with the name in them as well.
fn check_values(chart: &Chart, name: &str) -> Result<(), Failure> {
    let values = Value::from(&Tree::Map(chart.values.clone()));
    let text = yaml::write(&values, &mut |_| true).unwrap_or_default();
    match yaml::read_as(&renamed(&text, name), &yaml::ANY_MAP) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("transforming values file: {error}").into()),
    }
}

fn renamed(text: &[u8], name: &str) -> Str {
    Str::from(text.replace(PLACEHOLDER, name))
}

fn write_chart(
    chart: &Chart,
    name: &str,
    folder: &Path,
    session: &Session<'_>,
) -> Result<(), Error> {
    if name.contains('/') {
        return Err(Failure::from(format!("{name:?} is not a valid chart name")).into());
    }
    if folder.exists() && !folder.is_dir() {
        let folder = folder.display();
        let text = format!("file {folder} already exists and is not a directory");
        return Err(Failure::from(text).into());
    }
    let put = |file: &str, text: &[u8]| {
        let path = folder.join(file);
        write(&path, text).map_err(|error| files::failed("open", &path, &error))
    };
    put("Chart.yaml", &metadata(name).to_yaml())?;
    if let Some(values) = &chart.values_file {
        put("values.yaml", &renamed(values.data(), name))?;
    }
    if let Some(schema) = &chart.schema {
        put("values.schema.json", schema.data())?;
    }
    for file in chart.templates.iter() {
        put(&file.name.to_str_lossy(), &renamed(file.data(), name))?;
    }
    for file in chart.files.iter() {
        put(&file.name.to_str_lossy(), file.data())?;
    }
    for subchart in chart.dependencies.iter() {
        let (now, _) = session.world.now();
        let times = if session.compat.is_helm3() { Times::All(now) } else { Times::Own(now) };
        package::save(subchart, &folder.join("charts"), times, session.compat).map_err(|why| {
            Failure::from(format!("saving {name}/charts/{}: {why}", subchart.name()))
        })?;
    }
    Ok(())
}

/// What a new chart says of itself.
fn metadata(name: &str) -> Metadata {
    Metadata {
        name: Str::from(name),
        description: Str::from_static("A Helm chart for Kubernetes"),
        chart_type: Str::from_static("application"),
        version: Str::from_static("0.1.0"),
        app_version: Str::from_static("0.1.0"),
        api_version: Str::from_static("v2"),
        ..Metadata::default()
    }
}
