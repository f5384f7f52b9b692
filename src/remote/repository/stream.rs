//! A large index, read as a stream: its text is cut into the sections of its charts by indentation,
//! and only sections that somebody wants are read as YAML.
//!
//! What is not written in the plain way that all tools write is left to the exact reader: then
//! nothing is found here, and the caller reads the whole text.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};
use std::ops::ControlFlow;

use super::index::{Index, Notice};
use crate::model::read_index_table;
use go_text_template::Compat;
use go_text_template::data::Str;

/// What was found of the charts that were wanted.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The entries of those charts that there are.
    pub index: Index,
    /// Entries of theirs that are not valid.
    pub notices: Vec<Notice>,
}

/// The longest line that is taken.
const MOST_LINE: usize = 1 << 20;

/// The entries of the charts `names` in the index `text`; nothing if it has to be read exactly.
pub fn read_wanted(
    text: &mut dyn BufRead,
    names: &BTreeSet<&str>,
    compat: Compat,
) -> io::Result<Option<Wanted>> {
    let mut sections: BTreeMap<Str, Vec<u8>> = BTreeMap::new();
    let mut twice = false;
    let complete = visit(text, &|name| names.contains(name), &mut |name, section| {
        twice |= sections.insert(name.into(), section.to_vec()).is_some();
        ControlFlow::Continue(())
    })?;
    if !complete || twice {
        return Ok(None);
    }
    let mut wanted = Wanted::default();
    for section in sections.into_values() {
        let Ok(table) = read_index_table(&section.into(), compat) else { return Ok(None) };
        let Index { charts } = Index::of(&table, &mut wanted.notices);
        wanted.index.charts.extend(charts);
    }
    Ok(Some(wanted))
}

/// Calls `look` with the name of each chart of the index `text` and, if it is `wanted`, an index
/// that holds this chart alone, else an empty text. False if the text is not written plainly.
pub fn visit(
    text: &mut dyn BufRead,
    wanted: &dyn Fn(&str) -> bool,
    look: &mut dyn FnMut(&str, &[u8]) -> ControlFlow<()>,
) -> io::Result<bool> {
    let mut sections = Sections::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        let length =
            io::Read::take(&mut *text, MOST_LINE as u64 + 1).read_until(b'\n', &mut line)?;
        if length > MOST_LINE {
            return Ok(false);
        }
        let kept_on =
            if length == 0 { sections.end(look) } else { sections.line(&line, wanted, look) };
        match kept_on {
            Step::Next if length == 0 => return Ok(sections.has_api_version),
            Step::Next => {}
            Step::Enough => return Ok(true),
            Step::NotPlain => return Ok(false),
        }
    }
}

/// What a line leads to.
enum Step {
    Next,
    Enough,
    NotPlain,
}

/// Where in the text we are.
#[derive(Default)]
struct Sections {
    has_api_version: bool,
    /// Inside `entries:`.
    in_entries: bool,
    /// The blanks in front of the names of charts.
    indent: Option<usize>,
    /// The chart whose section it is, and the section if it is wanted.
    chart: Option<(String, Option<Vec<u8>>)>,
}

impl Sections {
    fn line(
        &mut self,
        line: &[u8],
        wanted: &dyn Fn(&str) -> bool,
        look: &mut dyn FnMut(&str, &[u8]) -> ControlFlow<()>,
    ) -> Step {
        if holds_break(line) {
            return Step::NotPlain;
        }
        let blanks = line.iter().take_while(|&&byte| byte == b' ').count();
        match line.get(blanks) {
            None | Some(b'\n' | b'#') => return self.keep(line),
            Some(b'\r' | b'\t') => return Step::NotPlain,
            Some(_) => {}
        }
        if blanks == 0 {
            return if self.in_entries && line.starts_with(b"- ") {
                Step::NotPlain
            } else {
                self.top(line, look)
            };
        }
        if !self.in_entries {
            return Step::Next;
        }
        match self.indent {
            Some(indent) if blanks < indent => Step::NotPlain,
            Some(indent) if blanks > indent => self.keep(line),
            _ if line[blanks..].starts_with(b"- ") || line[blanks..] == *b"-\n" => {
                if self.chart.is_some() { self.keep(line) } else { Step::NotPlain }
            }
            _ => self.name(blanks, line, wanted, look),
        }
    }

    /// A line that begins at the margin.
    fn top(&mut self, line: &[u8], look: &mut dyn FnMut(&str, &[u8]) -> ControlFlow<()>) -> Step {
        if let Step::Enough = self.end(look) {
            return Step::Enough;
        }
        self.in_entries = false;
        let line = bstr::ByteSlice::trim_end(line);
        match line {
            b"---" if !self.has_api_version && self.indent.is_none() => Step::Next,
            b"entries:" if self.indent.is_none() => {
                self.in_entries = true;
                Step::Next
            }
            b"entries: {}" if self.indent.is_none() => Step::Next,
            _ if line.starts_with(b"apiVersion: ") && !self.has_api_version => {
                self.has_api_version = line.len() > b"apiVersion: ".len();
                Step::Next
            }
            _ if line.starts_with(b"generated:")
                || line.starts_with(b"serverInfo:")
                || line.starts_with(b"publicKeys:")
                || line.starts_with(b"annotations:") =>
            {
                Step::Next
            }
            _ => Step::NotPlain,
        }
    }

