//! The two libraries whose way of writing is followed.

/// Whose text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// go-yaml v2: lines are folded at 80, lists below a key are not indented.
    Plain,
    /// go-yaml v3 as `toYamlPretty` uses it: no folding, lists below a key are indented.
    Pretty,
}
