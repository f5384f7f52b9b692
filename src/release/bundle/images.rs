//! The images that documents name: in pods, in custom resources, and in texts.
//!
//! A field called `image` names one wherever it is. Custom resources have others, which the
//! catalogue knows. What counts in texts is told by [`mention`](super::mention).

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use bstr::ByteSlice;

use super::catalogue::{Catalogue, Rule};
use super::edit::Edit;
use super::mention::{FILLED_IN, Key, mentions, needs_hub};
use super::node::{Kind, NodeId, Nodes};
use super::object::{Document, Object};
use super::reference::Reference;
use go_text_template::data::{Str, Tree};
use go_text_template::yaml;

/// An image, and who names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The name as it is written.
    pub name: String,
    /// Where it is written, in the order of the documents.
    pub uses: Vec<Use>,
}

/// A place that names an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The object, or the chart.
    pub object: String,
    /// The field.
    pub field: String,
    /// What kind of place that is.
    pub how: How,
}

/// What kind of place names an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A field that is an image.
    Field,
    /// No field: the operator of a custom resource takes it if nothing is said.
    Default,
    /// An annotation of a chart, which may name more than is used.
    Annotation,
    /// A text that looks like one.
    Text,
    /// Only a part of the name: the registry and the tag stand in other fields.
    Part,
}

impl How {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Default => "default",
            Self::Annotation => "annotation",
            Self::Text => "text",
            Self::Part => "part",
        }
    }
}

/// An image in a document.
struct Found {
    name: String,
    field: String,
    object: String,
    how: How,
    /// Its bytes in the document, perhaps without the version; none if it is not written there, or
    /// must not be changed there.
    range: Option<Range<usize>>,
}

/// The images of `documents`, by name.
pub fn images<'d>(documents: impl Iterator<Item = &'d Document>) -> Vec<Image> {
    let mut by_name: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for found in documents.flat_map(find) {
        let Found { name, field, object, how, .. } = found;
        by_name.entry(name).or_default().push(Use { object, field, how });
    }
    by_name.into_iter().map(|(name, uses)| Image { name, uses }).collect()
}

/// The images that the annotations of a chart called `name` list.
pub fn annotated(name: &Str, annotations: &BTreeMap<Str, Str>) -> Vec<Image> {
    const LISTS: [&str; 2] = ["artifacthub.io/images", "images"];
    let mut images = Vec::new();
    for (key, text) in
        annotations.iter().filter(|(key, _)| LISTS.iter().any(|list| **key == **list))
    {
        let Ok(Tree::List(items)) = yaml::read(text) else { continue };
        let names = items.iter().filter_map(|item| item.at(&["image"]).and_then(Tree::as_str));
        images.extend(names.map(|image| Image {
            name: image.to_string(),
            uses: vec![Use {
                object: format!("chart {name}"),
                field: format!("annotations.{key}"),
                how: How::Annotation,
            }],
        }));
    }
    images
}

/// Both lists as one.
pub fn merged(images: Vec<Image>, more: Vec<Image>) -> Vec<Image> {
    let mut by_name: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for image in images.into_iter().chain(more) {
        by_name.entry(image.name).or_default().extend(image.uses);
    }
    by_name.into_iter().map(|(name, uses)| Image { name, uses }).collect()
}

/// The name of an image in another registry; the name itself if it is none.
pub fn moved(name: &str, registry: &str) -> String {
    Reference::parse(name).map_or_else(|| name.to_owned(), |image| image.in_registry(registry))
}

/// Whether `name` is what a registry takes for the name of an image.
pub fn is_name(name: &str) -> bool {
    Reference::parse(name).is_some()
}

/// Two images that would be the same one in `registry`, and its name there.
pub fn collision(images: &[Image], registry: &str) -> Option<(String, String, String)> {
    let mut seen: BTreeMap<String, (&str, String)> = BTreeMap::new();
    for image in images {
        let Some(name) = Reference::parse(&image.name) else { continue };
        let (target, canonical) = (name.in_registry(registry), name.canonical());
        match seen.get(&target) {
            Some((other, known)) if *known != canonical => {
                return Some(((*other).to_owned(), image.name.clone(), target));
            }
            _ => drop(seen.insert(target, (&image.name, canonical))),
        }
    }
    None
}

