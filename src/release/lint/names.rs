//! Names of Kubernetes' objects: what each kind allows, and Kubernetes' words about the rest.

use go_text_template::data::quoted;

/// What a kind allows its names to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Subdomain,
    /// A label that may begin with a digit.
    Label,
    /// A label that begins with a letter.
    LetterLabel,
    PathSegment,
    Anything,
}

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const LETTER_LABEL: &str = "[a-z]([-a-z0-9]*[a-z0-9])?";
const MOST_OF_SUBDOMAIN: usize = 253;
const MOST_OF_LABEL: usize = 63;

/// What is wrong with `name` as that of an object of this kind.
pub(super) fn fault(kind: &str, name: &str) -> Option<String> {
    let form = form(kind);
    let mut faults = Vec::new();
    let most = match form {
        Form::Subdomain => MOST_OF_SUBDOMAIN,
        Form::Label | Form::LetterLabel => MOST_OF_LABEL,
        Form::PathSegment | Form::Anything => usize::MAX,
    };
    if name.len() > most {
        faults.push(format!("must be no more than {most} characters"));
    }
    faults.extend(wrong_form(form, name));
    let quoted = quoted(name.as_bytes());
    let faults: Vec<String> = faults
        .into_iter()
        .map(|fault| format!("metadata.name: Invalid value: {quoted}: {fault}"))
        .collect();
    let list = match faults.as_slice() {
        [] => return None,
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Some(format!(
        "object name does not conform to Kubernetes naming requirements: {quoted}: {list}"
    ))
}

fn form(kind: &str) -> Form {
    match kind.to_lowercase().as_str() {
        "service" => Form::LetterLabel,
        "namespace" => Form::Label,
        "certificatesigningrequest" => Form::Anything,
        "role" | "clusterrole" | "rolebinding" | "clusterrolebinding" => Form::PathSegment,
        _ => Form::Subdomain,
    }
}

fn wrong_form(form: Form, name: &str) -> Vec<String> {
    let one = |text: String| vec![text];
    match form {
        Form::Subdomain if !is_subdomain(name) => one(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '-' or '.', and must start and end with an alphanumeric character (e.g. \
             'example.com', regex used for validation is '{LABEL}(\\.{LABEL})*')"
        )),
        Form::Label if !is_label(name) && is_subdomain(name) => {
            one("must not contain dots".to_owned())
        }
        Form::Label if !is_label(name) => one(format!(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', \
             and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', \
             regex used for validation is '{LABEL}')"
        )),
        Form::LetterLabel
            if !(is_label(name) && name.starts_with(|c: char| c.is_ascii_lowercase())) =>
        {
            one(format!(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start \
                 with an alphabetic character, and end with an alphanumeric character (e.g. \
                 'my-name',  or 'abc-123', regex used for validation is '{LETTER_LABEL}')"
            ))
        }
        Form::PathSegment if name == "." || name == ".." => one(format!("may not be '{name}'")),
        Form::PathSegment => {
            let found = ["/", "%"].into_iter().filter(|part| name.contains(part));
            found.map(|part| format!("may not contain '{part}'")).collect()
        }
        _ => Vec::new(),
    }
}

fn is_subdomain(name: &str) -> bool {
    name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = label.as_bytes();
    bytes.first().is_some_and(is_letter)
        && bytes.last().is_some_and(is_letter)
        && bytes.iter().all(|byte| is_letter(byte) || *byte == b'-')
}
