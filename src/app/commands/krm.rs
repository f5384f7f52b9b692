//! `chart krm`: a function of the Kubernetes resource model that adds what a chart renders to.
//!
//! In: a `ResourceList` on standard input, whose `functionConfig` names the chart and its values.
//! Out: the same list, with the chart's objects behind those that it had.

use std::path::Path;

use super::cmp::Inline;
use super::manifests::Args as Render;
use super::{Error, Session, bundle, template};
use crate::bundle::{Entry, Hooks, ListFault};
use crate::model::read_all;
use go_text_template::data::{Failure, Str, Tree, Value};
use go_text_template::{json, yaml};

/// Reads the list from standard input and writes it with the chart's objects.
pub fn run(render: Render, session: &mut Session<'_>) -> Result<(), Error> {
    let text = read_all(std::io::stdin().lock())
        .map_err(|error| crate::files::failed("read", Path::new("/dev/stdin"), &error))?;
    let list = list(&Str::from(text), render, session)?;
    session.out.write_all(&list).map_err(Error::Stdout)
}

fn list(text: &Str, render: Render, session: &mut Session<'_>) -> Result<Vec<u8>, Error> {
    let tree = yaml::read(text).map_err(|error| unreadable(&error))?;
    let (args, inline) = arguments(&tree, render)?;
    let ready = bundle::make_with(&args, &mut Inline::new(&inline), session)?;
    ready.warn(session);
    let documents: Vec<&[u8]> = ready.entries().iter().map(|entry| entry.text.as_bytes()).collect();
    let list = crate::bundle::extended(text, &documents);
    Ok(list.map_err(|fault| wrong(&fault, ready.entries()))?)
}

/// Why there is no list.
fn wrong(fault: &ListFault, entries: &[Entry]) -> Failure {
    match fault {
        ListFault::Unreadable(error) => unreadable(error),
        ListFault::Items => Failure::new(
            "the items of the ResourceList are not written line by line, each with all it needs",
        ),
        ListFault::Document(at) => {
            let entry = &entries[*at];
            Failure::from(format!(
                "{}: the text of {} would mean something else in a list",
                entry.path,
                entry.title()
            ))
        }
    }
}

fn unreadable(error: &yaml::Error) -> Failure {
    Failure::from(format!("the ResourceList is not YAML: {}", error.problem()))
}

/// What the `functionConfig` asks for, and its values as text.
fn arguments(list: &Tree, mut render: Render) -> Result<(bundle::Args, String), Error> {
    let config = list
        .at(&["functionConfig"])
        .ok_or(Failure::new("the ResourceList has no functionConfig"))?;
    let text = |path: &[&str]| config.at(path).and_then(Tree::as_str).map(Str::to_string);
    let chart = text(&["spec", "chart"])
        .ok_or(Failure::new("functionConfig has no spec.chart, the path of a chart"))?;
    let name = text(&["spec", "releaseName"]).or_else(|| text(&["metadata", "name"]));
    render.namespace = text(&["spec", "namespace"]).unwrap_or(render.namespace);
    render.kube_version = text(&["spec", "kubeVersion"]).or(render.kube_version);
    let texts = |key: &str| match config.at(&["spec", key]) {
        Some(Tree::List(items)) => items.iter().filter_map(Tree::as_str).cloned().collect(),
        _ => Vec::<Str>::new(),
    };
    render.api_versions.extend(texts("apiVersions").iter().map(Str::to_string));
    render.values.files.extend(texts("valuesFiles"));
    let mut inline = String::new();
    if let Some(values) = config.at(&["spec", "values"]) {
        render.values.files.push(Inline::name());
        let bytes = json::write(&Value::from(values), json::Style::RAW, &mut |_| true);
        inline = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    }
    let seed = text(&["spec", "seed"]);
    let args = bundle::Args {
        template: template::Args {
            words: vec![name.unwrap_or_else(|| "release-name".to_owned()).into(), chart.into()],
            render,
            ..template::Args::default()
        },
        hooks: match text(&["spec", "hooks"]).as_deref() {
            Some("none") => Hooks::None,
            Some("all") => Hooks::All,
            _ => Hooks::Install,
        },
        randomness: seed.map_or(bundle::Randomness::Refused, bundle::Randomness::Seed),
        ..bundle::Args::default()
    };
    Ok((args, inline))
}
