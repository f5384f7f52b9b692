//! Values that somebody gives and nobody knows.

use std::collections::BTreeSet;

use bstr::ByteSlice;

use super::reads::{Path, Reads, names};
use super::{Finding, Spot, Subject};
use crate::model::{Chart, File};
use crate::values::{Given, Giver, Step, ValuePath};
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::diagnostics::closest;
use go_text_template::json;

/// Keys that are given by files, flags, or the defaults of a chart above, and that no default, no
/// schema and no template knows.
pub(super) fn values(subject: &Subject<'_>) -> Vec<Finding> {
    let mut reads = Reads::default();
    add_conditions(subject.chart, &[], &mut reads);
    // Most values have a default; then nobody need follow the templates.
    if unknown(subject, &reads).is_empty() {
        return Vec::new();
    }
    let mut reads = subject.texts().reads(&strings(subject), subject.made.prepared.compat);
    if reads.is_unsure {
        return Vec::new();
    }
    add_conditions(subject.chart, &[], &mut reads);
    unknown(subject, &reads)
}

/// Defaults that no template reads, in whichever branch, and that enable nothing.
pub(super) fn unread(subject: &Subject<'_>) -> Vec<Finding> {
    let mut reads = subject.texts().reads(&strings(subject), subject.made.prepared.compat);
    if reads.is_unsure {
        return Vec::new();
    }
    add_conditions(subject.chart, &[], &mut reads);
    let mut found = Vec::new();
    for given in subject.marks.givers().filter(|given| given.is_default) {
        let known = Known { subject, reads: &reads, given };
        let Tree::Map(values) = given.values else { continue };
        let section: Path = given.section.iter().filter_map(key).cloned().collect();
        known.look_unread(values, &section, &mut found);
    }
    found
}

/// What nobody knows if templates read no more than `reads`.
fn unknown(subject: &Subject<'_>, reads: &Reads) -> Vec<Finding> {
    let mut found = Vec::new();
    for given in subject.marks.givers() {
        let known = Known { subject, reads, given };
        let Tree::Map(values) = given.values else { continue };
        let section: Path = given.section.iter().filter_map(key).cloned().collect();
        known.look(values, &section, &mut found);
    }
    found
}

fn key(step: &Step) -> Option<&Str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

/// The texts that templates may execute: those in the values, and in the files of the charts.
fn strings(subject: &Subject<'_>) -> Vec<Str> {
    let mut strings = Vec::new();
    collect_strings(&Tree::Map(subject.made.prepared.values.clone()), &mut strings);
    subject.marks.givers().for_each(|given| collect_strings(given.values, &mut strings));
    collect_files(subject.chart, &mut strings);
    strings.sort_unstable();
    strings.dedup();
    strings
}

fn collect_strings(value: &Tree, found: &mut Vec<Str>) {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || match value {
        Tree::String(text) if text.contains_str("{{") => found.push(text.clone()),
        Tree::Map(map) => map.iter().for_each(|(_, value)| collect_strings(value, found)),
        Tree::List(items) => items.iter().for_each(|value| collect_strings(value, found)),
        _ => {}
    });
}

/// Larger files are no templates.
const LARGEST_FILE: u64 = 1024 * 1024;

fn collect_files(chart: &Chart, found: &mut Vec<Str>) {
    let files = chart.files.iter().filter(|file| file.size() <= LARGEST_FILE);
    let texts = files.map(File::data).filter(|text| text.contains_str("{{"));
    found.extend(texts.cloned());
    chart.dependencies.iter().for_each(|below| {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || collect_files(below, found));
    });
}

/// What is read of the values to enable charts, and to import values of theirs.
fn add_conditions(chart: &Chart, section: &[Str], reads: &mut Reads) {
    for listed in &chart.metadata.dependencies {
        for condition in listed.condition.split_str(",") {
            reads.read(&below(section, condition.trim()));
        }
        for import in &listed.import_values {
            let own = below(section, listed.known_as());
            match import {
                Tree::String(name) => {
                    let exports = below(&own, b"exports");
                    reads.read(&below(&exports, name));
                }
                import => {
                    if let Some(Tree::String(child)) = import.at(&["child"]) {
                        reads.read(&below(&own, child));
                    }
                    if let Some(Tree::String(parent)) = import.at(&["parent"]) {
                        reads.read(&below(section, parent));
                    }
                }
            }
        }
    }
    reads.read(&below(section, b"tags"));
    reads.read(&below(section, b"global"));
    for chart_below in chart.dependencies.iter() {
        for name in names(chart, chart_below) {
            let section = below(section, &name);
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                add_conditions(chart_below, &section, reads);
            });
        }
    }
}

