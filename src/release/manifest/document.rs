//! A document that templates wrote.

use go_text_template::data::Str;

/// One YAML document of a rendered file.
#[derive(Clone, Debug)]
pub struct Document {
    /// The path of the template that it came from.
    pub path: Str,
    /// Where its text begins in the file's.
    pub offset: usize,
    /// Its text, trimmed as Helm does it.
    pub content: Str,
    /// `kind`; empty if there is none.
    pub kind: Str,
    /// `apiVersion`; empty if there is none.
    pub api_version: Str,
    /// `metadata.name`; empty if there is none.
    pub name: Str,
}
