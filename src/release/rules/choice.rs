//! Which rules are looked at, and how bad it is what they find.

use super::{RULES, rule};
use go_text_template::diagnostics::closest;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It is told.
    Warning,
    /// It is told, and the command fails.
    Error,
}

impl Severity {
    /// The word that stands in front of a finding.
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A name that no rule has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule(pub String);

impl UnknownRule {
    /// What is said about it.
    pub fn message(&self) -> String {
        let Self(name) = self;
        let text = format!("there is no rule {name:?}");
        match closest(name, RULES.iter().map(|rule| rule.name)) {
            Some(meant) => format!("{text}; did you mean {meant}?"),
            None => format!("{text}; `chart rules` lists them"),
        }
    }
}

/// The rules that are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice(Vec<(&'static str, Option<Severity>)>);

impl Choice {
    /// The rules that people are warned of who did not ask.
    pub fn usual() -> Self {
        let usual = RULES.iter().filter(|rule| rule.is_usual);
        Self(usual.map(|rule| (rule.name, Some(Severity::Warning))).collect())
    }

    /// Looks at the rule `name`, or at `all`; what was said of it before does not count any more.
    pub fn set(&mut self, name: &str, severity: Severity) -> Result<(), UnknownRule> {
        self.put(name, Some(severity))
    }

    /// Does not look at the rule `name`, or at any.
    pub fn leave_out(&mut self, name: &str) -> Result<(), UnknownRule> {
        self.put(name, None)
    }

    fn put(&mut self, name: &str, severity: Option<Severity>) -> Result<(), UnknownRule> {
        if name == "all" {
            self.0 = RULES.iter().map(|rule| (rule.name, severity)).collect();
            return Ok(());
        }
        let rule = rule(name).ok_or_else(|| UnknownRule(name.to_owned()))?;
        self.0.retain(|(known, _)| *known != rule.name);
        self.0.push((rule.name, severity));
        Ok(())
    }

    /// The choice, and what `other` says where this one says nothing.
    pub fn over(mut self, other: Self) -> Self {
        let is_new = |name: &str| self.0.iter().all(|(known, _)| *known != name);
        let more: Vec<_> = other.0.into_iter().filter(|(name, _)| is_new(name)).collect();
        self.0.extend(more);
        self
    }

    /// How bad it is what the rule `name` finds; nothing if it is not looked at.
    pub fn of(&self, name: &str) -> Option<Severity> {
        self.0.iter().find(|(known, _)| *known == name).and_then(|(_, severity)| *severity)
    }

    /// Whether no rule is looked at.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, severity)| severity.is_none())
    }
}