/// `section` and the keys in `path`, which has dots between them.
fn below(section: &[Str], path: &[u8]) -> Path {
    let keys = path.split_str(".").map(Str::from);
    section.iter().cloned().chain(keys).collect()
}

/// All that is known of the values, for what one giver gives.
struct Known<'k> {
    subject: &'k Subject<'k>,
    reads: &'k Reads,
    given: Given<'k>,
}

/// What is known of a key.
enum Knowledge {
    /// Nobody knows it.
    Nothing,
    /// It is known, and so may be what is inside.
    Key,
    /// Whatever is inside is right.
    Free,
}

impl Known<'_> {
    fn look(&self, values: &TreeMap, above: &[Str], found: &mut Vec<Finding>) {
        for (name, value) in values.iter() {
            let path = [above, std::slice::from_ref(name)].concat();
            match self.of(&path) {
                Knowledge::Nothing => found.push(self.finding(&path)),
                Knowledge::Free => {}
                Knowledge::Key => {
                    if let Tree::Map(inside) = value {
                        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                            self.look(inside, &path, found);
                        });
                    }
                }
            }
        }
    }

    fn look_unread(&self, values: &TreeMap, above: &[Str], found: &mut Vec<Finding>) {
        for (name, value) in values.iter() {
            let path = [above, std::slice::from_ref(name)].concat();
            if self.is_for_others(&path) || self.reads.reads_all(&path) {
                continue;
            }
            match value {
                _ if !self.reads.touches(&path) => found.push(Finding {
                    message: format!("no template reads the value {}", shown(&path)),
                    place: self.place(&path),
                    ..Finding::default()
                }),
                Tree::Map(inside) => stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    self.look_unread(inside, &path, found);
                }),
                _ => {}
            }
        }
    }

    /// Whether the value at `path` is for a chart that is not there, or for charts above.
    fn is_for_others(&self, path: &[Str]) -> bool {
        let (chart, depth) = chart_at(self.subject.chart, path);
        chart.is_none() || path.get(depth).is_some_and(|key| *key == "exports")
    }

    /// The key at `path` in the file that gives it.
    fn place(&self, path: &[Str]) -> Option<Spot> {
        let Giver::File(file) = self.given.giver else { return None };
        let written = ValuePath(shown(path).0[self.given.section.len()..].to_vec());
        let place = file.place(&written)?;
        Some(Spot { source: file.source.clone(), span: place.key })
    }

    fn of(&self, path: &[Str]) -> Knowledge {
        if self.reads.reads_all(path) {
            return Knowledge::Free;
        }
        let (chart, depth) = chart_at(self.subject.chart, path);
        let Some(chart) = chart else { return Knowledge::Free };
        if depth == path.len() {
            return Knowledge::Key;
        }
        // What a chart sets for its own templates is a default, whoever reads it.
        if self.given.is_default && depth <= self.given.section.len() {
            return Knowledge::Free;
        }
        match self.default(path) {
            Some(true) => return Knowledge::Key,
            Some(false) => return Knowledge::Free,
            None => {}
        }
        if self.reads.touches(path) {
            return Knowledge::Key;
        }
        if is_in_schema(chart, &path[depth..]) { Knowledge::Free } else { Knowledge::Nothing }
    }

    /// Whether somebody else has a default at `path`, and whether that is a map with keys.
    fn default(&self, path: &[Str]) -> Option<bool> {
        let values = self.others().filter_map(|given| value_at(&given, path));
        let mut kinds = values.map(|value| matches!(value, Tree::Map(map) if !map.is_empty()));
        let first = kinds.next()?;
        Some(first && kinds.all(|is_map| is_map))
    }

    /// The charts' defaults that this giver does not give itself.
    fn others(&self) -> impl Iterator<Item = Given<'_>> {
        let own = self.given;
        let defaults = self.subject.marks.givers().filter(|given| given.is_default);
        defaults.filter(move |given| !(own.is_default && given.section == own.section))
    }

    fn finding(&self, path: &[Str]) -> Finding {
        let by = match self.given.giver {
            Giver::File(_) => String::new(),
            Giver::Flag { flag, index, .. } => format!(", which --{flag} #{index} gives"),
            Giver::Inline => ", which the list of releases gives".to_owned(),
        };
        let meant = self.meant(path).map(|meant| format!("did you mean {meant}?"));
        Finding {
            message: format!("nothing knows the value {}{by}", shown(path)),
            place: self.place(path),
            help: meant.unwrap_or_default(),
            ..Finding::default()
        }
    }

    /// A known path that differs in the last key only, and not much.
    fn meant(&self, path: &[Str]) -> Option<ValuePath> {
        let (last, above) = path.split_last()?;
        let mut known: BTreeSet<String> = BTreeSet::new();
        for given in self.others() {
            let value = if above.is_empty() { Some(given.values) } else { value_at(&given, above) };
            if let Some(Tree::Map(map)) = value.filter(|_| given.section.len() <= above.len()) {
                known.extend(map.iter().map(|(key, _)| key.to_string()));
            }
        }
        known.extend(self.reads.below(above).map(Str::to_string));
        known.remove(&last.to_string());
        let meant = closest(&last.to_str_lossy(), known.iter().map(String::as_str))?;
        let keys = above.iter().cloned().chain([Str::from(meant)]);
        Some(ValuePath(keys.map(Step::Key).collect()))
    }
}

