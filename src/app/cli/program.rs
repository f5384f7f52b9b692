//! What is known of the program before its flags are.

use std::ffi::OsString;
use std::path::Path;

use super::color::Colors;
use super::process::{Process, last_value};
use go_text_template::Compat;

/// What is known of the program before its flags are.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// The name it was started under, without its folder.
    pub(super) name: String,
    /// The word that it was started by.
    pub(super) started_as: String,
    pub(super) compat: Compat,
    pub(super) colors: Colors,
    /// Whether standard error is a terminal.
    on_terminal: bool,
}

impl Program {
    /// What words, environment and streams say.
    pub(super) fn of(process: &Process<'_>) -> Self {
        let started_as = process.words.first().map_or("chart".as_ref(), OsString::as_os_str);
        let name = Path::new(started_as).file_stem().unwrap_or_default();
        let compat = last_value("--compat", &process.words);
        let compat = compat.or_else(|| process.environment.get("CHART_COMPAT"));
        Self {
            name: name.to_string_lossy().into_owned(),
            started_as: started_as.to_string_lossy().into_owned(),
            compat: compat.and_then(Compat::from_name).unwrap_or_default(),
            colors: Colors::of(process),
            on_terminal: process.err_is_terminal,
        }
    }

    /// What is said behind a complaint about a word when `similar` was perhaps meant. In pipes
    /// complaints are Helm's to the byte.
    pub(super) fn hint(&self, similar: &str) -> Option<String> {
        self.helps().then(|| format!("\n  hint: did you mean `{similar}`?"))
    }

    /// True if people who made a mistake are told more than Helm tells them.
    pub(super) fn helps(&self) -> bool {
        self.on_terminal && !self.is_helm()
    }

    /// True if the program stands in for Helm.
    pub(super) fn is_helm(&self) -> bool {
        self.name == "helm"
    }
}
