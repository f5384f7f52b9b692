//! The rules for templates and for what they render to.

use bstr::ByteSlice;

use super::finding::{Findings, Severity, line_at};
use super::subject::{Place, Rendering, Subject};
use super::{deprecations, names, stream};
use crate::model::File;
use crate::render::Rendered;
use go_text_template::Compat;
use go_text_template::data::{Failure, Str, Tree, quoted};
use go_text_template::pattern::Regexp;
use go_text_template::yaml::{self, Shape, StructShape};

const FOLDER: &str = "templates/";

pub(super) fn lint(subject: &Subject, found: &mut Findings) {
    if !folder(subject, found) {
        return;
    }
    if let Err(error) = &subject.chart {
        found.take(Severity::Error, "templates-load", FOLDER, None, Err(error.clone().into()));
        return;
    }
    match &subject.rendering {
        Rendering::LeftOut => {}
        Rendering::Failed { text, place } => {
            let rule = "templates-render";
            found.take(Severity::Error, rule, FOLDER, None, Err(text.clone().into()));
            if let (Some((file, line)), Some(message)) = (place, found.messages.last_mut()) {
                // Templates are named from the chart's name on.
                message.file = file.split_once('/').map(|(_, file)| file.to_owned());
                message.line = Some(*line);
            }
        }
        Rendering::Done { templates, texts, name } => {
            for template in templates {
                if !file(template, text_of(template, texts, name), subject, found) {
                    return;
                }
            }
        }
    }
}

/// Whether there is a folder to look into.
fn folder(subject: &Subject, found: &mut Findings) -> bool {
    let not_a_folder = || Err(Failure::new("not a directory"));
    let (missing, wrong) = match (&subject.templates, subject.compat) {
        (Place::Folder, _) => (Ok(()), Ok(())),
        // Whatever else cannot be looked at is left to the loader.
        (Place::Missing | Place::Unknown(_), Compat::Helm3) => (Ok(()), Ok(())),
        (Place::File, Compat::Helm3) => (not_a_folder(), Ok(())),
        (Place::Missing, Compat::Helm4) => (Err("directory does not exist".into()), Ok(())),
        (Place::File, Compat::Helm4) => (Ok(()), not_a_folder()),
        (Place::Unknown(error), Compat::Helm4) => (Ok(()), Err(error.to_string().into())),
    };
    found.take(Severity::Warning, "templates-folder", FOLDER, None, missing)
        && found.take(Severity::Error, "templates-folder", FOLDER, None, wrong)
}

fn text_of<'t>(template: &File, texts: &'t [Rendered], name: &Str) -> Option<&'t Str> {
    let path = [name.as_bytes(), b"/", template.name.as_bytes()].concat();
    texts.iter().find(|text| *text.path == path[..]).map(|text| &text.text)
}

/// The rules for one template; false if its text is not even YAML, which ends everything.
fn file(template: &File, text: Option<&Str>, subject: &Subject, found: &mut Findings) -> bool {
    let path = template.name.to_string();
    found.take(Severity::Error, "template-extension", &path, None, extension(&path));
    if subject.compat.is_helm3() {
        let line = |word: &[u8]| template.data().find(word).map(|at| line_at(template.data(), at));
        let hook = line(b"crd-install");
        found.take(Severity::Warning, "template-crd-hook", &path, hook, no_crd_hook(template));
        let (rule, time) = ("template-release-time", line(b".Release.Time"));
        found.take(Severity::Error, rule, &path, time, no_release_time(template));
    }
    let Some(text) = text.filter(|_| is_yaml(&path, subject.compat)) else { return true };
    if text.trim().is_empty() {
        return true;
    }
    found.take(Severity::Warning, "manifest-indent", &path, None, top_indent(text));
    let shape = match subject.compat {
        Compat::Helm3 => &OBJECT_HELM3,
        Compat::Helm4 => &OBJECT_HELM4,
    };
    for object in stream::objects(text, shape) {
        match object {
            Ok(Tree::Null) => {}
            Ok(object) => check_object(&object, text, &path, subject, found),
            Err(error) => {
                return found.take(
                    Severity::Error,
                    "manifest-yaml",
                    &path,
                    None,
                    Err(unreadable(&error)),
                );
            }
        }
    }
    true
}

fn check_object(object: &Tree, text: &Str, path: &str, subject: &Subject, found: &mut Findings) {
    let kind = text_at(object, &["Kind"]);
    let name = text_at(object, &["Metadata", "Name"]);
    let warn = |text: Option<String>| text.map_or(Ok(()), |text| Err(Failure::from(text)));
    let named = warn(names::fault(&kind, &name));
    found.take(Severity::Warning, "manifest-name", path, None, named);
    let api_version = text_at(object, &["apiVersion"]);
    let current = warn(deprecations::warning(&api_version, &kind, subject.kubernetes));
    found.take(Severity::Warning, "manifest-deprecated", path, None, current);
    found.take(Severity::Error, "manifest-selector", path, None, selector(&kind, &name, text));
    let list = list_annotations(&kind, text, subject.compat);
    found.take(Severity::Error, "manifest-list-annotations", path, None, list);
}

fn extension(path: &str) -> Result<(), Failure> {
    let extension = extension_of(path);
    if [".yaml", ".yml", ".tpl", ".txt"].contains(&extension) {
        return Ok(());
    }
    Err(format!(
        "file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"
    )
    .into())
}

