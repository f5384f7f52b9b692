//! The release as Helm 4 keeps it, in JSON: fields in the order of its structs.

use std::sync::Arc;

use bstr::ByteSlice;
use data_encoding::BASE64;

use super::super::subject::Subject;
use super::args::Args;
use crate::commands::Session;
use crate::manifest::{Document, Hook};
use crate::model::{Chart, FIELD_ORDER, File, Lock, Moment};
use crate::pipeline::Made;
use crate::render::Rendered;
use go_text_template::data::{Map, Str, Tree, TreeMap, Value, parse_integer};
use go_text_template::dates::{Time, Zone};
use go_text_template::json::{self, Style, append_string};

/// What stands where a secret would.
const HIDDEN: &[u8] = b"# HIDDEN: The Secret output has been suppressed";

/// A release that was tried.
pub(super) struct Release<'r> {
    pub(super) name: &'r Str,
    pub(super) namespace: &'r Str,
    pub(super) chart: &'r Chart,
    /// The values that the user supplies.
    pub(super) supplied: &'r Arc<TreeMap>,
    /// The resources in one text.
    pub(super) manifest: Vec<u8>,
    pub(super) hooks: &'r [Hook],
    pub(super) notes: Vec<u8>,
    pub(super) time: Time,
    zone: Zone,
}

impl<'r> Release<'r> {
    pub(super) fn new(
        made: &'r Made,
        subject: &'r Subject,
        args: &Args,
        session: &Session<'_>,
    ) -> Self {
        let zone = session.world.local_zone();
        Self {
            name: &made.prepared.release.name,
            namespace: &made.prepared.release.namespace,
            chart: &made.prepared.chart,
            supplied: &subject.supplied,
            manifest: manifest(&made.manifests.documents, args.hide_secret),
            hooks: &made.manifests.hooks,
            notes: notes(made, args.subchart_notes),
            time: Time::now(session.world.now(), session.world.monotonic(), zone.clone()),
            zone,
        }
    }

    /// The release in one line of JSON.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut fields = Fields::default();
        fields.text("name", self.name);
        fields.add("info", &self.info());
        fields.add("chart", &chart(self.chart, &self.zone));
        if !self.supplied.is_empty() {
            fields.add("config", &values(self.supplied));
        }
        fields.text("manifest", &self.manifest);
        fields.list("hooks", self.hooks.iter().map(hook));
        fields.add("version", b"1");
        fields.text("namespace", self.namespace);
        fields.text("apply_method", b"ssa");
        fields.finish()
    }

    /// The same as a value. Numbers of values stay what they are: JSON has floats only.
    pub(super) fn to_value(&self) -> Value {
        let read = json::read(&Str::from(self.to_json())).unwrap_or(Tree::Null);
        let value = Value::from(&read);
        let put = |parent: &Value, key: &'static str, values: &Arc<TreeMap>| {
            if let Value::Map(map) = parent
                && let Some(Value::Map(_)) = map.get(key.as_bytes())
            {
                map.insert(key, Map::from_tree(values));
            }
        };
        put(&value, "config", self.supplied);
        if let Value::Map(map) = &value
            && let Some(chart) = map.get(b"chart")
        {
            put(&chart, "values", &self.chart.values);
        }
        value
    }

    fn info(&self) -> Vec<u8> {
        let mut fields = Fields::default();
        let now = self.time.format(RFC_3339_NANO);
        fields.text("first_deployed", &now);
        fields.text("last_deployed", &now);
        fields.text("description", DESCRIPTION.as_bytes());
        fields.text("status", STATUS.as_bytes());
        fields.text("notes", &self.notes);
        fields.finish()
    }
}

/// What Helm says about a release that it only tried.
pub(super) const DESCRIPTION: &str = "Dry run complete";
/// How far such a release has come.
pub(super) const STATUS: &str = "pending-install";

const RFC_3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
const NULL: &[u8] = b"null";
/// Go's time for none.
const NEVER: &[u8] = b"0001-01-01T00:00:00Z";

/// The resources one behind the other.
fn manifest(documents: &[Document], hide_secrets: bool) -> Vec<u8> {
    let mut text = Vec::new();
    for Document { path, content, kind, api_version, .. } in documents {
        let is_hidden = hide_secrets && *kind == "Secret" && *api_version == "v1";
        let content = if is_hidden { HIDDEN } else { content };
        [b"---\n# Source: ", path.as_bytes(), b"\n", content, b"\n"]
            .iter()
            .for_each(|piece| text.extend_from_slice(piece));
    }
    text
}

/// The notes of the chart, and if they are wanted those of its subcharts.
fn notes(made: &Made, of_subcharts: bool) -> Vec<u8> {
    let own = [made.prepared.chart.name().as_bytes(), b"/templates/NOTES.txt"].concat();
    let is_wanted = |notes: &&Rendered| of_subcharts || notes.path.as_bytes() == own;
    let mut wanted: Vec<&Rendered> = made.texts.notes.iter().filter(is_wanted).collect();
    wanted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut text: Vec<u8> = Vec::new();
    for notes in wanted {
        if !text.is_empty() {
            text.push(b'\n');
        }
        text.extend_from_slice(&notes.text);
    }
    text
}

