//! `chart cmp`: what an Argo CD config management plugin prints for an application.

use super::manifests::Args as Render;
use super::{Error, Session, output, template};
use crate::values::{LocalFiles, ReadFile};
use go_text_template::data::{Failure, Str, Tree};
use go_text_template::json;

/// The name of the values that come without a file.
const INLINE: &str = "(values)";

/// Renders the chart in the current folder as the variables of the plugin's contract say.
pub fn run(render: Render, session: &mut Session<'_>) -> Result<(), Error> {
    let parameters = Parameters::read(session)?;
    let mut render = render;
    let name =
        parameters.text("release-name").or_else(|| session.environment.get("ARGOCD_APP_NAME"));
    let name = name.unwrap_or("release-name").to_owned();
    if let Some(namespace) = session.environment.get("ARGOCD_APP_NAMESPACE") {
        namespace.clone_into(&mut render.namespace);
    }
    render.kube_version =
        session.environment.get("KUBE_VERSION").map(str::to_owned).or(render.kube_version);
    let versions = session.environment.get("KUBE_API_VERSIONS").unwrap_or_default();
    render
        .api_versions
        .extend(versions.split(',').filter(|word| !word.is_empty()).map(str::to_owned));
    parameters.add_values(&mut render);
    let files = &mut Inline::new(parameters.text("values").unwrap_or_default());
    let args = template::Args {
        words: vec![name.into(), ".".into()],
        output: output::Args { include_crds: true, ..output::Args::default() },
        render,
        ..template::Args::default()
    };
    template::run_with(&args, files, session)
}

/// What the application's parameters and its own variables ask for.
#[derive(Default)]
struct Parameters {
    texts: Vec<(String, String)>,
    lists: Vec<(String, Vec<String>)>,
    maps: Vec<(String, Vec<(String, String)>)>,
}

impl Parameters {
    /// `ARGOCD_APP_PARAMETERS`, and over it `ARGOCD_ENV_RELEASE_NAME`, `ARGOCD_ENV_VALUES` and
    /// `ARGOCD_ENV_VALUE_FILES`.
    fn read(session: &Session<'_>) -> Result<Self, Error> {
        let mut parameters = Self::default();
        let text = session.environment.get("ARGOCD_APP_PARAMETERS").unwrap_or("[]");
        let wrong = |_| Failure::new("ARGOCD_APP_PARAMETERS is no JSON list");
        let list = json::read(&Str::from(text)).map_err(wrong)?;
        if let Tree::List(items) = &list {
            items.iter().for_each(|item| parameters.add(item));
        }
        for (name, variable) in [("release-name", "RELEASE_NAME"), ("values", "VALUES")] {
            if let Some(text) = session.environment.get(&format!("ARGOCD_ENV_{variable}")) {
                parameters.texts.push((name.to_owned(), text.to_owned()));
            }
        }
        if let Some(files) = session.environment.get("ARGOCD_ENV_VALUE_FILES") {
            let files = files.split(',').map(|file| file.trim().to_owned()).collect();
            parameters.lists.push(("value-files".to_owned(), files));
        }
        Ok(parameters)
    }

    fn add(&mut self, item: &Tree) {
        let text = |key: &str| item.at(&[key]).and_then(Tree::as_str).map(Str::to_string);
        let Some(name) = text("name") else { return };
        if let Some(text) = text("string") {
            self.texts.push((name.clone(), text));
        }
        if let Some(Tree::List(items)) = item.at(&["array"]) {
            let items = items.iter().filter_map(Tree::as_str).map(Str::to_string).collect();
            self.lists.push((name.clone(), items));
        }
        if let Some(map) = item.at(&["map"]).and_then(Tree::as_map) {
            let text = |tree: &Tree| tree.as_str().map(Str::to_string);
            let pairs = map.iter().filter_map(|(key, value)| Some((key.to_string(), text(value)?)));
            self.maps.push((name, pairs.collect()));
        }
    }

    /// The last text of that name.
    fn text(&self, name: &str) -> Option<&str> {
        let named = self.texts.iter().rev().find(|(known, _)| known == name);
        named.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }

    /// Files first, then the values without a file, then single ones.
    fn add_values(&self, render: &mut Render) {
        let files = self.lists.iter().filter(|(name, _)| name == "value-files");
        let files = files.flat_map(|(_, files)| files.iter().map(|file| Str::from(file.as_str())));
        render.values.files.extend(files);
        if self.text("values").is_some() {
            render.values.files.push(Str::from_static(INLINE));
        }
        let maps = self.maps.iter().filter(|(name, _)| name == "helm-parameters");
        let pairs = maps.flat_map(|(_, pairs)| pairs.iter());
        render.values.set.extend(pairs.map(|(key, value)| Str::from(format!("{key}={value}"))));
    }
}

/// The files of the disk, and one more that is a text.
pub(super) struct Inline {
    text: Str,
    files: LocalFiles,
}

impl Inline {
    /// Files with a text that is called [`INLINE`].
    pub(super) fn new(text: &str) -> Self {
        Self { text: Str::from(text), files: LocalFiles }
    }

    /// The name of the text.
    pub(super) fn name() -> Str {
        Str::from_static(INLINE)
    }
}

impl ReadFile for Inline {
    fn read(&mut self, name: &Str) -> Result<Str, Failure> {
        if *name == *INLINE { Ok(self.text.clone()) } else { self.files.read(name) }
    }
}
