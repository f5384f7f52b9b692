//! The annotations that a pushed chart has.

use std::collections::BTreeMap;

use crate::model::Metadata;
use go_text_template::data::Str;

/// Annotations from what Chart.yaml says; `created` is when the archive was written.
pub(super) fn of(metadata: &Metadata, created: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut add = |name: &str, value: String| {
        if !value.trim().is_empty() {
            found.insert(format!("org.opencontainers.image.{name}"), value);
        }
    };
    add("description", metadata.description.to_string());
    add("title", metadata.name.to_string());
    add("version", metadata.version.to_string());
    add("url", metadata.home.to_string());
    add("created", created.to_owned());
    add("source", metadata.sources.first().map(Str::to_string).unwrap_or_default());
    add("authors", authors(metadata));
    for (name, value) in &metadata.annotations {
        let name = name.to_string();
        let is_fixed = ["org.opencontainers.image.version", "org.opencontainers.image.title"];
        if !is_fixed.contains(&name.as_str()) {
            found.insert(name, value.to_string());
        }
    }
    found
}

fn authors(metadata: &Metadata) -> String {
    let author = |maintainer: &crate::model::Maintainer| match maintainer.email.is_empty() {
        true => maintainer.name.to_string(),
        false => format!("{} ({})", maintainer.name, maintainer.email),
    };
    metadata.maintainers.iter().map(author).collect::<Vec<_>>().join(", ")
}
