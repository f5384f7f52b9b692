//! What a result is found by: a digest of everything that it depends on.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;

use crate::model::{Chart, File};
use crate::render::{Capabilities, Release, Stage};
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::dates::Zone;
use go_text_template::template::Limits;

/// A SHA-256 digest; `Display` gives its hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// The digest of `bytes`.
pub fn digest(bytes: &[u8]) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(bytes);
    finished(context)
}

/// Everything that the result of a release depends on besides randomness, time and name servers:
/// renders that ask for those have no key.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    /// The digest of the chart as loaded.
    pub chart: Digest,
    /// What the user has supplied, all merged.
    pub values: &'f TreeMap,
    /// The release.
    pub release: &'f Release,
    /// What the cluster can do, and which Helm is equalled.
    pub capabilities: &'f Capabilities,
    /// What a render may cost: one that costs too much has another result.
    pub limits: Limits,
    /// The local time zone.
    pub zone: &'f Zone,
    /// Everything that is on or off.
    pub switches: &'f [bool],
}

/// A change of what is stored, or of what the key is made of, makes another key.
const FORMAT: &[u8] = b"chart batch 1";

/// The key of the result of a release.
pub fn release_key(facts: &Facts<'_>) -> Digest {
    let Facts { chart, values, release, capabilities, limits, zone, switches } = facts;
    let mut fields = Fields::new(FORMAT);
    fields.bytes(env!("CARGO_PKG_VERSION").as_bytes());
    fields.bytes(&chart.0);
    fields.map(values);
    fields.bytes(&release.name);
    fields.bytes(&release.namespace);
    fields.bool(release.stage == Stage::Upgrade);
    fields.bool(capabilities.compat.is_helm3());
    fields.bytes(&capabilities.kube_version.version);
    fields.bytes(&capabilities.kube_version.normalized);
    fields.texts(&capabilities.extra_api_versions);
    [limits.steps, limits.depth.into(), limits.output, limits.memory]
        .iter()
        .for_each(|limit| fields.number(*limit));
    fields.bytes(&zone.name());
    fields.bytes(zone.file());
    switches.iter().for_each(|on| fields.bool(*on));
    finished(fields.0)
}

/// The key of the result of a release with the key `key` whose values were checked against
/// `schemas` from outside, each an address and the digest of what was there.
pub fn key_with(key: Digest, schemas: &[(String, String)]) -> Digest {
    let mut fields = Fields::new(b"chart batch schemas 1");
    fields.bytes(&key.0);
    fields.length(schemas.len());
    for (address, digest) in schemas {
        fields.bytes(address.as_bytes());
        fields.bytes(digest.as_bytes());
    }
    finished(fields.0)
}

/// The digest of a chart as it was loaded: of all that templates, values and output can see.
pub fn chart_digest(chart: &Chart) -> Digest {
    let mut fields = Fields::new(b"chart tree 1");
    fields.chart(chart);
    finished(fields.0)
}

fn finished(context: Context) -> Digest {
    Digest(context.finish().as_ref().try_into().expect("SHA-256 gives 32 bytes"))
}

/// Values one behind the other, each with its length or kind, so that no two sequences of
/// different values give the same bytes.
struct Fields(Context);

impl Fields {
    fn new(format: &[u8]) -> Self {
        let mut fields = Self(Context::new(&SHA256));
        fields.bytes(format);
        fields
    }

    fn number(&mut self, number: u64) {
        self.0.update(&number.to_le_bytes());
    }

    fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    fn bool(&mut self, on: bool) {
        self.0.update(&[u8::from(on)]);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.0.update(bytes);
    }

    fn texts(&mut self, texts: &[Str]) {
        self.length(texts.len());
        texts.iter().for_each(|text| self.bytes(text));
    }

