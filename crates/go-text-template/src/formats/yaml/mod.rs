//! YAML as Helm reads and writes it: go-yaml v2 behind `sigs.k8s.io/yaml`.
//!
//! In: text. Out: a [`Tree`] in which every number is a float, or an [`Error`] in Go's words; and
//! back from values to text.
//!
//! * [`read`] gives a document of any type, [`read_as`] one of a known Go type: a [`Shape`].
//! * [`read_head`] checks a rendered document and gives what Helm wants to know of it.
//! * [`Parser`] gives the events of a text with their places, [`locate`] the place of a key.
//! * [`write()`] and [`write_pretty`] give the text of a value.
//! * [`split`] cuts a stream into documents as Kubernetes' `YAMLReader` does.
//!
//! Bytes become tokens in `scanner`, tokens events in `parser`, events nodes in `node`, nodes a
//! tree in `decode`.

mod analysis;
pub mod commented;
mod comments;
mod decode;
mod dialect;
mod emitter;
mod error;
mod fast;
mod go_syntax;
mod head;
mod input;
mod locate;
mod meaning;
mod node;
mod order;
mod parser;
mod plain;
mod resolve;
mod scalars;
mod scan_comments;
mod scanner;
mod shape;
mod split;
mod timestamp;
mod token;
mod typed;
mod write;

pub use error::{Error, Step};
pub use head::{Head, HeadError, read_head};
pub use locate::{Place, Places, locate};
pub use parser::{Event, EventKind, Parser, Properties, Scalar};
pub use shape::{ANY_LIST, ANY_MAP, Shape, StructShape};
pub use split::{BadSeparator, Part, split};
pub use token::{Mark, ScalarStyle};
pub use typed::read_typed;
pub use write::{write, write_pretty};

use crate::data::{Str, Tree};
use node::Document;

/// The first document of `text`, as `yaml.Unmarshal` into an `interface{}` gives it.
pub fn read(text: &Str) -> Result<Tree, Error> {
    match plain::read(text) {
        Some(tree) => Ok(tree),
        None => read_exactly(text, &Shape::Any),
    }
}

/// The first document of `text`, as `yaml.Unmarshal` into a variable of the type `shape` gives it.
pub fn read_as(text: &Str, shape: &Shape) -> Result<Tree, Error> {
    let tree = match shape.is_untyped() {
        true => read(text)?,
        false => read_exactly(text, shape)?,
    };
    shape::fit(tree, shape)
}

/// What Go's JSON decoder makes of `tree`, JSON already, in a variable of the type `shape`; or what
/// it says about it.
pub fn fit(tree: Tree, shape: &Shape) -> Result<Tree, String> {
    shape::fit(tree, shape).map_err(|error| error.problem().to_owned())
}

/// As [`read_as`], but neither a key that is there twice nor one that the type does not know is
/// let pass: `yaml.UnmarshalStrict`.
pub fn read_strictly(text: &Str, shape: &Shape) -> Result<Tree, Error> {
    let tree = match Document::first(text.as_bytes())? {
        Some(document) => decode::decode_strictly(&document, shape)?,
        None => Tree::Null,
    };
    shape::fit_strictly(tree, shape)
}

