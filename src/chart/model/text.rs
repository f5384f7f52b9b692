//! The text of values files: byte order marks, and documents behind one another.

use std::sync::Arc;

use super::error::DecodeError;
use go_text_template::Compat;
use go_text_template::data::{Str, Tree, TreeMap};
use go_text_template::yaml::{self, ANY_MAP};

/// `text` without the byte order mark at its start.
pub(super) fn without_mark(text: Str) -> Str {
    if text.starts_with(b"\xef\xbb\xbf") { text.slice(3..) } else { text }
}

/// The values of a values file: its first document in Helm 3, all of them merged in Helm 4.
pub fn read_values(text: &Str, compat: Compat) -> Result<Arc<TreeMap>, DecodeError> {
    match compat {
        Compat::Helm3 => read_table(text),
        Compat::Helm4 => {
            let mut merged = Arc::default();
            for document in documents(text)? {
                merged = merge(merged, read_table(&document)?);
            }
            Ok(merged)
        }
    }
}

/// A YAML text whose top is a table, or nothing at all.
fn read_table(text: &Str) -> Result<Arc<TreeMap>, DecodeError> {
    match yaml::read_as(text, &ANY_MAP).map_err(DecodeError::Yaml)? {
        Tree::Map(map) => Ok(map),
        _ => Ok(Arc::default()),
    }
}

/// The documents of `text`, as Helm 4 splits them: at lines that begin with `---`, wherever they
/// are, and with LF behind each line.
fn documents(text: &Str) -> Result<Vec<Str>, DecodeError> {
    let is_plain = !text.contains(&b'\r') && !text.starts_with(b"---") && !has_separator(text);
    if is_plain && (text.is_empty() || text.ends_with(b"\n")) {
        return Ok(if text.is_empty() { Vec::new() } else { vec![text.clone()] });
    }
    let mut documents = Vec::new();
    let mut current: Vec<u8> = Vec::new();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    for line in text.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(behind) = line.strip_prefix(b"---") {
            let behind = bstr::ByteSlice::trim(behind);
            if !behind.is_empty() && !behind.starts_with(b"#") {
                return Err(DecodeError::Separator(behind.into()));
            }
            if !current.is_empty() {
                documents.push(std::mem::take(&mut current).into());
                continue;
            }
        }
        current.extend_from_slice(line);
        current.push(b'\n');
    }
    documents.push(current.into());
    Ok(documents)
}

fn has_separator(text: &Str) -> bool {
    bstr::ByteSlice::find(text.as_bytes(), b"\n---").is_some()
}

/// `over` merged into `under`: tables key by key, anything else replaced.
pub fn merge(under: Arc<TreeMap>, over: Arc<TreeMap>) -> Arc<TreeMap> {
    if under.is_empty() {
        return over;
    }
    if over.is_empty() {
        return under;
    }
    let mut merged = under;
    let target = Arc::make_mut(&mut merged);
    for (key, value) in over.iter() {
        let value = match (target.get(key), value) {
            (Some(Tree::Map(old)), Tree::Map(new)) => Tree::Map(merge(old.clone(), new.clone())),
            _ => value.clone(),
        };
        target.insert(key.clone(), value);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helm_4_merges_all_documents() {
        let text = Str::from("a: 1\nb: {c: 1}\n---\nb: {d: 1}\n--- # x\n\n---\n---\nz: 1");
        let keys = |compat| {
            let values = read_values(&text, compat).expect("the text is fine");
            values.iter().map(|(key, _)| key.to_string()).collect::<String>()
        };
        assert_eq!(keys(Compat::Helm3), "ab");
        assert_eq!(keys(Compat::Helm4), "abz");
        let error = read_values(&"a: 1\n---foo\n".into(), Compat::Helm4).expect_err("no separator");
        assert_eq!(error.to_string(), "invalid Yaml document separator: foo");
    }
}
