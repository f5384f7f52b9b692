//! The rules for Chart.yaml.

use super::addresses::{is_email, is_request_url, is_url};
use super::finding::{Findings, Severity, line_of, line_of_fault};
use super::subject::{Place, Subject};
use crate::model::{self, Draft, Maintainer};
use go_text_template::data::{Failure, Str, Tree, Type, Value, quoted};
use go_text_template::semver::{Constraint, Version};
use go_text_template::yaml;

const FILE: &str = "Chart.yaml";

/// A rule for what Chart.yaml says: how bad, its name, the key it is about, and what it finds.
type Rule = (Severity, &'static str, &'static str, fn(&Facts<'_>) -> Result<(), Failure>);

/// What Chart.yaml says.
struct Facts<'f> {
    draft: &'f Draft,
    /// The same, as it was written.
    table: &'f Tree,
}

/// The rules, in Helm's order; strict versions are Helm 4's.
static RULES: &[Rule] = &[
    (Severity::Error, "chart-name", "name", name),
    (Severity::Error, "chart-api-version", "apiVersion", api_version),
    (Severity::Error, "chart-version-type", "version", version_type),
    (Severity::Error, "chart-version", "version", version),
    (Severity::Error, "chart-app-version-type", "appVersion", app_version_type),
    (Severity::Error, "chart-maintainers", "maintainers", maintainers),
    (Severity::Error, "chart-sources", "sources", sources),
    (Severity::Info, "chart-icon", "icon", icon_presence),
    (Severity::Error, "chart-icon-url", "icon", icon_url),
    (Severity::Error, "chart-type", "type", chart_type),
    (Severity::Error, "chart-dependencies", "dependencies", dependencies),
];

pub(super) fn lint(subject: &Subject, found: &mut Findings) {
    let is_folder = match subject.chart_file {
        Place::Folder => Err(Failure::new("should be a file, not a directory")),
        _ => Ok(()),
    };
    found.take(Severity::Error, "chart-file", FILE, None, is_folder);
    let draft = match draft(subject) {
        Ok(draft) => draft,
        Err(error) => {
            let failure = Failure::from(format!("unable to parse YAML\n\t{error}"));
            let text = subject.chart_text.clone().unwrap_or_default();
            let line = line_of_fault(&text, &yaml::ANY_MAP);
            found.take(Severity::Error, "chart-yaml", FILE, line, Err(failure));
            return;
        }
    };
    let text = subject.chart_text.clone().unwrap_or_default();
    if !subject.compat.is_helm3() {
        let strict = model::check_strictly(&text, subject.compat).map_err(|error| {
            Failure::from(format!("failed to strictly parse chart metadata file\n\t{error}"))
        });
        found.take(Severity::Warning, "chart-yaml-strict", FILE, None, strict);
    }
    let table = yaml::read_as(&text, &yaml::ANY_MAP).unwrap_or_default();
    let facts = Facts { draft: &draft, table: &table };
    for (severity, rule, key, check) in RULES {
        found.take(*severity, rule, FILE, line_of(&text, &[*key]), check(&facts));
    }
    if !subject.compat.is_helm3() {
        let line = line_of(&text, &["version"]);
        found.take(Severity::Warning, "chart-version-strict", FILE, line, strict_version(&facts));
    }
}

fn draft(subject: &Subject) -> Result<Draft, String> {
    let text = subject.chart_text.as_ref().map_err(ToString::to_string)?;
    model::read_draft(text, subject.compat).map_err(|error| error.to_string())
}

fn name(facts: &Facts<'_>) -> Result<(), Failure> {
    let name = &facts.draft.metadata.name;
    if name.is_empty() {
        return Err("name is required".into());
    }
    // A path's last part is not always a part of it: `/` has itself, `a/` has `a`.
    if name.contains(&b'/') && name != "/" {
        return Err(format!("chart name {} is invalid", quoted(name)).into());
    }
    Ok(())
}

fn api_version(facts: &Facts<'_>) -> Result<(), Failure> {
    let version = &facts.draft.metadata.api_version;
    let wanted = "The value must be either \"v1\" or \"v2\"";
    match () {
        () if version.is_empty() => Err(format!("apiVersion is required. {wanted}").into()),
        () if version == "v1" || version == "v2" => Ok(()),
        () => Err(format!("apiVersion '{version}' is not valid. {wanted}").into()),
    }
}

fn version_type(facts: &Facts<'_>) -> Result<(), Failure> {
    is_text(facts, "version")
}

fn app_version_type(facts: &Facts<'_>) -> Result<(), Failure> {
    is_text(facts, "appVersion")
}

fn is_text(facts: &Facts<'_>, key: &str) -> Result<(), Failure> {
    let go_type = match facts.table.at(&[key]) {
        None | Some(Tree::String(_)) => return Ok(()),
        Some(Tree::Null) => "<nil>".to_owned(),
        Some(value) => {
            let go_type: Type = Value::from(value).go_type();
            go_type.to_string()
        }
    };
    Err(format!("{key} should be of type string but it's of type {go_type}").into())
}

fn version(facts: &Facts<'_>) -> Result<(), Failure> {
    const LEAST: &str = "0.0.0-0";
    let text = &facts.draft.metadata.version;
    if text.is_empty() {
        return Err("version is required".into());
    }
    let version = Version::parse(text)
        .map_err(|_| Failure::from(format!("version '{text}' is not a valid SemVer")))?;
    match Constraint::parse(format!(">{LEAST}").as_bytes()) {
        Ok(constraint) if !constraint.check(&version) => {
            let version = quoted(Str::from(version.to_string()).as_bytes()).to_string();
            Err(format!("version {version} is less than or equal to {LEAST:?}").into())
        }
        _ => Ok(()),
    }
}

fn strict_version(facts: &Facts<'_>) -> Result<(), Failure> {
    let text = &facts.draft.metadata.version;
    match Version::parse_strict(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("version '{text}' is not a valid SemVerV2").into()),
    }
}

