//! A line of comma-separated values, as Go's `encoding/csv` reads it.

use bstr::ByteSlice;

use go_text_template::data::Str;

/// The fields of the first record of `text`, or Go's sentence on what is wrong with it.
///
/// The empty text has no fields.
pub(super) fn fields(text: &[u8]) -> Result<Vec<Str>, String> {
    let line = first_line(text);
    if line.is_empty() {
        return if text.is_empty() { Ok(Vec::new()) } else { Err("EOF".to_owned()) };
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, behind) = match rest.strip_prefix(b"\"") {
            Some(quoted) => quoted_field(line, quoted)?,
            None => plain_field(line, rest)?,
        };
        fields.push(field);
        match behind {
            Some(behind) => rest = behind,
            None => return Ok(fields),
        }
    }
}

/// The first line that is not empty; a quoted field may go on over the end of a line.
fn first_line(text: &[u8]) -> &[u8] {
    let text = text.trim_start_with(|rune| rune == '\n');
    let in_quotes_at = |at: usize| text[..at].find_iter("\"").count() % 2 == 1;
    let end = text.find_iter("\n").find(|&at| !in_quotes_at(at));
    text[..end.unwrap_or(text.len())].trim_end_with(|rune| rune == '\r')
}

/// A field, and what stands behind its comma; `None` if it was the last.
type Field<'t> = (Str, Option<&'t [u8]>);

fn plain_field<'t>(line: &'t [u8], rest: &'t [u8]) -> Result<Field<'t>, String> {
    let (field, behind) = match rest.split_once_str(",") {
        Some((field, behind)) => (field, Some(behind)),
        None => (rest, None),
    };
    match field.find_byte(b'"') {
        Some(at) => Err(error(line, &rest[at..], 0, "bare \" in non-quoted field")),
        None => Ok((field.into(), behind)),
    }
}

fn quoted_field<'t>(line: &'t [u8], mut rest: &'t [u8]) -> Result<Field<'t>, String> {
    let mut field = Vec::new();
    loop {
        let Some((part, behind)) = rest.split_once_str("\"") else {
            return Err(error(line, b"", 0, "extraneous or missing \" in quoted-field"));
        };
        field.extend_from_slice(part);
        match behind.first() {
            None => return Ok((field.into(), None)),
            Some(b',') => return Ok((field.into(), Some(&behind[1..]))),
            Some(b'"') => field.push(b'"'),
            Some(_) => {
                return Err(error(line, behind, 1, "extraneous or missing \" in quoted-field"));
            }
        }
        rest = &behind[1..];
    }
}

/// Go's sentence for a fault `back` bytes before `rest`, which is the end of `line`.
fn error(line: &[u8], rest: &[u8], back: usize, what: &str) -> String {
    let column = line.len() - rest.len() + 1 - back;
    format!("parse error on line 1, column {column}: {what}")
}

#[cfg(test)]
mod tests {
    use super::fields;
    use go_text_template::data::Str;

    #[test]
    fn fields_are_split_as_go_splits_them() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("a,b", vec!["a", "b"]),
            ("a,", vec!["a", ""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"a\"\"b\"", vec!["a\"b"]),
        ] {
            let expected: Vec<Str> = expected.into_iter().map(Str::from).collect();
            assert_eq!(fields(text.as_bytes()).unwrap(), expected, "{text:?}");
        }
        assert!(fields(b"a\"b").is_err());
        assert!(fields(b"\"a").is_err());
    }
}
