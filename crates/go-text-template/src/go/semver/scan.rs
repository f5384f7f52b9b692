//! Finds version-like text: the shape only, not the meaning.

/// The pieces of a version as they are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pieces<'t> {
    /// Everything, with a leading `v` if there is one.
    pub(super) whole: &'t [u8],
    pub(super) major: &'t [u8],
    pub(super) minor: Option<&'t [u8]>,
    pub(super) patch: Option<&'t [u8]>,
    /// Without the `-`; empty if there is none.
    pub(super) prerelease: &'t [u8],
    /// Without the `+`; empty if there is none.
    pub(super) metadata: &'t [u8],
}

/// Reads the longest version at the start of `text` whose numbers consist of bytes that `is_number`
/// takes.
pub(super) fn pieces(text: &[u8], is_number: fn(u8) -> bool) -> Option<Pieces<'_>> {
    let rest = text.strip_prefix(b"v").unwrap_or(text);
    let (major, rest) = run(rest, is_number);
    if major.is_empty() {
        return None;
    }
    let (minor, rest) = dotted_number(rest, is_number);
    let (patch, rest) = dotted_number(rest, is_number);
    let (prerelease, rest) = identifiers(rest, b"-");
    let (metadata, rest) = identifiers(rest, b"+");
    let whole = &text[..text.len() - rest.len()];
    Some(Pieces { whole, major, minor, patch, prerelease, metadata })
}

fn dotted_number(text: &[u8], is_number: fn(u8) -> bool) -> (Option<&[u8]>, &[u8]) {
    let number = text.strip_prefix(b".").map(|rest| run(rest, is_number));
    match number {
        Some((number, rest)) if !number.is_empty() => (Some(number), rest),
        _ => (None, text),
    }
}

/// Reads identifiers with dots between them behind `mark`.
fn identifiers<'t>(text: &'t [u8], mark: &[u8]) -> (&'t [u8], &'t [u8]) {
    let Some(start) = text.strip_prefix(mark) else { return (&[], text) };
    let (first, mut rest) = run(start, is_identifier);
    if first.is_empty() {
        return (&[], text);
    }
    while let Some(more) = rest.strip_prefix(b".") {
        let (next, behind) = run(more, is_identifier);
        if next.is_empty() {
            break;
        }
        rest = behind;
    }
    (&start[..start.len() - rest.len()], rest)
}

/// True for the bytes an identifier of a pre-release or of metadata may have.
pub(super) fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Splits off the longest start of `text` whose bytes `takes` takes.
pub(super) fn run(text: &[u8], takes: fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| !takes(byte)).unwrap_or(text.len());
    text.split_at(end)
}
