//! A line of comma-separated values, as Go's `encoding/csv` reads it.

/// The fields of the first record of `text`, or Go's sentence on what is wrong with it.
///
/// The empty text has no fields.
pub(super) fn fields(text: &str) -> Result<Vec<String>, String> {
    let line = first_line(text);
    if line.is_empty() {
        return if text.is_empty() { Ok(Vec::new()) } else { Err("EOF".to_owned()) };
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, behind) = match rest.strip_prefix('"') {
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
fn first_line(text: &str) -> &str {
    let text = text.trim_start_matches('\n');
    let in_quotes_at = |at: usize| text[..at].matches('"').count() % 2 == 1;
    let end = text.match_indices('\n').map(|(at, _)| at).find(|&at| !in_quotes_at(at));
    text[..end.unwrap_or(text.len())].trim_end_matches('\r')
}

/// A field, and what stands behind its comma; `None` if it was the last.
type Field<'t> = (String, Option<&'t str>);

fn plain_field<'t>(line: &'t str, rest: &'t str) -> Result<Field<'t>, String> {
    let (field, behind) = match rest.split_once(',') {
        Some((field, behind)) => (field, Some(behind)),
        None => (rest, None),
    };
    match field.find('"') {
        Some(at) => Err(error(line, &rest[at..], 0, "bare \" in non-quoted field")),
        None => Ok((field.to_owned(), behind)),
    }
}

fn quoted_field<'t>(line: &'t str, mut rest: &'t str) -> Result<Field<'t>, String> {
    let mut field = String::new();
    loop {
        let Some((part, behind)) = rest.split_once('"') else {
            return Err(error(line, "", 0, "extraneous or missing \" in quoted-field"));
        };
        field.push_str(part);
        match behind.as_bytes().first() {
            None => return Ok((field, None)),
            Some(b',') => return Ok((field, Some(&behind[1..]))),
            Some(b'"') => field.push('"'),
            Some(_) => {
                return Err(error(line, behind, 1, "extraneous or missing \" in quoted-field"));
            }
        }
        rest = &behind[1..];
    }
}

/// Go's sentence for a fault `back` bytes before `rest`, which is the end of `line`.
fn error(line: &str, rest: &str, back: usize, what: &str) -> String {
    let column = line.len() - rest.len() + 1 - back;
    format!("parse error on line 1, column {column}: {what}")
}

#[cfg(test)]
mod tests {
    use super::fields;

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
            assert_eq!(fields(text).unwrap(), expected, "{text:?}");
        }
        assert!(fields("a\"b").is_err());
        assert!(fields("\"a").is_err());
    }
}