    /// The line with the name of a chart.
    fn name(
        &mut self,
        blanks: usize,
        line: &[u8],
        wanted: &dyn Fn(&str) -> bool,
        look: &mut dyn FnMut(&str, &[u8]) -> ControlFlow<()>,
    ) -> Step {
        if let Step::Enough = self.end(look) {
            return Step::Enough;
        }
        let Some(name) = plain_name(&line[blanks..]) else { return Step::NotPlain };
        self.indent = Some(blanks);
        let section = wanted(name).then(|| [b"apiVersion: v1\nentries:\n", line].concat());
        self.chart = Some((name.to_owned(), section));
        Step::Next
    }

    fn keep(&mut self, line: &[u8]) -> Step {
        if let Some((_, Some(section))) = &mut self.chart {
            section.extend_from_slice(line);
        }
        Step::Next
    }

    /// The end of the section of a chart.
    fn end(&mut self, look: &mut dyn FnMut(&str, &[u8]) -> ControlFlow<()>) -> Step {
        let Some((name, section)) = self.chart.take() else { return Step::Next };
        match look(&name, section.as_deref().unwrap_or_default()) {
            ControlFlow::Continue(()) => Step::Next,
            ControlFlow::Break(()) => Step::Enough,
        }
    }
}

/// True if YAML sees the end of a line in the middle of `line`.
fn holds_break(line: &[u8]) -> bool {
    let has = |part: &str| bstr::ByteSlice::contains_str(line, part);
    let is_return = |at: usize| line[at..] != *b"\r\n";
    let has_return = bstr::ByteSlice::find_byte(line, b'\r').is_some_and(is_return);
    has_return || (!line.is_ascii() && ["\u{85}", "\u{2028}", "\u{2029}"].into_iter().any(has))
}

/// The name in `name:` or `name: []`, if it is plain enough to mean itself.
fn plain_name(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let name = line.strip_suffix(':').or_else(|| line.strip_suffix(": []"))?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let starts_well = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let means_else = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let is_word = !means_else.contains(&name.to_ascii_lowercase().as_str());
    (name.bytes().all(is_plain) && starts_well && is_word).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "apiVersion: v1\nentries:\n  a:\n  - name: a\n    version: 1.0.0\n    \
                        description: |\n      x:\n      y\n    urls: [u]\n  b:\n    - name: b\n      \
                        version: 2.0.0\n  c: []\ngenerated: \"2020-01-01T00:00:00Z\"\n";

    fn versions(text: &str, names: &[&str]) -> Option<Vec<String>> {
        let names = names.iter().copied().collect();
        let wanted = read_wanted(&mut text.as_bytes(), &names, Compat::Helm4).unwrap()?;
        let charts = wanted.index.charts.values().flatten();
        Some(charts.map(|entry| entry.metadata.version.to_string()).collect())
    }

    #[test]
    fn only_the_wanted_sections_are_read() {
        assert_eq!(versions(TEXT, &["a"]).unwrap(), ["1.0.0"]);
        assert_eq!(versions(TEXT, &["a", "b", "c", "d"]).unwrap(), ["1.0.0", "2.0.0"]);
    }

    #[test]
    fn every_plain_index_reads_as_the_exact_reader_reads_it() {
        let exact = Index::read(&TEXT.into(), Compat::Helm4, &mut Vec::new()).unwrap();
        let names = ["a", "b", "c"].into_iter().collect();
        let streamed = read_wanted(&mut TEXT.as_bytes(), &names, Compat::Helm4).unwrap().unwrap();
        assert_eq!(streamed.index.charts, exact.charts);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_exact_reader() {
        for text in [
            "{\"apiVersion\":\"v1\"}",
            "apiVersion: v1\nentries: {a: []}\n",
            "apiVersion: v1\nentries:\n  \"a\":\n  - name: a\n",
            "apiVersion: v1\nentries:\n  a: &x\n  - name: a\n",
            "apiVersion: v1\napiVersion: v1\nentries:\n  a: []\n",
            "apiVersion: v1\nentries:\n  a: []\n  a: []\n",
            "apiVersion: v1\nunknown: x\n",
            "entries:\n  a: []\n",
            "apiVersion: v1\nentries:\n   a: []\n  b: []\n",
            "apiVersion: v1\rentries:\n  a: []\n",
            "apiVersion: v1\nentries:\n  a: []\n# \u{2028}entries: {}\n",
        ] {
            assert!(versions(text, &["a"]).is_none(), "{text}");
        }
    }
}
