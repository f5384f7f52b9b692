//! Which lines of the output belong to which document.

use std::ops::Range;

use bstr::ByteSlice;

use crate::batch::Parts;
use crate::manifest::Document;
use crate::pipeline::Made;
use crate::session::Error;
use go_text_template::data::Failure;

/// The lines in front of each document: its separator, and where it is from.
const HEAD: usize = 2;

/// The lines of a document and of what stands in front of it.
fn lines(content: &[u8]) -> usize {
    HEAD + 1 + content.iter().filter(|&&byte| byte == b'\n').count()
}

/// The documents of the output with their first lines.
pub(in crate::app::commands) struct Layout<'l> {
    documents: Vec<(usize, &'l Document)>,
    lines: usize,
}

impl<'l> Layout<'l> {
    /// Where the documents of `made` are when `parts` are written.
    pub(in crate::app::commands) fn of(made: &'l Made, parts: &Parts) -> Self {
        let before = parts.definitions.iter().map(|part| lines(&part.content));
        let mut layout = Self { documents: Vec::new(), lines: before.sum() };
        let documents = &made.manifests.documents;
        for (at, document) in documents.iter().enumerate() {
            // Space is taken off the end of the resources.
            let is_last = at + 1 == documents.len();
            let content = document.content.as_bytes();
            layout.add(document, if is_last { content.trim_end() } else { content });
        }
        let hooks = made.manifests.hooks.iter().map(|hook| &hook.document);
        let is_written =
            |document: &&Document| parts.hooks.iter().any(|part| part.content == document.content);
        for document in hooks.filter(is_written) {
            layout.add(document, &document.content);
        }
        layout
    }

    fn add(&mut self, document: &'l Document, content: &[u8]) {
        self.documents.push((self.lines + HEAD + 1, document));
        self.lines += lines(content);
    }

    /// The documents with the lines where they begin.
    pub(in crate::app::commands) fn documents(&self) -> &[(usize, &'l Document)] {
        &self.documents
    }

    /// How many lines the output has.
    pub(in crate::app::commands) fn lines(&self) -> usize {
        self.lines
    }

    /// The line and column of the byte `offset` of `document`.
    pub(in crate::app::commands) fn place(
        &self,
        document: &Document,
        offset: usize,
    ) -> Option<(usize, usize)> {
        let (first, _) = self.documents.iter().find(|(_, known)| std::ptr::eq(*known, document))?;
        let before = &document.content[..offset.min(document.content.len())];
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = first + before.iter().filter(|&&byte| byte == b'\n').count();
        Some((line, before.len() - start + 1))
    }

    /// The document that the line `number` belongs to, and which of its bytes the line is.
    pub(super) fn at_line(&self, number: usize) -> Result<(&'l Document, Range<usize>), Error> {
        let missing = || {
            Error::from(Failure::from(format!(
                "there is no line {number}: the output has {} lines",
                self.lines
            )))
        };
        if number == 0 || number > self.lines {
            return Err(missing());
        }
        let found = self.documents.iter().rev().find(|(first, _)| *first <= number + HEAD);
        let Some((first, document)) = found else {
            let text = format!("line {number} is of a definition in crds/, which is no template");
            return Err(Failure::from(text).into());
        };
        let Some(line) = number.checked_sub(*first) else {
            let text = format!("line {number} is written by no template: it begins a document");
            return Err(Failure::from(text).into());
        };
        let mut lines = document.content.split_inclusive(|&byte| byte == b'\n');
        let start: usize = lines.by_ref().take(line).map(<[u8]>::len).sum();
        let text = lines.next().ok_or_else(missing)?;
        let blank = text.iter().take_while(|byte| **byte == b' ').count();
        let end = text.len() - usize::from(text.ends_with(b"\n"));
        Ok((document, start + blank.min(end)..start + end))
    }
}
