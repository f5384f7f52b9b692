//! `chart version`: which program this is, and which Helm it equals.

use super::{Error, Session, small_template};
use crate::render::HelmVersion;
use go_text_template::Compat;
use go_text_template::data::{Map, Str};

/// What `version` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// `--short`.
    pub short: bool,
    /// `--template`.
    pub template: Option<String>,
    /// True when the program was started under the name of Helm: then it tells Helm's version.
    pub as_helm: bool,
}

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The number of the Helm that is equalled: `4.3.2`.
pub fn number(compat: Compat) -> &'static str {
    HelmVersion(compat).version().trim_start_matches('v')
}

/// Writes the version.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let text = match args.template.as_deref().filter(|template| !template.is_empty()) {
        Some(template) => from_template(template, session)?,
        None => Str::from(format!("{}\n", line(args, HelmVersion(session.compat)))),
    };
    session.out.write_all(&text).map_err(Error::Stdout)
}

fn line(args: &Args, helm: HelmVersion) -> String {
    match (args.as_helm, args.short) {
        (true, true) => helm.version().to_owned(),
        (true, false) => build_info(helm),
        (false, true) => format!("v{VERSION}"),
        (false, false) => format!("chart v{VERSION} (equals Helm {})", helm.version()),
    }
}

/// Helm's own line.
fn build_info(helm: HelmVersion) -> String {
    let client = helm
        .kube_client_version()
        .map_or_else(String::new, |version| format!(", KubeClientVersion:\"{version}\""));
    format!(
        "version.BuildInfo{{Version:\"{}\", GitCommit:\"\", GitTreeState:\"\", GoVersion:\"{}\"{client}}}",
        helm.version(),
        helm.go_version()
    )
}

/// Executes `text` with the fields that Helm's template gets.
fn from_template(text: &str, session: &Session<'_>) -> Result<Str, Error> {
    let helm = HelmVersion(session.compat);
    let data = Map::new();
    data.insert("Version", helm.version());
    data.insert("GitCommit", "");
    data.insert("GitTreeState", "");
    data.insert("GoVersion", helm.go_version());
    small_template::execute("_", text, data.into(), &|_| None, session)
}
