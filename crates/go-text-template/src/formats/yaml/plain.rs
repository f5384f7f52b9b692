//! The fast reader's scalars to text and trees.

use std::borrow::Cow;

use super::fast::{Form, GiveUp, Raw, Sink, walk};
use super::meaning::{text_of, text_of_key};
use super::resolve::{Resolved, resolve};
use super::scalars::escape;
use crate::data::{Str, Tree};

/// The first document of `text`, if it is plain enough. The tree's texts share the memory of `text`.
pub(super) fn read(text: &Str) -> Option<Tree> {
    let mut builder = Builder::new(text);
    walk(text.as_bytes(), &mut builder).ok()?;
    Some(builder.root)
}

impl<'t> Raw<'t> {
    /// The text without quotes, escapes and indentation.
    pub(super) fn text(self) -> Cow<'t, [u8]> {
        match self.form {
            Form::Plain | Form::Quoted => Cow::Borrowed(self.bytes),
            Form::SingleEscaped => Cow::Owned(without_doubled_quotes(self.bytes)),
            Form::DoubleEscaped => Cow::Owned(without_escapes(self.bytes)),
            Form::PlainLines | Form::SingleLines | Form::DoubleLines => {
                Cow::Owned(folded(self.bytes, self.form))
            }
            Form::Literal { indent } => Cow::Owned(without_indentation(self.bytes, indent)),
            Form::Folded { indent } => Cow::Owned(folded_block(self.bytes, indent)),
        }
    }

    /// The text as a key, which for JSON is always a string.
    pub(super) fn key(self, source: &Str) -> Result<Str, GiveUp> {
        if self.form == Form::Plain {
            match resolve(self.bytes) {
                Resolved::String | Resolved::Timestamp if self.bytes == b"<<" => {
                    return Err(GiveUp);
                }
                Resolved::String | Resolved::Timestamp => {}
                Resolved::Null | Resolved::Uint(_) => return Err(GiveUp),
                typed => return text_of_key(typed).ok_or(GiveUp),
            }
        }
        Ok(shared(self.text(), source))
    }

    /// Refuses what is no key for JSON, or may be none.
    pub(super) fn check_key(self) -> Result<(), GiveUp> {
        match self.bytes.first() {
            // Words for null and numbers begin like this; so does nothing else worth a look.
            Some(b'~' | b'n' | b'N' | b'0'..=b'9' | b'+' | b'-' | b'.' | b'<') | None
                if self.form == Form::Plain =>
            {
                match resolve(self.bytes) {
                    Resolved::Null | Resolved::Uint(_) => Err(GiveUp),
                    Resolved::String if self.bytes == b"<<" => Err(GiveUp),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Refuses infinities and NaN, which JSON does not have.
    pub(super) fn check(self) -> Result<(), GiveUp> {
        match (self.form, self.bytes.first()) {
            (Form::Plain, Some(b'.' | b'+' | b'-')) => match resolve(self.bytes) {
                Resolved::Float(value) if !value.is_finite() => Err(GiveUp),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    pub(super) fn is_null(self) -> bool {
        self.form == Form::Plain && resolve(self.bytes) == Resolved::Null
    }

    /// The scalar as text where text is wanted; `None` for null.
    pub(super) fn string(self, source: &Str) -> Result<Option<Str>, GiveUp> {
        let resolved = match self.form {
            Form::Plain => resolve(self.bytes),
            _ => Resolved::String,
        };
        match resolved {
            Resolved::Null => Ok(None),
            Resolved::String | Resolved::Timestamp => Ok(Some(shared(self.text(), source))),
            typed => Ok(text_of(typed)),
        }
    }

    fn tree(self, source: &Str) -> Result<Tree, GiveUp> {
        let resolved = match self.form {
            Form::Plain => resolve(self.bytes),
            _ => Resolved::String,
        };
        Ok(match resolved {
            Resolved::Null => Tree::Null,
            Resolved::Bool(value) => Tree::Bool(value),
            Resolved::Int(value) => Tree::Float(value as f64),
            Resolved::Uint(value) => Tree::Float(value as f64),
            Resolved::Float(value) if value.is_finite() => Tree::Float(value),
            Resolved::Float(_) => return Err(GiveUp),
            Resolved::Timestamp | Resolved::String => Tree::String(shared(self.text(), source)),
        })
    }
}

fn shared(text: Cow<'_, [u8]>, source: &Str) -> Str {
    match text {
        Cow::Borrowed(text) => source.slice_ref(text),
        Cow::Owned(text) => Str::from(text),
    }
}

fn without_doubled_quotes(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut bytes = bytes.iter();
    while let Some(&byte) = bytes.next() {
        text.push(byte);
        if byte == b'\'' {
            bytes.next();
        }
    }
    text
}

fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut bytes = bytes.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => {
                let meaning = bytes.next().and_then(|&letter| escape(letter));
                text.extend_from_slice(meaning.unwrap_or_default().as_bytes());
            }
            byte => text.push(byte),
        }
    }
    text
}

fn without_indentation(lines: &[u8], indent: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(lines.len());
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        let blanks = line.iter().take(indent).take_while(|&&byte| byte == b' ').count();
        text.extend_from_slice(&line[blanks..]);
    }
    text
}

/// Joins the lines of a scalar: a line end and the blanks around it become a blank, or as many line
/// feeds as there were blank lines.
fn folded(lines: &[u8], form: Form) -> Vec<u8> {
    let is_gap = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
    let mut text = Vec::with_capacity(lines.len());
    let mut rest = lines;
    while let Some(&byte) = rest.first() {
        let length = match byte {
            b'\\' if form == Form::DoubleLines => {
                let meaning = rest.get(1).and_then(|&letter| escape(letter));
                text.extend_from_slice(meaning.unwrap_or_default().as_bytes());
                2
            }
            b'\'' if form == Form::SingleLines => {
                text.push(byte);
                2
            }
            byte if is_gap(&byte) => {
                let length = rest.iter().take_while(|byte| is_gap(byte)).count();
                match rest[..length].iter().filter(|&&byte| byte == b'\n').count() {
                    0 => text.extend_from_slice(&rest[..length]),
                    breaks => push_fold(&mut text, breaks - 1),
                }
                length
            }
            byte => {
                text.push(byte);
                1
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    text
}

/// What a line end and so many blank lines behind it become.
fn push_fold(text: &mut Vec<u8>, blank_lines: usize) {
    match blank_lines {
        0 => text.push(b' '),
        count => text.resize(text.len() + count, b'\n'),
    }
}

/// The lines of a folded block scalar: lines that begin with a blank keep their line breaks.
fn folded_block(lines: &[u8], indent: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(lines.len());
    let (mut before, mut breaks, mut ended) = (None, 0, false);
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        let blanks = line.iter().take(indent).take_while(|&&byte| byte == b' ').count();
        let line = &line[blanks..];
        if line == b"\n" {
            breaks += 1;
            continue;
        }
        let blank = matches!(line.first(), Some(b' ' | b'\t'));
        match before {
            None => text.resize(text.len() + breaks, b'\n'),
            Some(false) if !blank => push_fold(&mut text, breaks),
            Some(_) => text.resize(text.len() + breaks + 1, b'\n'),
        }
        (before, breaks) = (Some(blank), 0);
        ended = line.ends_with(b"\n");
        text.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
    }
    text.resize(text.len() + breaks + usize::from(ended), b'\n');
    text
}

/// Makes a tree of what the reader finds.
struct Builder<'s> {
    source: &'s Str,
    open: Vec<Collection>,
    /// What belongs to the open collections, each one's at the end of its parents'; so only complete
    /// ones need memory of their own.
    entries: Vec<(Str, Tree)>,
    items: Vec<Tree>,
    root: Tree,
}

/// An open collection, and where what it has begins.
enum Collection {
    Map { start: usize, key: Str },
    List { start: usize },
}

impl<'s> Builder<'s> {
    fn new(source: &'s Str) -> Self {
        let (entries, items) = (Vec::new(), Vec::new());
        Self { source, open: Vec::new(), entries, items, root: Tree::Null }
    }

    fn add(&mut self, tree: Tree) {
        match self.open.last_mut() {
            None => self.root = tree,
            Some(Collection::List { .. }) => self.items.push(tree),
            Some(Collection::Map { key, .. }) => self.entries.push((std::mem::take(key), tree)),
        }
    }

    fn close(&mut self) {
        let tree = match self.open.pop() {
            Some(Collection::Map { start, .. }) => Tree::map(self.entries.split_off(start)),
            Some(Collection::List { start }) => Tree::list(self.items.split_off(start)),
            None => return,
        };
        self.add(tree);
    }
}

impl<'t> Sink<'t> for Builder<'_> {
    fn begin_map(&mut self) -> Result<(), GiveUp> {
        self.open.push(Collection::Map { start: self.entries.len(), key: Str::EMPTY });
        Ok(())
    }

    fn key(&mut self, key: Raw<'t>) -> Result<(), GiveUp> {
        let text = key.key(self.source)?;
        if let Some(Collection::Map { key, .. }) = self.open.last_mut() {
            *key = text;
        }
        Ok(())
    }

    fn end_map(&mut self) {
        self.close();
    }

    fn begin_list(&mut self) -> Result<(), GiveUp> {
        self.open.push(Collection::List { start: self.items.len() });
        Ok(())
    }

    fn end_list(&mut self) {
        self.close();
    }

    fn scalar(&mut self, scalar: Raw<'t>) -> Result<(), GiveUp> {
        let tree = scalar.tree(self.source)?;
        self.add(tree);
        Ok(())
    }
}
