//! What stands behind `#` in the address of a schema.

use super::quoting::quoted;
use go_text_template::data::Failure;
use go_text_template::url::{path_escape, path_unescape};

/// `text` cut at the first `#`; the second part has its escapes undone.
pub(crate) fn split_fragment(text: &str) -> Result<(&str, String), Failure> {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    let fragment = path_unescape(fragment.as_bytes()).map_err(|error| {
        Failure::new(format!("error in parsing {}: {error}", quoted(text.as_bytes())))
    })?;
    Ok((address, String::from_utf8_lossy(&fragment).into_owned()))
}

/// A pointer or anchor as it is written behind `#`.
pub(super) fn escape_fragment(fragment: &[u8]) -> String {
    let tokens: Vec<Vec<u8>> = fragment.split(|byte| *byte == b'/').map(path_escape).collect();
    String::from_utf8_lossy(&tokens.join(&b'/')).into_owned()
}
