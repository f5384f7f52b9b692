//! Where a value came from.
//!
//! Values do not know it, so whoever asks pays: the sources are gone through again, the strongest
//! first, until one of them has the path.

use super::ReadFile;
use super::set::{Family, set};
use super::supplied::Flags;
use crate::model::{Chart, File};
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::diagnostics::{Source, Span};
use go_text_template::{json, yaml};

/// What set a value.
#[derive(Clone, Debug)]
pub enum Origin {
    /// An argument of a flag of the `--set` family.
    Flag {
        /// The flag, without its dashes.
        flag: &'static str,
        /// The argument.
        argument: Str,
    },
    /// A key in a file: of `-f`, or a chart's values.yaml.
    File {
        /// The file; a chart's begins with the chart's path.
        source: Source,
        /// The key.
        key: Span,
    },
}

/// What is looked through, besides the chart.
pub struct Sources<'s> {
    /// The flags that set values.
    pub flags: &'s Flags,
    /// Where their files are read again.
    pub files: &'s mut dyn ReadFile,
    /// Whose rules hold.
    pub compat: Compat,
}

/// What set the value at `path` in the values of `chart`, whose dependencies are processed.
///
/// Nothing for values that came by import-values, or that a template set.
pub fn origin(path: &[&str], chart: &Chart, sources: &mut Sources<'_>) -> Option<Origin> {
    // A subchart's globals are first of all those of the charts above.
    if let Some(at) = path.iter().position(|key| *key == "global").filter(|&at| at > 0) {
        let above = [&path[..at - 1], &path[at..]].concat();
        if let Some(found) = origin(&above, chart, sources) {
            return Some(found);
        }
    }
    if let Some(found) = sources.flag(path) {
        return Some(found);
    }
    // What was there already has no text to point at.
    if decides(&Tree::Map(sources.flags.inline.clone()), path) {
        return None;
    }
    sources.file(path).or_else(|| default(path, chart))
}

impl Sources<'_> {
    fn flag(&mut self, path: &[&str]) -> Option<Origin> {
        let families = [
            ("set-literal", Family::Literal, &self.flags.literal),
            ("set-file", Family::File, &self.flags.file),
            ("set-string", Family::Text, &self.flags.string),
            ("set", Family::Typed, &self.flags.set),
            ("set-json", Family::Json, &self.flags.json),
        ];
        for (flag, family, arguments) in families {
            for argument in arguments.iter().rev() {
                if decides(&self.alone(argument, family), path) {
                    return Some(Origin::Flag { flag, argument: argument.clone() });
                }
            }
        }
        None
    }

    /// The values that an argument makes all on its own.
    fn alone(&mut self, argument: &Str, family: Family) -> Tree {
        if family == Family::Json && argument.trim_ascii_start().starts_with(b"{") {
            return json::read_map(argument).unwrap_or_default();
        }
        let mut table = TreeMap::default();
        // A malformed argument has been refused before; what it set up to there is still of use.
        let _ = set(argument, family, &mut table, self.files, self.compat);
        Tree::Map(table.into())
    }

    fn file(&mut self, path: &[&str]) -> Option<Origin> {
        self.flags.files.iter().rev().find_map(|name| {
            let text = self.files.read(name).ok()?;
            in_text(&name.to_str_lossy(), &text, path)
        })
    }
}

/// True if `values` has something at `path`, or something else than a table on the way there.
fn decides(values: &Tree, path: &[&str]) -> bool {
    let mut value = values;
    for key in path {
        let next = match value {
            Tree::Map(table) => table.get(key.as_bytes()),
            Tree::List(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => return true,
        };
        let Some(next) = next else { return false };
        value = next;
    }
    true
}

/// The default of the chart itself, or of the subchart that the path leads into.
fn default(path: &[&str], chart: &Chart) -> Option<Origin> {
    let own = chart.values_file.as_ref().and_then(|file| in_file(file, chart, path));
    own.or_else(|| {
        let (section, below) = path.split_first()?;
        let subchart = chart.dependencies.iter().find(|subchart| subchart.name() == section)?;
        default(below, subchart)
    })
}

fn in_file(file: &File, chart: &Chart, path: &[&str]) -> Option<Origin> {
    in_text(&format!("{}/{}", chart.path, file.name), file.data(), path)
}

/// The place of `path` in a text of one or more documents, the last of which counts first.
fn in_text(name: &str, text: &Str, path: &[&str]) -> Option<Origin> {
    let mut end = text.len();
    loop {
        let start =
            bstr::ByteSlice::rfind(&text.as_bytes()[..end], b"\n---").map_or(0, |at| at + 1);
        if let Some(key) = yaml::locate(&text[start..end], path) {
            let key = Span::new(start + key.start as usize, start + key.end as usize);
            return Some(Origin::File { source: Source::new(name, text), key });
        }
        if start == 0 {
            return None;
        }
        end = start;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use go_text_template::data::Failure;

    struct Texts;

    impl ReadFile for Texts {
        fn read(&mut self, name: &Str) -> Result<Str, Failure> {
            match name.as_bytes() {
                b"first.yaml" => Ok("a: 1\nb:\n  c: 2\n".into()),
                b"second.yaml" => Ok("x: 1\n---\nb:\n  d: 2\nsub:\n  k: 1\n".into()),
                _ => Err("no such file".into()),
            }
        }
    }

    fn chart() -> Chart {
        let file = |text: &str| Some(File::new("values.yaml", text));
        let mut subchart = Chart { values_file: file("k: 0\nm: 1\n"), ..Chart::default() };
        Arc::make_mut(&mut subchart.metadata).name = "sub".into();
        subchart.path = "top/charts/sub".into();
        let mut chart = Chart { values_file: file("global:\n  g: 1\ne: 1\n"), ..Chart::default() };
        chart.path = "top".into();
        chart.dependencies = Arc::new(vec![subchart]);
        chart
    }

    fn found(path: &[&str]) -> String {
        let flags = Flags {
            files: vec!["first.yaml".into(), "second.yaml".into()],
            set: vec!["a=1,l[1].n=2".into(), "q.r=1".into()],
            ..Flags::default()
        };
        let mut sources = Sources { flags: &flags, files: &mut Texts, compat: Compat::Helm4 };
        match origin(path, &chart(), &mut sources) {
            None => String::new(),
            Some(Origin::Flag { flag, argument }) => format!("--{flag} {argument}"),
            Some(Origin::File { source, key }) => {
                format!("{}:{}", source.name(), source.line_column(key.start).line)
            }
        }
    }

    #[test]
    fn strongest_source_is_named() {
        for (path, expected) in [
            (&["a"][..], "--set a=1,l[1].n=2"),
            (&["l", "1", "n"], "--set a=1,l[1].n=2"),
            (&["q", "r", "s"], "--set q.r=1"),
            (&["b", "c"], "first.yaml:3"),
            (&["b", "d"], "second.yaml:4"),
            (&["sub", "k"], "second.yaml:6"),
            (&["sub", "m"], "top/charts/sub/values.yaml:2"),
            (&["sub", "global", "g"], "top/values.yaml:2"),
            (&["e"], "top/values.yaml:3"),
            (&["nope"], ""),
        ] {
            assert_eq!(found(path), expected, "{path:?}");
        }
    }
}
