//! The names that a release can have.

use super::{Code, Failed};
use go_text_template::Compat;
use go_text_template::data::Str;

/// The longest name: room for what Kubernetes' own names add.
const MAX_LENGTH: usize = 53;
/// The form of names, as Helm's message has it.
const FORM: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// Refuses a name that cannot be part of Kubernetes' names.
pub(super) fn check(name: &Str, compat: Compat) -> Result<(), Failed> {
    if name.len() <= MAX_LENGTH && name.split(|&byte| byte == b'.').all(is_label) {
        return Ok(());
    }
    let what = match name.is_empty() {
        true => "no name provided".to_owned(),
        false => format!(
            "invalid release name, must match regex {FORM} and the length must not be longer than \
             {MAX_LENGTH}"
        ),
    };
    let context = if compat.is_helm3() { "" } else { "release name check failed: " };
    let name = name.to_string();
    Err(Failed::new(Code::ReleaseName, format!("{context}release name {name:?}: {what}")))
}

/// True for lower-case letters, digits and dashes that neither begin nor end with a dash.
fn is_label(part: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    part.first().is_some_and(is_letter)
        && part.last().is_some_and(is_letter)
        && part.iter().all(|byte| is_letter(byte) || *byte == b'-')
}