/// The edits that move all images of `document` to `registry`.
pub(super) fn rewrite(document: &Document, registry: &str) -> Vec<Edit> {
    let ranges = find(document).into_iter().filter_map(|found| found.range);
    ranges
        .map(|range| {
            let name = document.text[range.clone()].to_str_lossy();
            Edit { range, text: moved(&name, registry).into_bytes() }
        })
        .collect()
}

/// `text`, a document that Helm wrote, with all its images moved to `registry`.
pub fn rewritten(text: &Str, registry: &str) -> Str {
    let role = super::object::Role::Resource;
    match Document::read(Str::EMPTY, 0, text.clone(), role) {
        Ok(Some(document)) => match rewrite(&document, registry) {
            edits if edits.is_empty() => text.clone(),
            edits => super::edit::apply(&document.text, edits).into(),
        },
        _ => text.clone(),
    }
}

fn find(document: &Document) -> Vec<Found> {
    let mut found = Vec::new();
    // A definition describes images; it has none.
    for object in document.objects.iter().filter(|object| !object.is_definition()) {
        let search = Search {
            document,
            object,
            rules: Catalogue::get().images(object.group(), &object.kind),
            labels: OnceCell::new(),
        };
        search.walk(&mut found);
        found.extend(search.defaults());
    }
    found
}

/// The search through one object.
struct Search<'s> {
    document: &'s Document,
    object: &'s Object,
    rules: &'s [Rule],
    /// The names of labels and the like in the document, once somebody asks.
    labels: OnceCell<HashSet<Vec<u8>>>,
}

impl Search<'_> {
    fn nodes(&self) -> &Nodes {
        &self.document.nodes
    }

    fn walk(&self, found: &mut Vec<Found>) {
        let mut place = Place { id: self.object.node, path: Vec::new(), has_hub: false };
        let mut open = Vec::new();
        self.visit(&mut place, &mut open, found);
        while let Some(step) = open.pop() {
            place.take(step);
            self.visit(&mut place, &mut open, found);
        }
    }

    /// Looks at a node, and leaves its children in `open`.
    fn visit(&self, place: &mut Place, open: &mut Vec<Step>, found: &mut Vec<Found>) {
        match &self.nodes().node_as_written(place.id).kind {
            Kind::Scalar(_) => self.scalar(place, found),
            Kind::List(items) => {
                let items = items.iter().enumerate().rev();
                open.extend(items.map(|(index, item)| place.step(*item, format!("[{index}]"))));
            }
            Kind::Map(_) => {
                found.extend(self.in_parts(place));
                place.has_hub |= self.nodes().get(place.id, "hub").is_some();
                for (key, value) in self.nodes().entries(place.id).rev() {
                    let key = self.nodes().text(key).unwrap_or_default();
                    open.push(place.step(value, key.to_str_lossy().into_owned()));
                }
            }
            // What it stands for is met elsewhere.
            Kind::Alias(_) => {}
        }
    }

    fn scalar(&self, place: &Place, found: &mut Vec<Found>) {
        let Some(value) = self.nodes().text(place.id) else { return };
        let text = &self.document.text;
        let range = self.nodes().value_range(place.id, text);
        let name = value.trim().to_str_lossy();
        let name = name.strip_prefix("oci://").unwrap_or(&name);
        if let Some(how) = self.how(place, name) {
            let at = text[range.clone()].find(name).filter(|_| how != How::Part);
            let range = at.map(|at| range.start + at..range.start + at + name.len());
            found.push(self.found(name.to_owned(), &place.path, how, range));
            return;
        }
        for mention in mentions(&text[range.clone()]) {
            let range = range.start + mention.range.start..range.start + mention.range.end;
            let name = text[range.clone()].to_str_lossy().into_owned();
            if !mention.has_key && self.is_label(&name) {
                continue;
            }
            let (how, range) =
                if mention.is_part { (How::Part, None) } else { (How::Text, Some(range)) };
            found.push(self.found(name, &place.path, how, range));
        }
    }

    /// Whether the document has a label or the like of this name.
    fn is_label(&self, name: &str) -> bool {
        let Some(image) = Reference::parse(name) else { return false };
        let labels = self.labels.get_or_init(|| self.nodes().keys_with(b'/'));
        labels.contains(image.key().as_bytes())
    }

    /// What kind of image the whole of a scalar is; `None` if it is none.
    fn how(&self, place: &Place, name: &str) -> Option<How> {
        let key = place.path.last().and_then(|key| Key::of(key.as_bytes()));
        let is_field = key == Some(Key::Image) || self.is_known_field(&place.path);
        if !is_field {
            return key.filter(|key| key.accepts(name)).map(|_| How::Text);
        }
        if place.has_hub && needs_hub(name) {
            return Some(How::Part);
        }
        is_of_field(name, place.is_container()).then_some(How::Field)
    }

    /// The image of a map `image` that has the name and the version in fields of their own.
    fn in_parts(&self, place: &Place) -> Option<Found> {
        let part = |key: &str| self.nodes().string(place.id, &[key]);
        if place.path.last()? != "image" || !part("registry").is_empty() {
            return None;
        }
        let id = self.nodes().get(place.id, "repository")?;
        let repository = part("repository");
        let written = [("", repository.clone()), (":", part("tag")), ("@", part("digest"))];
        let written = written.iter().filter(|(_, part)| !part.is_empty());
        let name: String = written.flat_map(|(sign, part)| [*sign, part.as_str()]).collect();
        Reference::parse(&name)?;
        let has_version = Reference::parse(&repository)?.has_version();
        let range = self.nodes().value_range(id, &self.document.text);
        let at = range.start + self.document.text[range].find(&repository)?;
        let range = Some(at..at + repository.len());
        (!has_version).then(|| self.found(name, &place.path, How::Field, range))
    }

    fn found(&self, name: String, path: &[String], how: How, range: Option<Range<usize>>) -> Found {
        Found { name, field: written(path), object: self.object.to_string(), how, range }
    }

    fn is_known_field(&self, path: &[String]) -> bool {
        self.rules.iter().any(|rule| matches!(rule, Rule::Field(field) if leads_to(field, path)))
    }

    /// The images that the operator takes where nothing is said.
    fn defaults(&self) -> Vec<Found> {
        let mut found = Vec::new();
        for rule in self.rules {
            let Rule::Default { pattern, unless } = rule else { continue };
            let unless: Vec<&str> = unless.iter().map(String::as_str).collect();
            let is_set = !self.nodes().string(self.object.node, &unless).is_empty();
            if let Some(name) = self.filled(pattern).filter(|_| !is_set) {
                found.push(self.found(name, std::slice::from_ref(pattern), How::Default, None));
            }
        }
        found
    }

    /// The pattern with its fields filled in; `None` if one of them is not there.
    fn filled(&self, pattern: &str) -> Option<String> {
        let mut name = String::new();
        let mut rest = pattern;
        while let Some((before, behind)) = rest.split_once('{') {
            let (field, behind) = behind.split_once('}')?;
            let path: Vec<&str> = field.split('.').collect();
            let value = self.nodes().string(self.object.node, &path);
            if value.is_empty() {
                return None;
            }
            name.push_str(before);
            name.push_str(&value);
            rest = behind;
        }
        name.push_str(rest);
        Some(name)
    }
}