fn chart(chart: &Chart, zone: &Zone) -> Vec<u8> {
    let mut fields = Fields::default();
    let metadata = chart.metadata.to_tree();
    fields.add("metadata", &json::write_ordered(&metadata, Style::COMPACT, &FIELD_ORDER));
    fields.add("lock", &chart.lock.as_deref().map_or_else(|| NULL.to_vec(), lock));
    fields.add("templates", &files(&chart.templates, zone));
    fields.add("values", &defaults(chart));
    let schema = chart.schema.as_ref();
    fields.add("schema", &schema.map_or_else(|| NULL.to_vec(), |file| bytes(file.data())));
    let changed = schema.and_then(|file| file.modified);
    let changed = changed.map_or_else(|| NEVER.into(), |moment| time(moment, zone));
    fields.text("schemamodtime", &changed);
    fields.add("files", &files(&chart.files, zone));
    if let Some(moment) = chart.modified {
        fields.text("modtime", &time(moment, zone));
    }
    fields.finish()
}

/// The defaults; Go has none at all for a chart without a file of them that asks for no other.
fn defaults(chart: &Chart) -> Vec<u8> {
    let is_nil = chart.values_file.is_none() && !chart.metadata.lists_dependencies;
    if is_nil && chart.values.is_empty() { NULL.to_vec() } else { values(&chart.values) }
}

fn lock(lock: &Lock) -> Vec<u8> {
    let mut order = vec!["generated", "digest"];
    order.extend(FIELD_ORDER);
    json::write_ordered(&lock.to_tree(), Style::COMPACT, &order)
}

fn files(files: &[File], zone: &Zone) -> Vec<u8> {
    if files.is_empty() { NULL.to_vec() } else { array(files.iter().map(|one| file(one, zone))) }
}

fn file(file: &File, zone: &Zone) -> Vec<u8> {
    let mut fields = Fields::default();
    fields.add("name", &string(&file.name));
    fields.add("data", &bytes(file.data()));
    if let Some(moment) = file.modified {
        fields.text("modtime", &time(moment, zone));
    }
    fields.finish()
}

fn time(Moment { seconds, nanoseconds }: Moment, zone: &Zone) -> Str {
    Time::now((seconds, nanoseconds), 0, zone.clone()).format(RFC_3339_NANO).into()
}

fn hook(hook: &Hook) -> Vec<u8> {
    let Hook { document, events, annotations } = hook;
    let annotation = |name: &str| {
        let found = annotations.iter().find(|(key, _)| *key == *name);
        found.map(|(_, value)| value.as_bytes())
    };
    let mut fields = Fields::default();
    fields.text("name", &document.name);
    fields.text("kind", &document.kind);
    fields.text("path", &document.path);
    fields.text("manifest", &document.content);
    fields.list("events", events.iter().map(|event| string(event.name().as_bytes())));
    fields.add("last_run", b"{\"phase\":\"\"}");
    let weight = annotation("helm.sh/hook-weight").and_then(|text| parse_integer(text, 10).ok());
    if let Some(weight) = weight.filter(|weight| *weight != 0) {
        fields.add("weight", weight.to_string().as_bytes());
    }
    for (field, name) in [
        ("delete_policies", "helm.sh/hook-delete-policy"),
        ("output_log_policies", "helm.sh/hook-output-log-policy"),
    ] {
        let listed = annotation(name).into_iter().flat_map(|list| list.split_str(","));
        fields.list(field, listed.map(|policy| string(&policy.trim().to_lowercase())));
    }
    fields.finish()
}

fn values(values: &Arc<TreeMap>) -> Vec<u8> {
    json::write(&Value::from(Map::from_tree(values)), Style::COMPACT, &mut |_| true)
        .unwrap_or_default()
}

fn string(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    append_string(&mut out, text, true);
    out
}

/// Bytes as Go writes them in JSON.
fn bytes(bytes: &[u8]) -> Vec<u8> {
    string(BASE64.encode(bytes).as_bytes())
}

fn array(items: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let items: Vec<Vec<u8>> = items.collect();
    [b"[", items.join(&b","[..]).as_slice(), b"]"].concat()
}

/// A JSON object that is being written.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn add(&mut self, name: &str, json: &[u8]) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        append_string(&mut self.0, name.as_bytes(), true);
        self.0.push(b':');
        self.0.extend_from_slice(json);
    }

    /// A text, unless it is empty.
    fn text(&mut self, name: &str, text: &[u8]) {
        if !text.is_empty() {
            self.add(name, &string(text));
        }
    }

    /// A list, unless it is empty.
    fn list(&mut self, name: &str, items: impl Iterator<Item = Vec<u8>>) {
        match array(items) {
            json if json == b"[]" => {}
            json => self.add(name, &json),
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        self.0
    }
}