fn maintainers(facts: &Facts<'_>) -> Result<(), Failure> {
    facts.draft.maintainers.iter().try_for_each(|maintainer| match maintainer {
        None => Err("a maintainer entry is empty".into()),
        Some(maintainer) => check_maintainer(maintainer),
    })
}

fn check_maintainer(maintainer: &Maintainer) -> Result<(), Failure> {
    let Maintainer { name, email, url } = maintainer;
    match () {
        () if name.is_empty() => Err("each maintainer requires a name".into()),
        () if !email.is_empty() && !is_email(&email.to_str_lossy()) => {
            Err(format!("invalid email '{email}' for maintainer '{name}'").into())
        }
        () if !url.is_empty() && !is_url(&url.to_str_lossy()) => {
            Err(format!("invalid url '{url}' for maintainer '{name}'").into())
        }
        () => Ok(()),
    }
}

fn sources(facts: &Facts<'_>) -> Result<(), Failure> {
    let is_bad = |source: &&Str| !is_request_url(&source.to_str_lossy());
    match facts.draft.metadata.sources.iter().find(is_bad) {
        Some(source) => Err(format!("invalid source URL '{source}'").into()),
        None => Ok(()),
    }
}

fn icon_presence(facts: &Facts<'_>) -> Result<(), Failure> {
    if facts.draft.metadata.icon.is_empty() { Err("icon is recommended".into()) } else { Ok(()) }
}

fn icon_url(facts: &Facts<'_>) -> Result<(), Failure> {
    let icon = &facts.draft.metadata.icon;
    if icon.is_empty() || is_request_url(&icon.to_str_lossy()) {
        return Ok(());
    }
    Err(format!("invalid icon URL '{icon}'").into())
}

fn chart_type(facts: &Facts<'_>) -> Result<(), Failure> {
    let metadata = &facts.draft.metadata;
    if metadata.chart_type.is_empty() || metadata.api_version == "v2" {
        return Ok(());
    }
    let version = &metadata.api_version;
    Err(format!(
        "chart type is not valid in apiVersion '{version}'. It is valid in apiVersion 'v2'"
    )
    .into())
}

fn dependencies(facts: &Facts<'_>) -> Result<(), Failure> {
    let version = &facts.draft.metadata.api_version;
    if facts.draft.dependencies.is_empty() || version == "v2" {
        return Ok(());
    }
    Err(format!(
        "dependencies are not valid in the Chart file with apiVersion '{version}'. They are valid \
         in apiVersion 'v2'"
    )
    .into())
}
