//! Objects that are too large for a cluster, or for the way in which they are applied.

use super::object::{Document, Object};
use go_text_template::data::{Str, Tree, Value};
use go_text_template::{json, yaml};

/// Bytes of all annotations of an object; `kubectl apply` writes the whole object into one.
const MOST_ANNOTATIONS: usize = 256 << 10;
/// Bytes of the data of a secret, and of a config map.
const MOST_DATA: usize = 1 << 20;
/// Bytes of a request to etcd, with its usual settings.
const MOST_REQUEST: usize = 1536 << 10;

/// An object that is too large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The object.
    pub object: String,
    /// Its bytes, as far as they count.
    pub bytes: usize,
    /// The bytes that there may be.
    pub limit: usize,
    /// What it is too large for.
    pub limit_of: Limit,
}

/// What an object can be too large for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The annotation in which `kubectl apply` keeps what it applied.
    Annotation,
    /// A secret or a config map.
    Data,
    /// A request to etcd.
    Request,
}

impl TooLarge {
    /// What is wrong, and what can be done.
    pub fn message(&self) -> String {
        let Self { object, bytes, limit, .. } = self;
        let cure = match self.limit_of {
            Limit::Annotation => {
                "for the annotation of kubectl apply; apply the bundle with --server-side"
            }
            Limit::Data => "for its data; spread it over several objects, or mount a volume",
            Limit::Request => {
                "for etcd, which takes 1.5 MiB unless it is told otherwise; make it smaller"
            }
        };
        format!("{object} has {bytes} bytes, which is more than the {limit} {cure}")
    }
}

/// The first limit that each object of `document` is above, largest limits first.
pub(super) fn check(document: &Document) -> Vec<TooLarge> {
    // JSON of a document has at most a few times its bytes; most need no closer look.
    if document.text.len() < MOST_ANNOTATIONS / 4 {
        return Vec::new();
    }
    let Ok(tree) = yaml::read(&document.text) else { return Vec::new() };
    let items = tree.at(&["items"]).filter(|_| document.objects.len() > 1);
    let trees: Vec<&Tree> = match items {
        Some(Tree::List(items)) => items.iter().collect(),
        _ => vec![&tree],
    };
    let pairs = document.objects.iter().zip(trees);
    pairs.filter_map(|(object, tree)| check_object(object, tree)).collect()
}

fn check_object(object: &Object, tree: &Tree) -> Option<TooLarge> {
    let size = json::write(&Value::from(tree), json::Style::RAW, &mut |_| true).ok()?.len();
    let holds_data =
        object.api_version == "v1" && ["Secret", "ConfigMap"].contains(&object.kind.as_str());
    let data = if holds_data { data_size(tree) } else { 0 };
    let limits = [
        (size, MOST_REQUEST, Limit::Request),
        (data, MOST_DATA, Limit::Data),
        (size + annotations_size(tree), MOST_ANNOTATIONS, Limit::Annotation),
    ];
    let (bytes, limit, limit_of) = limits.into_iter().find(|(bytes, limit, _)| bytes > limit)?;
    Some(TooLarge { object: object.to_string(), bytes, limit, limit_of })
}

/// Bytes of the values, Base64 undone.
fn data_size(tree: &Tree) -> usize {
    let is_secret = tree.at(&["kind"]).and_then(Tree::as_str).is_some_and(|kind| *kind == "Secret");
    let sum = |field: &str, encoded: bool| {
        let bytes = texts(tree, &[field]).map(|(_, text)| text.len()).sum::<usize>();
        if encoded { bytes / 4 * 3 } else { bytes }
    };
    sum("data", is_secret) + sum("stringData", false) + sum("binaryData", true)
}

fn annotations_size(tree: &Tree) -> usize {
    texts(tree, &["metadata", "annotations"]).map(|(key, value)| key.len() + value.len()).sum()
}

fn texts<'t>(tree: &'t Tree, path: &[&str]) -> impl Iterator<Item = (&'t Str, &'t Str)> {
    let entries = tree.at(path).and_then(Tree::as_map).into_iter().flat_map(|map| map.iter());
    entries.filter_map(|(key, value)| Some((key, value.as_str()?)))
}
