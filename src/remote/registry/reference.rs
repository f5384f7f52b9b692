//! References: `oci://host:port/path/name:tag@digest`.

use std::fmt;

use go_text_template::data::quoted;
use go_text_template::url::Url;

/// A reference in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// The host, with its port.
    pub registry: String,
    /// The path to the repository.
    pub repository: String,
    /// The tag; a plus has become an underscore.
    pub tag: String,
    /// The digest; Helm does not look at what it is.
    pub digest: String,
}

/// Why a text is no reference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "Display says what each is")]
pub enum BadReference {
    NoRepository,
    Registry(String),
    Repository(String),
    Tag(String),
    Digest(String),
}

impl fmt::Display for BadReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| quoted(text.as_bytes());
        f.write_str("invalid reference: ")?;
        match self {
            Self::NoRepository => f.write_str("missing registry or repository"),
            Self::Registry(text) => write!(f, "invalid registry {}", quoted(text)),
            Self::Repository(text) => write!(f, "invalid repository {}", quoted(text)),
            Self::Tag(text) => write!(f, "invalid tag {}", quoted(text)),
            Self::Digest(text) => {
                write!(f, "invalid digest {}: {}", quoted(text), digest_fault(text))
            }
        }
    }
}

impl std::error::Error for BadReference {}

/// True for addresses of registries.
pub fn is_oci(text: &str) -> bool {
    text.starts_with("oci://")
}

impl Reference {
    /// Reads `text`, with or without `oci://`, as Helm reads it.
    pub fn parse(text: &str) -> Result<Self, BadReference> {
        let text = text.strip_prefix("oci://").unwrap_or(text);
        let (text, digest) = text.rsplit_once('@').unwrap_or((text, ""));
        let mut text = text.to_owned();
        if let Some((_, tag)) = text.rsplit_once(':')
            && !tag.is_empty()
            && !tag.contains('/')
        {
            // Helm replaces the tag's text wherever it stands.
            text = text.replace(tag, &tag.replace('+', "_"));
        }
        Ok(Self { digest: digest.to_owned(), ..Self::parse_tagged(&text)? })
    }

    /// Reads `host/path:tag` without the licence that Helm takes.
    pub fn parse_tagged(text: &str) -> Result<Self, BadReference> {
        let (registry, path) = text.split_once('/').ok_or(BadReference::NoRepository)?;
        let (path, digest) = path.split_once('@').unwrap_or((path, ""));
        let (repository, tag) = path.split_once(':').unwrap_or((path, ""));
        let reference = Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: if digest.is_empty() { tag.to_owned() } else { String::new() },
            digest: digest.to_owned(),
        };
        reference.check()?;
        Ok(reference)
    }

    fn check(&self) -> Result<(), BadReference> {
        check_registry(&self.registry)?;
        if !is_repository(&self.repository) {
            return Err(BadReference::Repository(self.repository.clone()));
        }
        if !self.tag.is_empty() && !is_tag(&self.tag) {
            return Err(BadReference::Tag(self.tag.clone()));
        }
        if !self.digest.is_empty() && !is_digest(&self.digest) {
            return Err(BadReference::Digest(self.digest.clone()));
        }
        Ok(())
    }

    /// The host that is called: Docker's registry has another one than its name.
    pub fn host(&self) -> &str {
        if self.registry == "docker.io" { "registry-1.docker.io" } else { &self.registry }
    }

    /// The tag, or else the digest.
    pub fn target(&self) -> &str {
        if self.tag.is_empty() { &self.digest } else { &self.tag }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, repository, tag, digest } = self;
        match tag.as_str() {
            "" => write!(f, "{registry}/{repository}@{digest}"),
            tag => write!(f, "{registry}/{repository}:{tag}"),
        }
    }
}

/// A host, maybe with a port, and nothing else.
pub(super) fn check_registry(text: &str) -> Result<(), BadReference> {
    let url = Url::parse(format!("dummy://{text}").as_bytes());
    match url {
        Ok(url) if !text.is_empty() && url.host == *text => Ok(()),
        _ => Err(BadReference::Registry(text.to_owned())),
    }
}

/// `[a-z0-9]+` with single `.`, `_`, `__` or any number of `-` between, parts joined by `/`.
fn is_repository(text: &str) -> bool {
    text.split('/').all(is_path_part)
}

fn is_path_part(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let words: Vec<&str> = text.split(|letter| !is_plain(letter)).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    if first.is_empty() || last.is_empty() {
        return false;
    }
    let separators = text.split(is_plain).filter(|separator| !separator.is_empty());
    separators.into_iter().all(|separator| {
        matches!(separator, "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-')
    })
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut bytes = text.bytes();
    text.len() <= 128
        && bytes.next().is_some_and(is_word)
        && bytes.all(|byte| is_word(byte) || byte == b'.' || byte == b'-')
}

/// What is wrong with a digest that is none.
fn digest_fault(text: &str) -> &'static str {
    const FORM: &str = "invalid checksum digest format";
    let Some((algorithm, encoded)) = text.split_once(':') else { return FORM };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => {
            let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let mut words = algorithm.split(['.', '+', '_', '-']);
            let is_name = words.all(|word| !word.is_empty() && word.bytes().all(is_word));
            let is_code = |byte: u8| byte.is_ascii_alphanumeric() || b"=_-".contains(&byte);
            return match is_name && !encoded.is_empty() && encoded.bytes().all(is_code) {
                true => "unsupported digest algorithm",
                false => FORM,
            };
        }
    };
    match encoded.len() {
        0 => FORM,
        found if found != length => "invalid checksum digest length",
        _ => FORM,
    }
}

/// The digests that this program can verify.
pub(super) fn is_digest(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match text.split_once(':') {
        Some(("sha256", hex)) => hex.len() == 64 && is_hex(hex),
        Some(("sha512", hex)) => hex.len() == 128 && is_hex(hex),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_helm_reads_them() {
        let read = |text: &str| match Reference::parse(text) {
            Ok(reference) => reference.to_string(),
            Err(error) => error.to_string(),
        };
        for (text, expected) in [
            ("oci://h:5000/a/b:1.0.0+x", "h:5000/a/b:1.0.0_x"),
            ("h/a/b__c-d.e:v", "h/a/b__c-d.e:v"),
            ("h/a@sha256:zz", "h/a@sha256:zz"),
            ("h/a:1@sha256:zz", "h/a:1"),
            ("h", "invalid reference: missing registry or repository"),
            ("h/A", "invalid reference: invalid repository \"A\""),
            ("h/a..b", "invalid reference: invalid repository \"a..b\""),
            ("h/a/", "invalid reference: invalid repository \"a/\""),
            ("h/a:x y", "invalid reference: invalid tag \"x y\""),
            ("/a", "invalid reference: invalid registry \"\""),
            ("u@h/a:1", "invalid reference: missing registry or repository"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