/// A node of an object.
struct Place {
    id: NodeId,
    /// The keys that lead to it.
    path: Vec<String>,
    /// Whether a map around it has a key `hub`.
    has_hub: bool,
}

/// The way from a place to a node below it: all that waits shares one path, for there may be many
/// nodes that are deep.
struct Step {
    id: NodeId,
    key: String,
    /// How many keys lead to the place.
    depth: usize,
    has_hub: bool,
}

impl Place {
    fn step(&self, id: NodeId, key: String) -> Step {
        Step { id, key, depth: self.path.len(), has_hub: self.has_hub }
    }

    /// Goes where `step` leads to.
    fn take(&mut self, step: Step) {
        self.path.truncate(step.depth);
        self.path.push(step.key);
        (self.id, self.has_hub) = (step.id, step.has_hub);
    }

    /// Whether it is the image of a container in a pod.
    fn is_container(&self) -> bool {
        const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
        let [.., list, _, key] = self.path.as_slice() else { return false };
        key == "image" && LISTS.contains(&list.as_str())
    }
}

/// Whether a field for images that says `name` means one. A name that is none is told all the same,
/// for it is missed sooner when it is copied; in a container there is nothing else it could be.
fn is_of_field(name: &str, is_container: bool) -> bool {
    if name == FILLED_IN || name.is_empty() || name.starts_with(['{', '$', '%', '<']) {
        return false;
    }
    if is_container {
        return !name.contains(char::is_control);
    }
    if is_name(name) {
        return Key::Image.accepts(name);
    }
    name.contains([':', '/']) && !name.contains("://") && !name.contains(char::is_whitespace)
}

