//! How texts are quoted in messages.

/// `text` as a Go string literal in double quotes.
pub(super) fn quoted(text: &[u8]) -> String {
    go_text_template::data::quoted(text)
}

/// `text` in single quotes, for messages that may themselves be quoted.
pub(super) fn single_quoted(text: &[u8]) -> String {
    // The quotes around the text take part in the first replacement, as in the original.
    let quoted = quoted(text).replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{}'", &quoted[1..quoted.len() - 1])
}

/// The texts in single quotes, with commas between them.
pub(super) fn listed<T: AsRef<[u8]>>(texts: &[T]) -> String {
    texts.iter().map(|text| single_quoted(text.as_ref())).collect::<Vec<_>>().join(", ")
}
