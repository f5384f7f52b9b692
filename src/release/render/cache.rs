//! Parsed templates that outlive a render.

use super::{Error, context, set_of};
use go_text_template::Compat;
use go_text_template::data::ByText;
use go_text_template::template::{self, Parsed, TemplateSet};

/// The most text of templates that is remembered, in bytes; parsed it takes several times as much.
const MOST_TEXT: usize = 16 << 20;

/// What renders of several releases have in common: templates by their text. Threads can share it.
#[derive(Debug)]
pub struct Cache {
    /// Which functions a template may call depends on the Helm that is equalled.
    helm3: ByText<Parsed>,
    helm4: ByText<Parsed>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { helm3: ByText::new(MOST_TEXT), helm4: ByText::new(MOST_TEXT) }
    }
}

impl Cache {
    /// All `files` in one set, those parsed that are not known yet.
    pub(super) fn templates(
        &self,
        files: &[context::Template],
        lookup: &template::Functions<'_>,
        compat: Compat,
    ) -> Result<TemplateSet, Error> {
        let known = match compat {
            Compat::Helm3 => &self.helm3,
            Compat::Helm4 => &self.helm4,
        };
        let parsed = files.iter().map(|file| match known.get(&file.text) {
            Some(parsed) => Ok(parsed),
            None => Ok(known.add(&file.text, template::parse(&file.text, lookup)?)),
        });
        set_of(files, parsed)
    }
}
