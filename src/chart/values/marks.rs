//! Who set each of the final values, and whom they overrode.
//!
//! Values do not know where they came from, so whoever asks pays: all merging is done once more, by
//! the same functions, with marks in the place of values. What a mark says is where its value was
//! written; where the mark arrives is what that value became. So merging, imports, globals and
//! aliases need no second description here that could differ from the first.

use std::sync::{Arc, OnceLock};

use super::coalesce::coalesce;
use super::dependencies::{enabled_chart, imported_chart};
use super::supplied::{self, Flags};
use super::{Error, ReadFile, Step, ValuePath};
use crate::model::Chart;
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::diagnostics::Source;
use go_text_template::yaml::{Place, Places};

/// Something that gives values.
#[derive(Debug)]
pub enum Giver {
    /// An argument of a flag of the `--set` family.
    Flag {
        /// The flag, without its dashes.
        flag: &'static str,
        /// Which of the flag's arguments it is, counted from 1.
        index: usize,
        /// The argument.
        argument: Str,
    },
    /// A file: of `-f`, or the values.yaml of a chart, named from the outermost chart's folder.
    File(TextFile),
    /// Values that stand in no text of their own.
    Inline,
}

/// A text with values, read for their places when somebody asks.
#[derive(Debug)]
pub struct TextFile {
    /// Its name and text.
    pub source: Source,
    places: OnceLock<Places>,
}

impl TextFile {
    fn new(name: &str, text: &[u8]) -> Self {
        Self { source: Source::new(name, text), places: OnceLock::new() }
    }

    /// The place of the value at `path`.
    pub fn place(&self, path: &ValuePath) -> Option<Place> {
        let places = self.places.get_or_init(|| Places::read(self.source.text()));
        let words = path.words();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        places.find(&words)
    }
}

/// How a value came to where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It was written for that place.
    Direct,
    /// A chart hands its globals down.
    Global,
    /// By `import-values` of a dependency.
    Import,
}

/// Who set a value, or would have.
#[derive(Clone, Debug)]
pub struct Setter<'m> {
    /// The file or flag.
    pub giver: &'m Giver,
    /// The path of the value in there.
    pub path: ValuePath,
    /// How it came here.
    pub way: Way,
}

/// All who set a value.
#[derive(Clone, Debug, Default)]
pub struct History<'m> {
    /// Who counts; nobody for what no text has.
    pub setter: Option<Setter<'m>>,
    /// Whom they overrode, the strongest first.
    pub overridden: Vec<Setter<'m>>,
}

/// Somebody who gives values, and to which chart.
#[derive(Clone, Copy, Debug)]
pub struct Given<'m> {
    /// The file or flag.
    pub giver: &'m Giver,
    /// What it gives.
    pub values: &'m Tree,
    /// The names of the subcharts that lead to the chart.
    pub section: &'m [Step],
    /// Whether it is the values.yaml of a chart.
    pub is_default: bool,
}

/// The final values as marks, and as they would be without the strongest givers.
#[derive(Debug, Default)]
pub struct Marks {
    gifts: Vec<Gift>,
    /// How many of them are the values.yaml of charts.
    defaults: usize,
    marks: Vec<Mark>,
    /// The weakest first: defaults of the innermost charts, then of those above as well, then with
    /// each of the user's givers in turn.
    layers: Vec<Layer>,
}

/// What a giver gives, and to which chart.
#[derive(Debug)]
struct Gift {
    giver: Giver,
    values: Tree,
    /// The names of the subcharts that lead to the chart.
    section: Vec<Step>,
}

/// What stands for a value: who gave it, and the path there.
#[derive(Debug)]
struct Mark {
    gift: usize,
    path: ValuePath,
}

/// The final values as far as they were given.
#[derive(Debug)]
struct Layer {
    values: Tree,
    /// How many of the gifts are in it.
    gifts: usize,
}

impl Marks {
    /// Follows all values of `chart`, which is as it was loaded, and of `flags`, which give
    /// `supplied`.
    pub fn new(
        chart: &Chart,
        flags: &Flags,
        supplied: &Arc<TreeMap>,
        files: &mut dyn ReadFile,
        compat: Compat,
    ) -> Result<Self, Error> {
        let mut marks = Self::default();
        let chart = marks.of_defaults(&enabled_chart(chart, supplied, compat)?, &[], "");
        marks.defaults = marks.gifts.len();
        for depth in (0..=depth(&chart)).rev() {
            let chart = without_defaults_above(&chart, depth);
            marks.add_layer(&chart, &Arc::default(), compat)?;
        }
        let mut values = Arc::default();
        for given in flags.each() {
            values = marks.of_given(given, values, files, compat)?;
            marks.add_layer(&chart, &values, compat)?;
        }
        Ok(marks)
    }

