//! The templates that know each other by name.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use smallvec::SmallVec;

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

    pub(super) fn parsed(&self) -> &Parsed {
        &self.file.parsed
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

    /// The names of all templates.
    pub fn names(&self) -> impl Iterator<Item = &Str> {
        self.by_name.keys()
    }

    fn install(&mut self, template: Template) {
        if template.definition().empty && self.by_name.contains_key(template.name().as_bytes()) {
            return;
        }
        self.by_name.insert(template.name().clone(), template);
    }
}

/// What a text that is executed during a render defines, in front of what was there before.
#[derive(Debug)]
pub(super) struct Overlay {
    pub(super) parent: Option<Rc<Self>>,
    /// One more than its parent's.
    pub(super) level: u32,
    templates: SmallVec<[Template; 1]>,
    /// Which of them has the name of the text.
    main: usize,
}

impl Overlay {
    /// The definitions of `parsed`, a file called `name`; `is_known` tells what was there before.
    pub(super) fn new(
        name: &Str,
        parsed: Arc<Parsed>,
        parent: Option<Rc<Self>>,
        is_known: impl Fn(&[u8]) -> bool,
    ) -> Result<Self, ParseError> {
        let file = Arc::new(File { name: name.clone(), parsed });
        let level = parent.as_ref().map_or(0, |parent| parent.level) + 1;
        let mut overlay = Self { parent, level, templates: SmallVec::new(), main: 0 };
        for index in file.parsed.installed(&file.name)? {
            let template = Template { file: file.clone(), index };
            let is_main = template.name() == name;
            if is_main {
                overlay.main = overlay.templates.len();
            } else if template.definition().empty && is_known(template.name()) {
                continue;
            }
            overlay.templates.push(template);
        }
        Ok(overlay)
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<&Template> {
        self.templates.iter().find(|template| template.name().as_bytes() == name)
    }

    /// The template that has the name of the text.
    pub(super) fn main(&self) -> Template {
        self.templates[self.main].clone()
    }
}