/// The last part of the name, from its dot on.
fn extension_of(path: &str) -> &str {
    let base = path.rsplit('/').next().unwrap_or_default();
    base.rfind('.').map_or("", |dot| &base[dot..])
}

/// Helm 3 looks at `.yaml` only, though it means to look at `.yml` as well.
fn is_yaml(path: &str, compat: Compat) -> bool {
    let extension = extension_of(path);
    match compat {
        Compat::Helm3 => extension == ".yaml",
        Compat::Helm4 => [".yaml", ".yml"].contains(&extension.to_lowercase().as_str()),
    }
}

fn no_crd_hook(template: &File) -> Result<(), Failure> {
    if !Regexp::matches(br#""?helm\.sh/hook"?:\s+crd-install"#, template.data()) {
        return Ok(());
    }
    Err("manifest is a crd-install hook. This hook is no longer supported in v3 and all CRDs should \
         also exist the crds/ directory at the top level of the chart"
        .into())
}

fn no_release_time(template: &File) -> Result<(), Failure> {
    if template.data().find(".Release.Time").is_none() {
        return Ok(());
    }
    Err(".Release.Time has been removed in v3, please replace with the `now` function in your \
         templates"
        .into())
}

fn top_indent(text: &[u8]) -> Result<(), Failure> {
    /// The longest line that Go's scanner takes.
    const MOST_LINE_BYTES: usize = 64 << 10;
    for line in text.split(|&byte| byte == b'\n') {
        if line.len() >= MOST_LINE_BYTES {
            return Err("bufio.Scanner: token too long".into());
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let line = quoted(line);
            return Err(format!(
                "document starts with an illegal indent: {line}, which may cause parsing problems"
            )
            .into());
        }
        break;
    }
    Ok(())
}

pub(super) fn unreadable(error: &str) -> Failure {
    Failure::from(format!("unable to parse YAML: {error}"))
}

/// The text at `path`; nothing counts as an empty one.
pub(super) fn text_at(object: &Tree, path: &[&str]) -> String {
    object.at(path).and_then(Tree::as_str).map(ToString::to_string).unwrap_or_default()
}

fn selector(kind: &str, name: &str, text: &[u8]) -> Result<(), Failure> {
    let needs_one = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].contains(&kind);
    let has_one = || ["matchLabels", "matchExpressions"].iter().any(|key| text.find(key).is_some());
    if !needs_one || has_one() {
        return Ok(());
    }
    let name = quoted(name.as_bytes());
    Err(format!("a {kind} must contain matchLabels or matchExpressions, and {name} does not")
        .into())
}

fn list_annotations(kind: &str, text: &Str, compat: Compat) -> Result<(), Failure> {
    const KEY: &[u8] = b"helm.sh/resource-policy";
    if kind != "List" {
        return Ok(());
    }
    let list = yaml::read_as(text, &LIST).map_err(|error| unreadable(&error.to_string()))?;
    let Some(Tree::List(items)) = list.at(&["Items"]) else { return Ok(()) };
    let has_policy = |item: &Tree| {
        let annotations = item.at(&["Metadata", "Annotations"]).and_then(Tree::as_map);
        annotations.is_some_and(|annotations| annotations.get(KEY).is_some())
    };
    if !items.iter().any(has_policy) {
        return Ok(());
    }
    let letter = if compat.is_helm3() { 'A' } else { 'a' };
    Err(format!("{letter}nnotation 'helm.sh/resource-policy' within List objects are ignored")
        .into())
}

/// What Helm 3 looks at of an object.
static OBJECT_HELM3: Shape = Shape::Struct(&StructShape {
    go_type: "rules.K8sYamlStruct",
    name: "K8sYamlStruct",
    fields: OBJECT_FIELDS,
});

/// What Helm 4 looks at of an object.
pub(super) static OBJECT_HELM4: Shape = Shape::Struct(&StructShape {
    go_type: "rules.k8sYamlStruct",
    name: "k8sYamlStruct",
    fields: OBJECT_FIELDS,
});

const OBJECT_FIELDS: &[(&str, Shape)] = &[
    ("apiVersion", Shape::String),
    ("Kind", Shape::String),
    (
        "Metadata",
        Shape::Struct(&StructShape {
            go_type: "rules.k8sYamlMetadata",
            name: "k8sYamlMetadata",
            fields: &[("Namespace", Shape::String), ("Name", Shape::String)],
        }),
    ),
];

/// What is looked at of a list.
static LIST: Shape = Shape::Struct(&StructShape {
    go_type: "struct { Items []struct { Metadata struct { Annotations map[string]string } } }",
    name: "",
    fields: &[(
        "Items",
        Shape::List(
            "[]struct { Metadata struct { Annotations map[string]string } }",
            &Shape::Struct(&StructShape {
                go_type: "struct { Metadata struct { Annotations map[string]string } }",
                name: "",
                fields: &[(
                    "Metadata",
                    Shape::Struct(&StructShape {
                        go_type: "struct { Annotations map[string]string }",
                        name: "",
                        fields: &[("Annotations", Shape::Map("map[string]string", &Shape::String))],
                    }),
                )],
            }),
        ),
    )],
});
