//! `chart rules`: what is looked for; and what other commands find by these rules.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use super::rule_settings::Settings;
use super::{Error, Session};
use crate::faults::page;
use crate::model::{self, Chart};
use crate::pipeline::Made;
use crate::rules::{self, Choice, Finding, RULES, Severity, Subject, UnknownRule};
use crate::values::{self, Marks, ReadFile};
use go_text_template::data::{Failure, TreeMap};
use go_text_template::diagnostics::{Snippet, Source, write_styled};

/// What `rules` was asked for.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// A rule, or the code of a fault.
    pub name: Option<String>,
}

/// Lists the rules, or writes the page of one, or what a fault's code means.
pub fn run(args: &Args, session: &mut Session<'_>) -> Result<(), Error> {
    let text = match &args.name {
        None => list(),
        Some(name) => match (rules::rule(name), page(name)) {
            (Some(rule), _) => rule.page.to_owned(),
            (None, Some(page)) => format!("## {}\n", page.trim_end()),
            (None, None) => return Err(Failure::from(UnknownRule(name.clone()).message()).into()),
        },
    };
    session.out.write_all(text.as_bytes()).map_err(Error::Stdout)
}

fn list() -> String {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in RULES {
        let star = if rule.is_usual { '*' } else { ' ' };
        let _ = writeln!(text, "{:width$} {star} {}", rule.name, rule.summary);
    }
    text
}

/// A release, and where its values come from.
pub(super) struct Release<'r> {
    /// The chart as it was loaded.
    pub(super) chart: &'r Chart,
    /// Where that is.
    pub(super) path: &'r Path,
    /// The flags that give values.
    pub(super) flags: &'r values::Flags,
    /// The values that they give.
    pub(super) supplied: &'r Arc<TreeMap>,
    /// What came of it.
    pub(super) made: &'r Made,
    /// Whether somebody else looks for what is wrong with the documents alone.
    pub(super) documents_are_checked: bool,
}

/// What rules have found, to be told.
#[derive(Default)]
pub(super) struct Findings(Vec<(Severity, Finding)>);

impl Findings {
    /// What the rules of `choice` find in `release`.
    pub(super) fn of(
        choice: &Choice,
        release: &Release<'_>,
        files: &mut dyn ReadFile,
        session: &Session<'_>,
    ) -> Result<Self, Error> {
        if choice.is_empty() {
            return Ok(Self::default());
        }
        let Release { chart, path, flags, supplied, made, documents_are_checked } = release;
        let marks = Marks::new(chart, flags, supplied, files, session.compat)?;
        let mut subject = Subject::new(chart, &marks, made, session.world);
        subject.documents_are_checked = *documents_are_checked;
        let name = path.join("Chart.yaml");
        let chart_file = model::read_file(name.as_os_str().as_encoded_bytes());
        subject.chart_file = chart_file.ok().map(|text| Source::new("Chart.yaml", &text));
        Ok(Self(rules::find(choice, &subject)))
    }

    /// Those that `settings` do not say to be meant so.
    pub(super) fn without(mut self, settings: &Settings) -> Self {
        self.0.retain(|(_, finding)| !settings.ignores(finding));
        self
    }

    /// Writes them to standard error: in their sources if faults are shown so, else one a line.
    pub(super) fn tell(&self, session: &mut Session<'_>) {
        for (severity, finding) in &self.0 {
            let text = match session.diagnostics {
                true => pictured(*severity, finding),
                false => line(*severity, finding),
            };
            let _ = write_styled(session.err, &text);
        }
    }

    /// Tells all and fails, if one of them is denied.
    pub(super) fn check(&self, session: &mut Session<'_>) -> Result<(), Error> {
        let denied = self.0.iter().filter(|(severity, _)| *severity == Severity::Error).count();
        if denied == 0 {
            return Ok(());
        }
        self.tell(session);
        let things =
            if denied == 1 { "1 thing that is" } else { &*format!("{denied} things that are") };
        Err(Error::said(format!("rules have found {things} denied")))
    }
}

fn head(severity: Severity, finding: &Finding) -> String {
    format!("{}[{}]: {}", severity.name(), finding.rule, finding.message)
}

fn line(severity: Severity, finding: &Finding) -> String {
    let mut text = head(severity, finding);
    if !finding.help.is_empty() {
        let _ = write!(text, "; {}", finding.help);
    }
    if let Some(place) = &finding.place {
        let _ = write!(text, " --> {place}");
    }
    for (what, place) in &finding.others {
        let _ = write!(text, " ({what}: {place})");
    }
    text + "\n"
}

fn pictured(severity: Severity, finding: &Finding) -> String {
    let mut text = head(severity, finding) + "\n";
    if let Some(place) = &finding.place {
        let snippet = Snippet { source: &place.source, span: place.span, label: "" };
        let _ = write!(text, "{snippet}");
    }
    for (what, place) in &finding.others {
        let snippet = Snippet { source: &place.source, span: place.span, label: "" };
        let _ = write!(text, "  {what}\n{snippet}");
    }
    if !finding.help.is_empty() {
        let _ = writeln!(text, "  hint: {}", finding.help);
    }
    text
}
