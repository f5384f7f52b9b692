//! Lines as YAML has them: not only line feeds end one.

/// The lines of `text`, each with what ends it.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = (0..rest.len()).find_map(|at| Some(at + width(&rest[at..])?));
        let (line, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

/// Where the line begins that has the byte at `offset` of `text`.
pub(super) fn line_start(text: &[u8], offset: usize) -> usize {
    let ends = |at: &usize| width(&text[*at..]).is_some_and(|width| at + width <= offset);
    // Between the two bytes of a Windows line end no line begins.
    let last = (0..offset).rev().find(ends);
    last.map_or(0, |at| at + width(&text[at..]).unwrap_or(1))
}

/// True for a line that has nothing but its end.
pub(super) fn is_empty(line: &[u8]) -> bool {
    width(line).is_some()
}

/// The line without its end.
pub(super) fn without_end(line: &[u8]) -> &[u8] {
    let end = (0..line.len()).find(|at| width(&line[*at..]).is_some());
    &line[..end.unwrap_or(line.len())]
}

/// How many bytes end a line at the start of `text`; `None` if it goes on.
fn width(text: &[u8]) -> Option<usize> {
    match text {
        [b'\r', b'\n', ..] | [0xc2, 0x85, ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_ends_a_line_does() {
        let text = "a\nb\r\nc\rd\u{85}\u{2028}e\u{2029}f".as_bytes();
        let found: Vec<&[u8]> = lines(text).collect();
        let expected = ["a\n", "b\r\n", "c\r", "d\u{85}", "\u{2028}", "e\u{2029}", "f"];
        assert_eq!(found, expected.map(str::as_bytes));
        let mut start = 0;
        for line in expected {
            assert_eq!(line_start(text, start), start, "{line:?}");
            let inside = if line.len() > 1 { start + 1 } else { start };
            assert_eq!(line_start(text, inside), start, "{line:?}");
            start += line.len();
        }
        assert_eq!(lines(b"").count(), 0);
    }
}
