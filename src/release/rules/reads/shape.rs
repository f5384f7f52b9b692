//! What a value can be, as far as that can be told without executing anything.

use super::Path;
use go_text_template::data::Str;

/// What is known of a value; nothing at all is known of one that has no shape.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Shape {
    /// What templates of the chart are given whose values are there.
    Root(Path),
    /// The `.Subcharts` of that chart.
    Subcharts(Path),
    /// The value at a path.
    Value(Path),
    /// A map that a template makes.
    Dict(Vec<(Str, Shapes)>),
    /// A list that a template makes: what its elements can be.
    List(Shapes),
    /// A text that stands in a template.
    Text(Str),
}

/// All that a value can be.
pub(super) type Shapes = Vec<Shape>;

/// So many shapes of one value are told from each other.
pub(super) const MOST: usize = 12;

/// All that is in one of `parts`, each once.
pub(super) fn union(parts: impl IntoIterator<Item = Shapes>) -> Shapes {
    let mut all: Shapes = parts.into_iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// How much there is of it: what grows without end is not followed.
pub(super) fn size(shapes: &Shapes) -> usize {
    let inside = |shape: &Shape| match shape {
        Shape::Dict(entries) => entries.iter().map(|(_, shapes)| size(shapes)).sum(),
        Shape::List(shapes) => size(shapes),
        _ => 0,
    };
    shapes.iter().map(|shape| 1 + inside(shape)).sum()
}