    /// Everybody who gives values, the defaults of charts first.
    pub fn givers(&self) -> impl Iterator<Item = Given<'_>> {
        self.gifts.iter().enumerate().map(|(at, Gift { giver, values, section })| Given {
            giver,
            values,
            section,
            is_default: at < self.defaults,
        })
    }

    /// Who set the value at `path`: a leaf of the final values.
    pub fn history(&self, path: &ValuePath) -> History<'_> {
        self.history_below(self.layers.len(), path)
    }

    /// The defaults that nulls of the user took away, and which nulls did.
    pub fn removed(&self) -> Vec<(ValuePath, History<'_>)> {
        let mut removed = Vec::new();
        for (below, layer) in self.layers.iter().enumerate().skip(1) {
            let gift = &self.gifts[layer.gifts - 1];
            let was_there = |path: &ValuePath| {
                path.of(&self.layers[below - 1].values).is_some_and(|value| !value.is_null())
            };
            let is_there = |path: &ValuePath| {
                self.layers.last().is_some_and(|last| path.of(&last.values).is_some())
            };
            let mut nulls = Vec::new();
            if gift.section.is_empty() {
                collect_nulls(&gift.values, &mut Vec::new(), &mut nulls);
            }
            for path in nulls.into_iter().filter(|path| was_there(path) && !is_there(path)) {
                let History { setter, .. } = self.history_below(below, &path);
                let null = Setter { giver: &gift.giver, path: path.clone(), way: Way::Direct };
                let overridden = setter.into_iter().collect();
                removed.push((path, History { setter: Some(null), overridden }));
            }
        }
        removed
    }

    /// The history of what is at `path` in the first `count` layers.
    fn history_below(&self, count: usize, path: &ValuePath) -> History<'_> {
        let layers = &self.layers[..count];
        let mut seen = Vec::new();
        for mark in layers.iter().rev().filter_map(|layer| mark_of(path.of(&layer.values)?)) {
            if seen.last() != Some(&mark) {
                seen.push(mark);
            }
        }
        let mut setters = seen.into_iter().filter_map(|mark| self.setter(mark, path));
        let gifts = layers.last().map_or(0, |layer| layer.gifts);
        let setter = setters.next().or_else(|| self.setter_by_path(gifts, path));
        History { setter, overridden: setters.collect() }
    }

    fn setter(&self, mark: usize, path: &ValuePath) -> Option<Setter<'_>> {
        let Mark { gift, path: written } = self.marks.get(mark)?;
        let gift = &self.gifts[*gift];
        let way = way(path, written, &gift.section);
        Some(Setter { giver: &gift.giver, path: written.clone(), way })
    }

    /// For what bears no mark, such as a null or an empty list: the strongest that has this path, or the
    /// same path for a chart above if it leads to a global.
    fn setter_by_path(&self, gifts: usize, path: &ValuePath) -> Option<Setter<'_>> {
        if path.0.is_empty() {
            return None;
        }
        let has = |written: &ValuePath, way: Way| {
            self.gifts[..gifts].iter().rev().find_map(|gift| {
                let below = ValuePath(written.0.strip_prefix(&*gift.section)?.to_vec());
                below.of(&gift.values)?;
                Some(Setter { giver: &gift.giver, path: below, way })
            })
        };
        has(path, Way::Direct).or_else(|| {
            let at = path.0.iter().position(is_global).filter(|at| *at > 0)?;
            let (above, global) = path.0.split_at(at);
            let mut above = (0..above.len()).rev().map(|count| &above[..count]);
            above.find_map(|above| has(&ValuePath([above, global].concat()), Way::Global))
        })
    }

    /// `chart` with marks for its defaults, and those of all charts below.
    fn of_defaults(&mut self, chart: &Chart, section: &[Step], folder: &str) -> Chart {
        let mut chart = chart.clone();
        let below = chart.dependencies.iter().map(|subchart| {
            let section = [section, &[Step::Key(subchart.name().clone())]].concat();
            let folder = format!("{folder}charts/{}/", subchart.folder);
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                self.of_defaults(subchart, &section, &folder)
            })
        });
        chart.dependencies = Arc::new(below.collect());
        let text = chart.values_file.as_ref().map_or(Str::EMPTY, |file| file.data().clone());
        let giver = Giver::File(TextFile::new(&format!("{folder}values.yaml"), &text));
        let values = Tree::Map(chart.values.clone());
        self.gifts.push(Gift { giver, values, section: section.to_vec() });
        chart.values = self.marked_map(&chart.values.clone(), &mut Vec::new());
        chart
    }

    /// `values`, which are marks, with marks for what `given` gives.
    fn of_given(
        &mut self,
        given: supplied::Given<'_>,
        values: Arc<TreeMap>,
        files: &mut dyn ReadFile,
        compat: Compat,
    ) -> Result<Arc<TreeMap>, Error> {
        let giver = match given {
            supplied::Given::File(name) => {
                let text = files.read(name).map_err(Error::Read)?;
                Giver::File(TextFile::new(&name.to_str_lossy(), &text))
            }
            supplied::Given::Inline(_) => Giver::Inline,
            supplied::Given::Flag { flag, index, argument, .. } => {
                Giver::Flag { flag, index, argument: argument.clone() }
            }
        };
        // What an argument does to an element of a list needs the list, and so may fail alone.
        let alone = given.add_to(Arc::default(), files, compat).unwrap_or_default();
        self.gifts.push(Gift { giver, values: Tree::Map(alone), section: Vec::new() });
        let values = given.add_to(values, files, compat)?;
        Ok(self.marked_map(&values, &mut Vec::new()))
    }

    fn add_layer(
        &mut self,
        chart: &Chart,
        supplied: &Arc<TreeMap>,
        compat: Compat,
    ) -> Result<(), Error> {
        let chart = imported_chart(chart, compat)?;
        let values = Tree::Map(coalesce(&chart, supplied, compat, &mut Vec::new())?);
        self.layers.push(Layer { values, gifts: self.gifts.len() });
        Ok(())
    }

    /// `map` with a mark of the newest gift for every value in it that is none yet. Nulls stay, since
    /// they matter to what they are merged with. An empty map gets a mark inside.
    fn marked_map(&mut self, map: &Arc<TreeMap>, path: &mut Vec<Step>) -> Arc<TreeMap> {
        if map.is_empty() && !path.is_empty() {
            return Arc::new([(SELF, self.mark(path))].into_iter().collect());
        }
        let mut entries = Vec::with_capacity(map.len());
        for (key, value) in map.iter() {
            path.push(Step::Key(key.clone()));
            entries.push((key.clone(), self.marked(value, path)));
            path.pop();
        }
        Arc::new(entries.into_iter().collect())
    }

    fn marked(&mut self, value: &Tree, path: &mut Vec<Step>) -> Tree {
        match value {
            Tree::Null => Tree::Null,
            Tree::String(text) if text.starts_with(MARK) => value.clone(),
            Tree::Map(map) => Tree::Map(stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                self.marked_map(map, path)
            })),
            Tree::List(items) => {
                let mut marked = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    path.push(Step::Index(index));
                    marked.push(self.marked(item, path));
                    path.pop();
                }
                Tree::list(marked)
            }
            _ => self.mark(path),
        }
    }

    fn mark(&mut self, path: &[Step]) -> Tree {
        let mark = [MARK, self.marks.len().to_string().as_bytes()].concat();
        self.marks.push(Mark { gift: self.gifts.len() - 1, path: ValuePath(path.to_vec()) });
        Tree::String(mark.into())
    }
}

