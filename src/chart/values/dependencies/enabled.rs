//! Conditions, tags and aliases.
//!
//! Helm goes down the tree of charts, and for each chart that lists dependencies it lays the
//! chart's defaults, and all those below, *under the values of everything above, at their top*. So
//! `tags` of the user count for all charts, and a condition's path begins at the root. A [`Layer`]
//! holds only the keys that such a step can change; the others are found in the layers below it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::model::{Chart, Dependency, Metadata, Notice};
use crate::values::Error;
use crate::values::coalesce::Coalescer;
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::semver::{Constraint, Version};

/// `chart` with the subcharts that take part, under the names they have from now on.
pub(super) fn enabled(
    chart: &Chart,
    user: &Arc<TreeMap>,
    coalescer: &mut Coalescer,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let mut step = Step { compat: coalescer.compat, coalescer, notices };
    let at = Position {
        path: chart.name().clone(),
        original: chart.name().clone(),
        section: Str::EMPTY,
        earlier: Vec::new(),
        copied: false,
    };
    step.chart(chart, &Values::User(user), &at)
}

/// The values that count for a chart.
enum Values<'v> {
    /// What the user supplied.
    User(&'v Arc<TreeMap>),
    /// Those of the chart above, with this chart's defaults under them.
    Layer(Layer<'v>),
}

struct Layer<'v> {
    below: &'v Values<'v>,
    /// The keys that this layer decides about; any other is as in the layer below.
    keys: HashSet<Str>,
    values: Arc<TreeMap>,
}

impl<'v> Values<'v> {
    fn get(&self, key: &[u8]) -> Option<&Tree> {
        let mut values = self;
        loop {
            match values {
                Self::User(values) => return values.get(key),
                Self::Layer(layer) if layer.keys.contains(key) => return layer.values.get(key),
                Self::Layer(layer) => values = layer.below,
            }
        }
    }

    /// The values above these defaults: all keys that coalescing `chart` can touch or look at.
    fn over(&self, chart: &Chart) -> (HashSet<Str>, Arc<TreeMap>) {
        let defaults = chart.values.iter().map(|(key, _)| key);
        let sections = chart.dependencies.iter().map(Chart::name);
        let global = Str::from_static("global");
        let mut keys: HashSet<Str> = defaults.chain(sections).chain([&global]).cloned().collect();
        if let Self::User(values) = self {
            keys.extend(values.iter().map(|(key, _)| key.clone()));
            return (keys, (*values).clone());
        }
        let mut sorted: Vec<&Str> = keys.iter().collect();
        sorted.sort_unstable();
        let found =
            sorted.into_iter().filter_map(|key| Some((key.clone(), self.get(key)?.clone())));
        let values = Arc::new(found.collect());
        (keys, values)
    }

    /// The value at the end of `path`, unless it is a table: dots lead into tables.
    fn at(&self, path: &[u8]) -> Option<&Tree> {
        let mut parts = path.split(|&byte| byte == b'.');
        let mut value = self.get(parts.next()?)?;
        for part in parts {
            value = value.as_map()?.get(part)?;
        }
        value.as_map().is_none().then_some(value)
    }
}

/// Where a chart is, in the tree as Helm holds it.
struct Position {
    /// The path of names that `# Source:` lines show.
    path: Str,
    /// That path as it would be if nothing had an alias.
    original: Str,
    /// The path of sections in the values, with a dot at its end.
    section: Str,
    /// What became of the same chart where it was taken before, for Helm 3; see [`take_again`].
    earlier: Vec<Chart>,
    /// True for a copy that was made because a dependency asked for the chart.
    copied: bool,
}

struct Step<'n> {
    compat: Compat,
    coalescer: &'n mut Coalescer,
    notices: &'n mut Vec<Notice>,
}

/// A subchart that a dependency, or nothing but its being in charts/, brings in.
struct Candidate {
    chart: Chart,
    /// Its index among the charts in charts/, and the name it has there.
    index: usize,
    loaded_as: Str,
    copied: bool,
}

