//! What is there twice: objects that are one and the same for a cluster, and keys of a map.

use std::collections::HashMap;

use super::edit::{self, Edit};
use super::error::{Fault, Twice};
use super::node::Nodes;
use super::object::{Document, Object};
use super::phase::Phase;
use super::warning::Warning;
use go_text_template::data::{Str, Tree};
use go_text_template::diagnostics::Span;
use go_text_template::yaml;

/// What makes an object one and the same for a cluster.
type Identity<'o> = (&'o str, &'o str, &'o str, &'o str);

/// A document, and the number of an object in it.
type ObjectId = (usize, usize);

/// A document on its way into a bundle, and what is to be changed in it.
pub(super) type Chosen = (Phase, Document, Vec<Edit>);

/// Takes documents out of `chosen` whose objects are all there before with the same content, and
/// warns of them. Objects of one name that differ are faults, unless they are allowed.
pub(super) fn merge(
    chosen: &mut Vec<Chosen>,
    are_allowed: bool,
    warnings: &mut Vec<Warning>,
) -> Vec<Fault> {
    let repeats = repeats(chosen);
    let mut faults = Vec::new();
    let mut left_out = vec![false; chosen.len()];
    for (document, repeats) in &repeats {
        let objects = &chosen[*document].1.objects;
        let are_all = repeats.len() == objects.len() && repeats.iter().all(|repeat| repeat.is_same);
        left_out[*document] = are_all;
        for repeat in repeats {
            match (repeat.is_same, are_allowed) {
                (true, _) if are_all => warnings.push(Warning::Merged(repeat.twice.clone())),
                (true, _) => warnings.push(Warning::Repeated(repeat.twice.clone())),
                (false, true) => warnings.push(Warning::Ambiguous(repeat.twice.clone())),
                (false, false) => faults.push(Fault::Object(repeat.twice.clone())),
            }
        }
    }
    let mut left_out = left_out.into_iter();
    chosen.retain(|_| !left_out.next().unwrap_or_default());
    faults
}

/// Keys that maps of `document` have twice.
pub(super) fn keys(document: &Document) -> Vec<Twice> {
    let name = |key| document.nodes.text(key).unwrap_or_default();
    let found = document.nodes.duplicate_keys().into_iter();
    found
        .map(|(first, second)| {
            let name = String::from_utf8_lossy(name(first)).into_owned();
            Box::new((name, document.place(first), document.place(second)))
        })
        .collect()
}

/// Keys that maps of `text` have twice: the key, where it is first, and where again. Nothing of what
/// is no YAML.
pub fn duplicate_keys(text: &[u8]) -> Vec<(String, Span, Span)> {
    let Ok(Some(nodes)) = Nodes::read(text) else { return Vec::new() };
    let span = |key| {
        let range = nodes.node_as_written(key).range.clone();
        Span::new(range.start, range.end)
    };
    let name = |key| String::from_utf8_lossy(nodes.text(key).unwrap_or_default()).into_owned();
    let found = nodes.duplicate_keys().into_iter();
    found.map(|(first, second)| (name(second), span(first), span(second))).collect()
}

/// Keys of `text` behind which no value is written, and the key that follows in the same map.
pub fn empty_keys(text: &[u8]) -> Vec<(Span, Span)> {
    let Ok(Some(nodes)) = Nodes::read(text) else { return Vec::new() };
    let span = |key| {
        let range = nodes.node_as_written(key).range.clone();
        Span::new(range.start, range.end)
    };
    nodes.empty_keys().into_iter().map(|(key, next)| (span(key), span(next))).collect()
}

/// An object that is there before.
struct Repeat {
    twice: Twice,
    is_same: bool,
}

/// The objects of each document that are there before, by the document's index.
fn repeats(chosen: &[Chosen]) -> Vec<(usize, Vec<Repeat>)> {
    // Each is held against the one before it: what comes last counts for a cluster.
    let mut seen: HashMap<Identity<'_>, ObjectId> = HashMap::new();
    let mut trees = Trees { chosen, trees: HashMap::new() };
    let mut found = Vec::new();
    for (at, (_, document, _)) in chosen.iter().enumerate() {
        let mut repeats = Vec::new();
        for (number, object) in document.objects.iter().enumerate() {
            if object.name.is_empty() {
                continue;
            }
            let own = (at, number);
            let Some(last) = seen.insert(object.identity(), own) else { continue };
            let is_same = trees.are_same(last, own);
            let other = &chosen[last.0].1;
            let place = other.place(other.objects[last.1].node);
            let places = (object.to_string(), place, document.place(object.node));
            repeats.push(Repeat { twice: Box::new(places), is_same });
        }
        if !repeats.is_empty() {
            found.push((at, repeats));
        }
    }
    found
}

/// Documents as trees, with their changes; each is read once, when it is asked for.
struct Trees<'c> {
    chosen: &'c [Chosen],
    trees: HashMap<usize, Option<Tree>>,
}

impl Trees<'_> {
    /// Whether two objects have the same content.
    fn are_same(&mut self, one: ObjectId, other: ObjectId) -> bool {
        let one = self.object(one);
        one.is_some() && one == self.object(other)
    }

    fn object(&mut self, (document, number): ObjectId) -> Option<Tree> {
        let (_, read, edits) = &self.chosen[document];
        let tree = self
            .trees
            .entry(document)
            .or_insert_with(|| yaml::read(&Str::from(edit::apply(&read.text, edits.clone()))).ok());
        let tree = tree.as_ref()?;
        let is_root = |object: &Object| object.node == read.nodes.root();
        match tree.at(&["items"]) {
            _ if is_root(&read.objects[number]) => Some(tree.clone()),
            Some(Tree::List(items)) => items.get(number).cloned(),
            _ => None,
        }
    }
}
