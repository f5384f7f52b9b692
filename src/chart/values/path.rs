//! The way to a value: `image.tag`, `a."x.y".b[0]`.

use std::fmt;

use go_text_template::data::{Str, Tree};

/// A step from a map or a list to what is in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To the value of a key.
    Key(Str),
    /// To the element of a list, counted from 0.
    Index(usize),
}

/// The steps from all values to one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValuePath(pub Vec<Step>);

/// Why a text is no path, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPath {
    /// What is wrong.
    pub why: &'static str,
    /// The byte of the text, counted from 0.
    pub at: usize,
}

impl ValuePath {
    /// Reads `text`. Keys stand behind dots, and in double quotes if they have dots, brackets or
    /// quotes themselves; numbers of elements stand in brackets. A leading `.` or `.Values.` may be
    /// there, as templates write it.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        let start = ["$.Values", ".Values", "$"].iter().find(|start| text.starts_with(**start));
        let skipped = start.map_or(0, |start| start.len());
        let mut reader = Reader { text, at: skipped };
        let mut steps = Vec::new();
        while reader.at < text.len() {
            let is_first = steps.is_empty() && skipped == 0;
            steps.push(reader.step(is_first)?);
        }
        if steps.is_empty() {
            return Err(BadPath { why: "a path names at least one key", at: text.len() });
        }
        Ok(Self(steps))
    }

    /// The value at the end of the path in `tree`.
    pub fn of<'t>(&self, tree: &'t Tree) -> Option<&'t Tree> {
        self.0.iter().try_fold(tree, |tree, step| step.of(tree))
    }

    /// Its steps as words: keys, and numbers of elements.
    pub fn words(&self) -> Vec<String> {
        let word = |step: &Step| match step {
            Step::Key(key) => key.to_string(),
            Step::Index(index) => index.to_string(),
        };
        self.0.iter().map(word).collect()
    }

    /// True if `self` is `above`, or leads to something inside it.
    pub fn is_within(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0)
    }
}

impl Step {
    /// What is there in `tree`.
    pub fn of<'t>(&self, tree: &'t Tree) -> Option<&'t Tree> {
        match (self, tree) {
            (Self::Key(key), Tree::Map(map)) => map.get(key),
            (Self::Index(index), Tree::List(items)) => items.get(*index),
            _ => None,
        }
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    f.write_str(if at > 0 { "." } else { "" })?;
                    write_key(f, &key.to_str_lossy())?;
                }
            }
        }
        Ok(())
    }
}

fn write_key(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    if !key.is_empty() && !key.contains(['.', '[', ']', '"', '\\', ' ', '\n', '\t']) {
        return f.write_str(key);
    }
    write!(f, "\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn step(&mut self, is_first: bool) -> Result<Step, BadPath> {
        match self.text.as_bytes()[self.at] {
            b'[' => self.index(),
            b'.' => {
                self.at += 1;
                self.key()
            }
            _ if is_first => self.key(),
            _ => Err(self.bad("a dot or a bracket is missing")),
        }
    }

    fn index(&mut self) -> Result<Step, BadPath> {
        let rest = &self.text[self.at + 1..];
        let end = rest.find(']').ok_or_else(|| self.bad("a bracket is not closed"))?;
        let index = rest[..end].parse();
        let index = index.map_err(|_| self.bad("a number is wanted between brackets"))?;
        self.at += end + 2;
        Ok(Step::Index(index))
    }

    fn key(&mut self) -> Result<Step, BadPath> {
        if self.text[self.at..].starts_with('"') {
            return self.quoted();
        }
        let rest = &self.text[self.at..];
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.bad("a key is missing"));
        }
        self.at += end;
        Ok(Step::Key(Str::from(&rest[..end])))
    }

    fn quoted(&mut self) -> Result<Step, BadPath> {
        let mut key = String::new();
        let mut letters = self.text[self.at + 1..].char_indices();
        while let Some((offset, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += offset + 2;
                    return Ok(Step::Key(Str::from(&*key)));
                }
                '\\' => key.extend(letters.next().map(|(_, letter)| letter)),
                letter => key.push(letter),
            }
        }
        Err(self.bad("a quote is not closed"))
    }

    fn bad(&self, why: &'static str) -> BadPath {
        BadPath { why, at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_they_are_written() {
        for text in ["a", "image.tag", "a.\"x.y\".b[0]", "a[1][2].c", "\"a \\\"b\\\"\""] {
            assert_eq!(ValuePath::parse(text).map(|path| path.to_string()), Ok(text.to_owned()));
        }
        for (text, same) in [(".a.b", "a.b"), (".Values.a", "a"), ("$.Values.a[0]", "a[0]")] {
            assert_eq!(ValuePath::parse(text).map(|path| path.to_string()), Ok(same.to_owned()));
        }
        for (text, at) in [("", 0), ("a..b", 2), ("a[x]", 1), ("a[1", 1), ("a\"b", 3), ("\"a", 0)] {
            let path = ValuePath::parse(text);
            assert_eq!(path.map_err(|bad| bad.at).err(), (text != "a\"b").then_some(at), "{text}");
        }
    }
}