impl Step<'_> {
    fn chart(&mut self, chart: &Chart, above: &Values<'_>, at: &Position) -> Result<Chart, Error> {
        let mut chart = chart.clone();
        chart.path = at.path.clone();
        if !chart.metadata.lists_dependencies {
            chart.dependencies = Arc::new(self.untouched(&chart, at));
            return Ok(chart);
        }
        let mut metadata = (*chart.metadata).clone();
        if !at.earlier.is_empty() {
            take_again(&mut metadata, &at.earlier);
        }
        let candidates = candidates(&chart, &metadata);
        for dependency in &mut metadata.dependencies {
            dependency.name = dependency.known_as().clone();
            dependency.enabled = true;
        }
        let all = candidates.iter().map(|candidate| candidate.chart.clone());
        chart.dependencies = Arc::new(all.collect());
        let (keys, values) = above.over(&chart);
        let values = self.coalescer.coalesce(&chart, &values, self.notices)?;
        let values = Values::Layer(Layer { below: above, keys, values });
        self.apply_tags(&mut metadata.dependencies, &values);
        self.apply_conditions(&mut metadata.dependencies, &values, &at.section);
        let disabled = metadata.dependencies.iter().filter(|dependency| !dependency.enabled);
        let disabled: HashSet<Str> = disabled.map(|dependency| dependency.name.clone()).collect();
        metadata.dependencies.retain(|dependency| !disabled.contains(&dependency.name));
        metadata.lists_dependencies = !metadata.dependencies.is_empty();
        let remaining = candidates
            .into_iter()
            .filter(|candidate| !disabled.contains(candidate.chart.name()))
            .collect();
        chart.dependencies = Arc::new(self.subcharts(remaining, &values, at)?);
        chart.metadata = Arc::new(metadata);
        Ok(chart)
    }

    fn subcharts(
        &mut self,
        remaining: Vec<Candidate>,
        values: &Values<'_>,
        at: &Position,
    ) -> Result<Vec<Chart>, Error> {
        let mut uses: HashMap<usize, Vec<Chart>> = HashMap::new();
        let mut subcharts = Vec::with_capacity(remaining.len());
        for Candidate { chart, index, loaded_as, copied } in remaining {
            let mut position = at.below(&chart, &loaded_as, copied, self.compat);
            if self.compat.is_helm3() {
                position.earlier.extend(uses.get(&index).into_iter().flatten().cloned());
            }
            let subchart = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                self.chart(&chart, values, &position)
            })?;
            uses.entry(index).or_default().push(subchart.clone());
            subcharts.push(subchart);
        }
        Ok(subcharts)
    }

    /// The subcharts of a chart that lists none: Helm does not look at them at all.
    fn untouched(&self, chart: &Chart, at: &Position) -> Vec<Chart> {
        // They still hang on the chart that was loaded, whatever its copies are called. Helm 4
        // takes care of one level.
        let moved = !self.compat.is_helm3() && at.copied;
        let path = if moved { &at.path } else { &at.original };
        chart.dependencies.iter().map(|below| located(below, path, &at.original)).collect()
    }

    fn apply_tags(&mut self, dependencies: &mut [Dependency], values: &Values<'_>) {
        let Some(Tree::Map(tags)) = values.get(b"tags") else { return };
        for dependency in dependencies {
            let (mut any_true, mut any_false) = (false, false);
            for tag in &dependency.tags {
                match tags.get(tag) {
                    None => {}
                    Some(Tree::Bool(true)) => any_true = true,
                    Some(Tree::Bool(false)) => any_false = true,
                    Some(_) => self.notices.push(Notice::TagNotBool {
                        tag: tag.clone(),
                        chart: dependency.name.clone(),
                    }),
                }
            }
            dependency.enabled = any_true || !any_false;
        }
    }

    /// The first path of a condition that leads to a boolean decides.
    fn apply_conditions(
        &mut self,
        dependencies: &mut [Dependency],
        values: &Values<'_>,
        section: &Str,
    ) {
        for dependency in dependencies {
            let condition = bstr::ByteSlice::trim(dependency.condition.as_bytes());
            for path in condition.split(|&byte| byte == b',').filter(|path| !path.is_empty()) {
                match values.at(&[section.as_bytes(), path].concat()) {
                    None => {}
                    Some(Tree::Bool(value)) => {
                        dependency.enabled = *value;
                        break;
                    }
                    Some(_) => self.notices.push(Notice::ConditionNotBool {
                        path: path.into(),
                        chart: dependency.name.clone(),
                    }),
                }
            }
        }
    }
}

