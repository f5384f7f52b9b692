//! Where one document ends and the next begins.

use std::ops::Range;

use bstr::ByteSlice;

use go_text_template::Compat;

/// The documents of `text`, each as the range of bytes that Helm keeps of it.
///
/// The separator is a matter of text, not of YAML: `---` at the start of a line inside a block
/// scalar separates as well, and what follows it on the line belongs to the next document.
pub fn split(text: &[u8], compat: Compat) -> Vec<Range<usize>> {
    match compat {
        Compat::Helm3 => split_helm3(text),
        Compat::Helm4 => split_helm4(text),
    }
}

/// Helm 4: a separator is `---` and blanks at the start of a line; documents are trimmed on the
/// left only, blank ones dropped.
fn split_helm4(text: &[u8]) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let mut add = |start: usize, end: usize| {
        let start = end - text[start..end].trim_start().len();
        if start < end {
            documents.push(start..end);
        }
    };
    let mut start = text.len() - text.trim_start().len();
    let mut from = start;
    while let Some(at) = next_line_start(text, from) {
        add(start, at);
        start = skip(text, at + 3, is_blank);
        from = start;
    }
    add(start, text.len());
    documents
}

/// The first place at or behind `from` where a line starts with `---`.
///
/// `from` itself counts only where a line starts: a separator's own end is not such a place.
fn next_line_start(text: &[u8], from: usize) -> Option<usize> {
    // Helm trims the left end before it looks, so the first document's start is a line start.
    let trimmed = text.len() - text.trim_start().len();
    if from == trimmed && text[from..].starts_with(b"---") {
        return Some(from);
    }
    text[from..].find(b"\n---").map(|at| from + at + 1)
}

/// Helm 3: the separator takes the white space before its line end and all white space behind;
/// documents are trimmed on both ends, and may end up empty.
fn split_helm3(text: &[u8]) -> Vec<Range<usize>> {
    let trimmed = text.trim();
    let offset = text.len() - text.trim_start().len();
    let mut documents = Vec::new();
    let mut add = |start: usize, end: usize| {
        if start == end {
            return;
        }
        let part = &trimmed[start..end];
        let start = end - part.trim_start().len();
        let end = start.max(end - (part.len() - part.trim_end().len()));
        documents.push(offset + start.min(end)..offset + end);
    };
    let mut start = 0;
    if trimmed.starts_with(b"---") {
        start = skip(trimmed, 3, is_white);
    }
    let mut from = start;
    while let Some(at) = trimmed[from..].find(b"\n---").map(|at| from + at) {
        let end = start.max(before_white(trimmed, at));
        add(start, end);
        start = skip(trimmed, at + 4, is_white);
        from = start;
    }
    add(start, trimmed.len());
    documents
}

/// The start of the run of white space that ends at `at`.
fn before_white(text: &[u8], at: usize) -> usize {
    text[..at].iter().rposition(|&byte| !is_white(byte)).map_or(0, |last| last + 1)
}

fn skip(text: &[u8], from: usize, wanted: fn(u8) -> bool) -> usize {
    text[from..].iter().position(|&byte| !wanted(byte)).map_or(text.len(), |at| from + at)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `\s` of Go's regular expressions.
fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, compat: Compat) -> Vec<&str> {
        split(text.as_bytes(), compat).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn helm4_keeps_the_end_of_documents() {
        for (text, expected) in [
            ("a: 1\n", vec!["a: 1\n"]),
            ("\n---\na: 1\n---\nb: 2\n", vec!["a: 1\n", "b: 2\n"]),
            ("---\n---\na: 1\n---\n\n---", vec!["a: 1\n"]),
            ("a: 1\n---foo\n", vec!["a: 1\n", "foo\n"]),
            ("----\nb: 2\n", vec!["-\nb: 2\n"]),
            ("------\nb: 2\n", vec!["---\nb: 2\n"]),
            (" ---\na: 1\n ---\nb: 2\n", vec!["a: 1\n ---\nb: 2\n"]),
            ("", vec![]),
        ] {
            assert_eq!(texts(text, Compat::Helm4), expected, "{text:?}");
        }
    }

    #[test]
    fn helm3_trims_documents() {
        for (text, expected) in [
            ("a: 1\n", vec!["a: 1"]),
            ("\n---\na: 1\n---\nb: 2\n", vec!["a: 1", "b: 2"]),
            ("---\n---\na: 1\n---\n\n---", vec!["---\na: 1", "---"]),
            ("a: 1 \n \n---foo\n", vec!["a: 1", "foo"]),
            ("", vec![]),
        ] {
            assert_eq!(texts(text, Compat::Helm3), expected, "{text:?}");
        }
    }
}