/// What a mark begins with: no text has it.
const MARK: &[u8] = b"\0mark ";

/// The key of the mark of a map without keys.
const SELF: Str = Str::from_static("\0self");

/// The number of the mark that `value` is, or that it has inside as an empty map.
fn mark_of(value: &Tree) -> Option<usize> {
    match value {
        Tree::String(text) => std::str::from_utf8(text.strip_prefix(MARK)?).ok()?.parse().ok(),
        Tree::Map(map) => map.get(&SELF).and_then(mark_of),
        _ => None,
    }
}

/// How a value that was written at `written` for the chart at `section` came to `path`.
fn way(path: &ValuePath, written: &ValuePath, section: &[Step]) -> Way {
    if path.0.strip_prefix(section) == Some(&*written.0) {
        return Way::Direct;
    }
    let tail = written.0.iter().position(is_global).map(|at| &written.0[at..]);
    if tail.is_some_and(|tail| path.0.ends_with(tail)) { Way::Global } else { Way::Import }
}

/// True for the key of the values that charts hand down.
fn is_global(step: &Step) -> bool {
    matches!(step, Step::Key(key) if *key == "global")
}

/// How many levels of charts there are below `chart`.
fn depth(chart: &Chart) -> usize {
    let below = |chart: &Chart| 1 + stacker::maybe_grow(64 * 1024, 1024 * 1024, || depth(chart));
    chart.dependencies.iter().map(below).max().unwrap_or_default()
}

/// `chart` without the defaults of itself and the charts less than `depth` levels below it.
fn without_defaults_above(chart: &Chart, depth: usize) -> Chart {
    let mut chart = chart.clone();
    if depth > 0 {
        chart.values = Arc::default();
        let below = chart.dependencies.iter().map(|subchart| {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                without_defaults_above(subchart, depth - 1)
            })
        });
        chart.dependencies = Arc::new(below.collect());
    }
    chart
}

/// The paths of the nulls in `value`, which are not inside lists.
fn collect_nulls(value: &Tree, path: &mut Vec<Step>, nulls: &mut Vec<ValuePath>) {
    match value {
        Tree::Null => nulls.push(ValuePath(path.clone())),
        Tree::Map(map) => {
            for (key, value) in map.iter() {
                path.push(Step::Key(key.clone()));
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || collect_nulls(value, path, nulls));
                path.pop();
            }
        }
        _ => {}
    }
}
