//! The templates that know each other by name.

use std::collections::HashMap;
use std::sync::Arc;

use super::ParseError;
use super::ast::{Definition, Parsed};
use crate::data::Str;

/// A file of templates: what was parsed, and the name its messages use.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: Str,
    pub(super) parsed: Arc<Parsed>,
}

/// A template: one definition of a file. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Template {
    file: Arc<File>,
    index: u32,
}

impl Template {
    /// The name it is called by.
    pub fn name(&self) -> &Str {
        self.definition().name.as_ref().unwrap_or(&self.file.name)
    }

    /// The name of the file that defines it.
    pub fn file_name(&self) -> &Str {
        &self.file.name
    }

    /// The text of that file.
    pub fn text(&self) -> &Str {
        &self.file.parsed.text
    }

    pub(super) fn definition(&self) -> &Definition {
        &self.file.parsed.definitions[self.index as usize]
    }
}

/// Templates by name, in the sense of Go's associated templates.
#[derive(Debug, Default)]
pub struct TemplateSet {
    by_name: HashMap<Str, Template>,
}

impl TemplateSet {
    /// A set without templates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the file `name` defines, its own body included.
    ///
    /// A definition replaces an older one of the same name unless it is empty. An error if the file
    /// defines a template of its own name beside a body that is not empty.
    pub fn add(&mut self, name: Str, parsed: Arc<Parsed>) -> Result<(), ParseError> {
        let file = Arc::new(File { name, parsed });
        for index in file.parsed.installed(&file.name)? {
            let template = Template { file: file.clone(), index };
            self.install(template);
        }
        Ok(())
    }

    /// The template `name`.
    pub fn get(&self, name: &[u8]) -> Option<&Template> {
        self.by_name.get(name)
    }

    fn install(&mut self, template: Template) {
        if template.definition().empty && self.by_name.contains_key(template.name().as_bytes()) {
            return;
        }
        self.by_name.insert(template.name().clone(), template);
    }
}