    fn chart(&mut self, chart: &Chart) {
        // The derived text has every field of Chart.yaml, those to come included.
        self.bytes(format!("{:?}", chart.metadata).as_bytes());
        self.files(&chart.templates);
        self.files(&chart.files);
        self.map(&chart.values);
        self.bool(chart.schema.is_some());
        chart.schema.iter().for_each(|schema| self.bytes(schema.data()));
        self.bytes(&chart.path);
        self.length(chart.dependencies.len());
        for subchart in chart.dependencies.iter() {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.chart(subchart));
        }
    }

    fn files(&mut self, files: &[File]) {
        self.length(files.len());
        for file in files {
            self.bytes(&file.name);
            self.bytes(file.data());
        }
    }

    fn map(&mut self, map: &TreeMap) {
        self.length(map.len());
        for (key, value) in map.iter() {
            self.bytes(key);
            self.tree(value);
        }
    }

    fn tree(&mut self, tree: &Tree) {
        match tree {
            Tree::Null => self.0.update(b"n"),
            Tree::Bool(on) => self.0.update(if *on { b"t" } else { b"f" }),
            Tree::Int(number) => {
                self.0.update(b"i");
                self.0.update(&number.to_le_bytes());
            }
            Tree::Float(number) => {
                self.0.update(b"d");
                self.number(number.to_bits());
            }
            Tree::String(text) => {
                self.0.update(b"s");
                self.bytes(text);
            }
            Tree::List(items) => {
                self.0.update(b"l");
                self.length(items.len());
                items.iter().for_each(|item| self.nested(item));
            }
            Tree::Map(map) => {
                self.0.update(b"m");
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.map(map));
            }
        }
    }

    fn nested(&mut self, tree: &Tree) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.tree(tree));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use super::*;
    use crate::render::KubeVersion;
    use go_text_template::Compat;
    use go_text_template::json;

    fn map(text: &str) -> Arc<TreeMap> {
        json::read(&text.into()).unwrap().as_map().unwrap().clone()
    }

    fn capabilities(version: &str, apis: &[&str], compat: Compat) -> Capabilities {
        let kube_version = KubeVersion::parse(version, compat).unwrap();
        let extra_api_versions = apis.iter().map(|&api| api.into()).collect();
        Capabilities { kube_version, extra_api_versions, compat }
    }

    /// The keys of many releases that differ in one thing each.
    fn keys() -> Vec<Digest> {
        let chart = digest(b"chart");
        let other_chart = digest(b"other");
        let release = |name: &str, namespace: &str, is_upgrade| Release {
            name: name.into(),
            namespace: namespace.into(),
            stage: Stage::of_upgrade(is_upgrade),
        };
        let limits = Limits::default();
        let first = release("a", "b", false);
        let others = [release("ab", "", false), release("", "ab", false), release("a", "b", true)];
        let usual = capabilities("1.31.0", &[], Compat::Helm4);
        let clusters = [
            capabilities("1.31.1", &[], Compat::Helm4),
            capabilities("1.31.0", &["x/v1"], Compat::Helm4),
            capabilities("1.31.0", &["x/v1", "y/v1"], Compat::Helm4),
            capabilities("1.31.0", &["x/v1y/v1"], Compat::Helm4),
            capabilities("1.31.0", &[], Compat::Helm3),
        ];
        let values = map(r#"{"a": 1}"#);
        let tokyo = Zone::named("Asia/Tokyo").unwrap();
        let facts = Facts {
            chart,
            values: &values,
            release: &first,
            capabilities: &usual,
            limits,
            zone: &Zone::UTC,
            switches: &[false, false],
        };
        let mut keys = vec![
            release_key(&facts),
            release_key(&Facts { chart: other_chart, ..facts }),
            release_key(&Facts { limits: Limits { steps: 1, ..limits }, ..facts }),
            release_key(&Facts { zone: &tokyo, ..facts }),
            release_key(&Facts { switches: &[true, false], ..facts }),
            release_key(&Facts { switches: &[false, true], ..facts }),
        ];
        keys.extend(others.iter().map(|release| release_key(&Facts { release, ..facts })));
        keys.extend(clusters.iter().map(|it| release_key(&Facts { capabilities: it, ..facts })));
        for text in [
            r#"{}"#,
            r#"{"a": 2}"#,
            r#"{"a": "1"}"#,
            r#"{"a": true}"#,
            r#"{"a": null}"#,
            r#"{"a": [1]}"#,
            r#"{"a": {"b": 1}, "c": 2}"#,
            r#"{"a": {"b": 1, "c": 2}}"#,
            r#"{"a": "b", "c": "d"}"#,
            r#"{"a": "bc", "": "d"}"#,
        ] {
            keys.push(release_key(&Facts { values: &map(text), ..facts }));
        }
        let integer = TreeMap::new(vec![("a".into(), Tree::Int(1))]);
        keys.push(release_key(&Facts { values: &integer, ..facts }));
        let schema = |address: &str, digest: &str| (address.to_owned(), digest.to_owned());
        for schemas in [
            &[][..],
            &[schema("a", "b")],
            &[schema("a", "c")],
            &[schema("ab", "")],
            &[schema("a", "b"), schema("c", "d")],
        ] {
            keys.push(key_with(keys[0], schemas));
        }
        keys
    }

    #[test]
    fn whatever_differs_makes_another_key() {
        let keys = keys();
        let different: HashSet<Digest> = keys.iter().copied().collect();
        assert_eq!(different.len(), keys.len());
        assert_eq!(keys, self::keys());
    }

    #[test]
    fn every_part_of_a_chart_is_in_its_digest() {
        let file = |name: &str, data: &str| File::new(name, data);
        let chart = Chart::default();
        let mut charts = vec![chart.clone()];
        let mut add = |change: &dyn Fn(&mut Chart)| {
            let mut changed = chart.clone();
            change(&mut changed);
            charts.push(changed);
        };
        add(&|chart| Arc::make_mut(&mut chart.metadata).name = "n".into());
        add(&|chart| Arc::make_mut(&mut chart.metadata).app_version = "n".into());
        add(&|chart| chart.templates = Arc::new(vec![file("a", "b")]));
        add(&|chart| chart.templates = Arc::new(vec![file("ab", "")]));
        add(&|chart| chart.files = Arc::new(vec![file("a", "b")]));
        add(&|chart| chart.values = map(r#"{"a": 1}"#));
        add(&|chart| chart.schema = Some(file("a", "")));
        add(&|chart| chart.dependencies = Arc::new(vec![Chart::default()]));
        let digests: HashSet<Digest> = charts.iter().map(chart_digest).collect();
        assert_eq!(digests.len(), charts.len());
    }
}