/// Reads without the shortcut for plain texts.
fn read_exactly(text: &Str, shape: &Shape) -> Result<Tree, Error> {
    match Document::first(text.as_bytes())? {
        Some(document) => decode::decode(&document, shape),
        None => Ok(Tree::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines and pieces that texts are put together from.
    const PIECES: &[&str] = &[
        "a: 1\n",
        "b:\n",
        "  c: x\n",
        "  - y\n",
        "- z\n",
        "- d: 1\n",
        "    e: |\n",
        "      text\n",
        "\n",
        "# note\n",
        "f: \"q\\n\" # c\n",
        "g: 'it''s'\n",
        "h: [1, {k: v}]\n",
        "i: {}\n",
        "---\n",
        "j: ~\n",
        "0x10: .5\n",
        "yes: no\n",
        "k: http://x:1\n",
        "l: >-\n",
        "<<: {m: 1}\n",
        "n: &n 1\n",
        "o: *n\n",
        " ",
        "  ",
        ":",
        "-",
        "#",
        "'",
        "\"",
        "|",
        "\t",
        "\r",
        "{",
        "]",
        ",",
        "?",
        "!",
        "\u{e9}",
        "\u{2028}",
        "\u{feff}",
        "...",
        "%",
        "p: |+\n",
        "  \n",
        "null: x\n",
        "- - r\n",
        "a: |-\n",
        "q: >\n",
        "    more\n",
        "   \n",
        "r: \"x\n",
        "y\"\n",
        "s: 's \n",
        "t'\n",
        "\\t \n",
        "  go on\n",
        "- >-\n",
    ];

    /// Numbers that look random and are always the same.
    fn numbers() -> impl FnMut(usize) -> usize {
        let mut state = 1_u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        }
    }

    #[test]
    fn the_shortcut_agrees_with_the_exact_reader() {
        let mut number = numbers();
        let mut taken = 0;
        for _ in 0..30_000 {
            let pieces = 1 + number(8);
            let text: String = (0..pieces).map(|_| PIECES[number(PIECES.len())]).collect();
            let text = Str::from(text);
            let Some(tree) = plain::read(&text) else {
                continue;
            };
            taken += 1;
            assert_eq!(Ok(tree), read_exactly(&text, &Shape::Any), "{text:?}");
        }
        assert!(taken > 2_000, "the shortcut took only {taken} texts");
    }

    #[test]
    fn errors_are_gos() {
        let prefix = "error converting YAML to JSON: ";
        let cases = [
            ("a: b: c", "yaml: mapping values are not allowed in this context"),
            ("a: 1\nb: c: d", "yaml: line 2: mapping values are not allowed in this context"),
            ("a: [1", "yaml: line 1: did not find expected ',' or ']'"),
            ("a:\n\tb: 1", "yaml: line 2: found character that cannot start any token"),
            ("a: \"\\/\"", "yaml: found unknown escape character"),
            ("a: *x", "yaml: unknown anchor 'x' referenced"),
            ("a: &a [*a]", "yaml: anchor 'a' value contains itself"),
            ("<<: 1", "yaml: map merge requires map or sequence of maps as the value"),
            ("a: \u{7}", "yaml: control characters are not allowed"),
            ("a: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
            ("? [1]\n: 2", "yaml: invalid map key: []interface {}{1}"),
            ("a: .inf", "json: unsupported value: +Inf"),
            (
                "~: {b: [1, x]}",
                "unsupported map key of type: %!s(<nil>), key: <nil>, value: \
                 map[interface {}]interface {}{\"b\":[]interface {}{1, \"x\"}}",
            ),
        ];
        for (text, expected) in cases {
            let error = read(&Str::from(text)).expect_err(text);
            assert_eq!(error.to_string(), format!("{prefix}{expected}"), "{text:?}");
        }
    }

    #[test]
    fn keys_and_merges_are_go_yamls() {
        let cases = [
            ("y: 1", r#"{"true":1}"#),
            ("1.5: a\n0x10: b\n1e20: c", r#"{"1.5":"a","16":"b","1e+20":"c"}"#),
            ("b: &b {x: 1}\nd: {x: 9, <<: *b}", r#"{"b":{"x":1},"d":{"x":1}}"#),
            ("b: &b {x: 1}\nd: {<<: *b, x: 9}", r#"{"b":{"x":1},"d":{"x":9}}"#),
            ("a: 1\na: 2", r#"{"a":2}"#),
            ("a: !!binary aGk=", r#"{"a":"hi"}"#),
            ("a: 2001-01-01\nb: 12:30", r#"{"a":"2001-01-01","b":"12:30"}"#),
        ];
        for (text, expected) in cases {
            let tree = read(&Str::from(text)).unwrap();
            let json = crate::json::read(&Str::from(expected)).unwrap();
            assert_eq!(tree, json, "{text:?}");
        }
    }
}