/// Whether `field`, with `[]` and `*` for anything, is at `path`.
fn leads_to(field: &[String], path: &[String]) -> bool {
    let steps = field.iter().flat_map(|step| match step.strip_suffix("[]") {
        Some(key) => vec![key, "[]"],
        None => vec![step.as_str()],
    });
    let steps: Vec<&str> = steps.collect();
    steps.len() == path.len()
        && steps.iter().zip(path).all(|(step, key)| match *step {
            "*" => true,
            "[]" => key.starts_with('['),
            step => step == key,
        })
}

/// The longest text of a field, in bytes: one long key may stand above any number of images.
const MOST_FIELD: usize = 1000;

/// `spec.containers[0].image`; keys that are no words are quoted.
fn written(path: &[String]) -> String {
    let mut text = String::new();
    for step in path {
        if text.len() + step.len() > MOST_FIELD {
            text.push('…');
            break;
        }
        let is_word = |step: &str| {
            step.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-/{}:.".contains(&byte))
        };
        if step.starts_with('[') {
            text.push_str(step);
        } else if is_word(step) && (!step.contains('.') || path.len() == 1) {
            text.push_str(if text.is_empty() { "" } else { "." });
            text.push_str(step);
        } else {
            text.push_str(&format!("[{step:?}]"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::object::Role;
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let document = Document::read(Str::EMPTY, 0, text.into(), Role::Resource).unwrap().unwrap();
        let found = images([&document].into_iter());
        found
            .iter()
            .map(|image| {
                format!("{} {} {}", image.name, image.uses[0].field, image.uses[0].how.word())
            })
            .collect()
    }

    #[test]
    fn images_are_found() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - image: nginx\n    \
                   args: [--sidecar=quay.io/a/b:1, /etc/x:ro]\n    env:\n    - {name: X, value: 'ghcr.io/c/d@sha256:0000000000000000000000000000000000000000000000000000000000000000'}\n";
        assert_eq!(
            names(pod),
            [
                "ghcr.io/c/d@sha256:0000000000000000000000000000000000000000000000000000000000000000 spec.containers[0].env[0].value text",
                "nginx spec.containers[0].image field",
                "quay.io/a/b:1 spec.containers[0].args[0] text",
            ]
        );
        let cluster = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: a}\nspec: {imageName: 'postgres:16'}\n";
        assert_eq!(names(cluster), ["postgres:16 spec.imageName field"]);
        let elastic = "apiVersion: elasticsearch.k8s.elastic.co/v1\nkind: Elasticsearch\nmetadata: {name: a}\nspec: {version: 8.1.0}\n";
        assert_eq!(
            names(elastic),
            [
                "docker.elastic.co/elasticsearch/elasticsearch:8.1.0 docker.elastic.co/elasticsearch/elasticsearch:{spec.version} default"
            ]
        );
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  pod.yaml: |\n    - image: \"busybox:1\"\n      x: see quay.io/e/f:2.\n";
        assert_eq!(
            names(map),
            ["busybox:1 data[\"pod.yaml\"] text", "quay.io/e/f:2 data[\"pod.yaml\"] text"]
        );
    }

    #[test]
    fn images_are_found_in_utf16() {
        let text = format!("\u{feff}kind: Pod\n# {}\nimage: a:1\n", "\u{4e2d}".repeat(99));
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let moved = rewritten(&Str::from(bytes), "r.io");
        assert!(moved.ends_with(b"image: r.io/library/a:1\n"), "{moved:?}");
    }

    #[test]
    fn places_are_told_in_few_words() {
        let long = "x".repeat(5000);
        let text = format!("kind: Pod\nmetadata: {{name: {long}}}\n? {long}\n: - image: a:1\n");
        let document = Document::read(Str::EMPTY, 0, text.into(), Role::Resource).unwrap().unwrap();
        let found = images([&document].into_iter());
        assert_eq!(found[0].uses[0].field, "…");
        assert!(found[0].uses[0].object.len() < 1000);
    }

    #[test]
    fn images_move() {
        let text = "kind: Pod\nspec:\n  containers:\n  - image: &i \"nginx:1\" # n\n    args: ['--x=quay.io/a:1']\n  - image: *i\n";
        let moved = rewritten(&Str::from(text), "r.io");
        let expected = "kind: Pod\nspec:\n  containers:\n  - image: &i \"r.io/library/nginx:1\" # n\n    args: ['--x=r.io/a:1']\n  - image: *i\n";
        assert_eq!(moved.to_string(), expected);
    }
}