fn shown(path: &[Str]) -> ValuePath {
    ValuePath(path.iter().cloned().map(Step::Key).collect())
}

/// What `given` has at `path`, seen from the outermost chart.
fn value_at<'g>(given: &Given<'g>, path: &[Str]) -> Option<&'g Tree> {
    let section: Path = given.section.iter().filter_map(key).cloned().collect();
    let own = path.strip_prefix(&*section)?;
    own.iter().try_fold(given.values, |value, key| match value {
        Tree::Map(map) => map.get(key),
        _ => None,
    })
}

/// The innermost chart whose values hold the one at `path`, and how many keys lead to it. No chart if
/// the keys lead to one that is not there.
fn chart_at<'c>(chart: &'c Chart, path: &[Str]) -> (Option<&'c Chart>, usize) {
    let (mut chart, mut depth) = (chart, 0);
    while let Some(key) = path.get(depth) {
        let is_it = |below: &&Chart| names(chart, below).contains(key);
        match chart.dependencies.iter().find(is_it) {
            Some(below) => chart = below,
            None => {
                let mut listed = chart.metadata.dependencies.iter();
                let is_listed =
                    listed.any(|listed| listed.known_as() == key || listed.name == *key);
                return ((!is_listed).then_some(chart), depth);
            }
        }
        depth += 1;
    }
    (Some(chart), depth)
}

/// Whether the schema of `chart` has the value at `path`, or may have it.
fn is_in_schema(chart: &Chart, path: &[Str]) -> bool {
    let Some(file) = &chart.schema else { return false };
    let Ok(schema) = json::read_map(file.data()) else { return true };
    allows(&schema, path)
}

/// Words with which a schema says more than this looks at.
const OTHER_WORDS: [&str; 10] = [
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "patternProperties",
    "$dynamicRef",
    "dependentSchemas",
    "$recursiveRef",
    "dependencies",
];

fn allows(schema: &Tree, path: &[Str]) -> bool {
    let Some((key, rest)) = path.split_first() else { return true };
    if let Some(Tree::Map(properties)) = schema.at(&["properties"])
        && let Some(inner) = properties.get(key)
    {
        return allows(inner, rest);
    }
    let has_other = OTHER_WORDS.iter().any(|word| schema.at(&[*word]).is_some());
    has_other || matches!(schema.at(&["additionalProperties"]), Some(Tree::Map(_)))
}
