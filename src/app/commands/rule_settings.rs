//! `.chart.yaml`: which rules are looked at in a chart, and what is meant as it is.

use std::path::Path;

use super::{Error, Session};
use crate::model;
use crate::rules::{Choice, Finding, Severity};
use go_text_template::data::{Failure, Tree};
use go_text_template::yaml;

/// What the file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    rules: Choice,
    ignored: Vec<Ignored>,
}

/// What a rule need not tell.
#[derive(Clone, Debug)]
struct Ignored {
    rule: String,
    /// A file or folder below the chart; empty for all.
    path: String,
}

const NAME: &str = ".chart.yaml";

impl Settings {
    /// What holds for the chart at `path`: the file beside its Chart.yaml, or the nearest above, up to
    /// the repository's root. Nothing, if it is not wanted.
    pub(super) fn of(path: &Path, is_wanted: bool) -> Result<Self, Error> {
        let absolute = std::path::absolute(path).ok().filter(|_| is_wanted);
        for folder in absolute.iter().flat_map(|path| path.ancestors()) {
            let file = folder.join(NAME);
            if file.is_file() {
                return Self::read(&file);
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(Self::default())
    }

    fn read(file: &Path) -> Result<Self, Error> {
        let text = model::read_file(file.as_os_str().as_encoded_bytes())?;
        let wrong = |why: String| Error::from(Failure::from(format!("{}: {why}", file.display())));
        let tree = yaml::read(&text).map_err(|error| wrong(error.problem().to_owned()))?;
        Self::of_tree(&tree).map_err(wrong)
    }

    fn of_tree(tree: &Tree) -> Result<Self, String> {
        let mut settings = Self::default();
        if let Some(Tree::Map(rules)) = tree.at(&["rules"]) {
            for (name, severity) in rules.iter() {
                settings.set(&name.to_str_lossy(), severity)?;
            }
        }
        if let Some(Tree::List(entries)) = tree.at(&["ignore"]) {
            for entry in entries.iter() {
                settings.ignored.push(Ignored::of(entry)?);
            }
        }
        Ok(settings)
    }

    fn set(&mut self, name: &str, severity: &Tree) -> Result<(), String> {
        let severity = match severity {
            Tree::String(word) if *word == "error" => Some(Severity::Error),
            Tree::String(word) if *word == "warning" => Some(Severity::Warning),
            Tree::String(word) if *word == "off" => None,
            Tree::Bool(false) => None,
            _ => return Err(format!("the rule {name} is to be error, warning or off")),
        };
        match severity {
            Some(severity) => self.rules.set(name, severity),
            None => self.rules.leave_out(name),
        }
        .map_err(|unknown| unknown.message())
    }

    /// The rules that are looked at: what `flags` say, then what the file says, and the usual ones where
    /// faults are shown in their source.
    pub(super) fn rules(&self, flags: &Choice, session: &Session<'_>) -> Choice {
        let usual = if session.diagnostics { Choice::usual() } else { Choice::default() };
        flags.clone().over(self.rules.clone()).over(usual)
    }

    /// Whether a finding is meant so.
    pub(super) fn ignores(&self, finding: &Finding) -> bool {
        self.ignored.iter().any(|ignored| ignored.covers(finding))
    }
}

impl Ignored {
    fn of(entry: &Tree) -> Result<Self, String> {
        let text = |key: &str| match entry.at(&[key]) {
            Some(Tree::String(text)) => Some(text.to_string()),
            _ => None,
        };
        let rule = text("rule").ok_or("an entry of ignore has no rule")?;
        if text("reason").is_none_or(|reason| reason.trim().is_empty()) {
            return Err(format!("the entry of ignore for {rule} has no reason"));
        }
        Choice::default().set(&rule, Severity::Warning).map_err(|unknown| unknown.message())?;
        Ok(Self { rule, path: text("path").unwrap_or_default() })
    }

    fn covers(&self, finding: &Finding) -> bool {
        let is_rule = self.rule == "all" || self.rule == finding.rule;
        let path = self.path.trim_matches('/');
        let is_within = finding.place.as_ref().is_some_and(|place| {
            let name = place.source.name();
            let below_chart = name.split_once('/').map_or(name, |(_, below)| below);
            [name, below_chart].iter().any(|name| Path::new(name).starts_with(path))
        });
        is_rule && (path.is_empty() || is_within)
    }
}