impl Position {
    fn below(&self, chart: &Chart, loaded_as: &Str, copied: bool, compat: Compat) -> Self {
        let name = chart.name();
        let path = subpath(&self.path, name);
        // Helm 4 copies all subcharts along with a chart, asked for or not.
        let is_copy = copied || (self.copied && !compat.is_helm3());
        let original = if is_copy { subpath(&self.original, loaded_as) } else { path.clone() };
        let section = [self.section.as_bytes(), name.as_bytes(), b"."].concat().into();
        let same = |other: &&Chart| Arc::ptr_eq(&other.templates, &chart.templates);
        let earlier = self.earlier.iter().flat_map(|above| above.dependencies.iter().filter(same));
        Self { path, original, section, earlier: earlier.cloned().collect(), copied }
    }
}

fn subpath(path: &Str, name: &Str) -> Str {
    [path.as_bytes(), b"/charts/", name.as_bytes()].concat().into()
}

/// `chart` and all below it with the paths they have below a chart at `path`; what lies deeper
/// still has its place below `original`.
fn located(chart: &Chart, path: &Str, original: &Str) -> Chart {
    let mut chart = chart.clone();
    chart.path = subpath(path, chart.name());
    let original = subpath(original, chart.name());
    let below = chart.dependencies.iter().map(|below| located(below, &original, &original));
    chart.dependencies = Arc::new(below.collect());
    chart
}

/// Helm 3 shares the dependencies of a chart between all its uses, so whoever takes it again finds
/// the names already replaced by the aliases, and the imports done where the dependency stayed.
fn take_again(metadata: &mut Metadata, earlier: &[Chart]) {
    for dependency in &mut metadata.dependencies {
        dependency.name = dependency.known_as().clone();
        let stayed = |chart: &Chart| {
            chart.metadata.dependencies.iter().any(|other| other.name == dependency.name)
        };
        if earlier.iter().any(stayed) {
            dependency.import_values.clear();
        }
    }
}

/// The charts in charts/ that nobody asks for, then for each dependency the one that fits.
fn candidates(chart: &Chart, metadata: &Metadata) -> Vec<Candidate> {
    let available = Available::new(chart);
    let mut wanted = HashSet::new();
    let mut matched = Vec::new();
    for dependency in &metadata.dependencies {
        let Ok(constraint) = Constraint::parse(&dependency.version) else { continue };
        let fitting = available.fitting(&dependency.name, &constraint);
        wanted.extend(fitting.iter().copied());
        if let Some(&index) = fitting.first() {
            let found = &chart.dependencies[index];
            let chart = renamed(found, &dependency.alias);
            matched.push(Candidate { chart, index, loaded_as: found.name().clone(), copied: true });
        }
    }
    let unasked =
        chart.dependencies.iter().enumerate().filter(|(index, _)| !wanted.contains(index));
    let unasked = unasked.map(|(index, chart)| Candidate {
        chart: chart.clone(),
        index,
        loaded_as: chart.name().clone(),
        copied: false,
    });
    unasked.chain(matched).collect()
}

/// The charts in charts/ by name, with their versions.
struct Available<'c>(BTreeMap<&'c Str, Vec<(usize, Option<Version>)>>);

impl<'c> Available<'c> {
    fn new(chart: &'c Chart) -> Self {
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (index, subchart) in chart.dependencies.iter().enumerate() {
            let version = Version::parse(&subchart.metadata.version).ok();
            by_name.entry(subchart.name()).or_default().push((index, version));
        }
        Self(by_name)
    }

    /// The indices of the charts of that name whose version fits.
    fn fitting(&self, name: &Str, constraint: &Constraint) -> Vec<usize> {
        let named = self.0.get(name).map_or(&[][..], |found| found);
        let fits = |version: &Option<Version>| {
            version.as_ref().is_some_and(|version| constraint.check(version))
        };
        named.iter().filter(|(_, version)| fits(version)).map(|(index, _)| *index).collect()
    }
}

fn renamed(chart: &Chart, alias: &Str) -> Chart {
    let mut chart = chart.clone();
    if !alias.is_empty() {
        Arc::make_mut(&mut chart.metadata).name = alias.clone();
    }
    chart
}
