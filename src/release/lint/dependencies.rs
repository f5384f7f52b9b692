//! The rules for what Chart.yaml names and what charts/ has.

use std::collections::BTreeSet;

use super::finding::{Findings, Severity, line_of};
use super::subject::Subject;
use crate::model::{Chart, Dependency};
use go_text_template::data::{Failure, Str};

/// A rule: how bad, its name, and what it finds.
type Rule = (Severity, &'static str, fn(&Chart) -> Result<(), Failure>);

static RULES: &[Rule] = &[
    (Severity::Error, "dependencies-in-metadata", in_metadata),
    (Severity::Error, "dependencies-unique", unique),
    (Severity::Warning, "dependencies-in-charts", in_charts),
];

pub(super) fn lint(subject: &Subject, found: &mut Findings) {
    let chart = match &subject.chart {
        Ok(chart) => chart,
        Err(error) => {
            let failure = Failure::from(format!("unable to load chart\n\t{error}"));
            found.take(Severity::Error, "chart-loads", "", None, Err(failure));
            return;
        }
    };
    let folder = subject.folder.to_str_lossy();
    let text = subject.chart_text.clone().unwrap_or_default();
    let line = line_of(&text, &["dependencies"]);
    for (severity, rule, check) in RULES {
        if !found.take(*severity, rule, &folder, line, check(chart))
            && let Some(message) = found.messages.last_mut()
        {
            message.file = line.map(|_| "Chart.yaml".to_owned());
        }
    }
}

fn in_metadata(chart: &Chart) -> Result<(), Failure> {
    let is_named = |subchart: &&Chart| {
        chart.metadata.dependencies.iter().any(|named| named.name == *subchart.name())
    };
    let missing = chart.dependencies.iter().filter(|subchart| !is_named(subchart));
    complain("chart metadata is missing these dependencies", missing.map(Chart::name))
}

fn unique(chart: &Chart) -> Result<(), Failure> {
    let mut known = BTreeSet::new();
    let names = chart.metadata.dependencies.iter().map(Dependency::known_as);
    complain("multiple dependencies with name or alias", names.filter(|name| !known.insert(*name)))
}

fn in_charts(chart: &Chart) -> Result<(), Failure> {
    let is_there = |dependency: &&Dependency| {
        chart.dependencies.iter().any(|subchart| *subchart.name() == dependency.name)
    };
    let missing = chart.metadata.dependencies.iter().filter(|named| !is_there(named));
    complain("chart directory is missing these dependencies", missing.map(|named| &named.name))
}

fn complain<'n>(what: &str, names: impl Iterator<Item = &'n Str>) -> Result<(), Failure> {
    let names: Vec<String> = names.map(ToString::to_string).collect();
    if names.is_empty() { Ok(()) } else { Err(format!("{what}: {}", names.join(",")).into()) }
}
