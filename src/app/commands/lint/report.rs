//! What was found, for people and for machines. docs/lint.md describes the formats.

use super::{Args, Run, Verdict};
use crate::faults::forms::{self, Record};
use crate::faults::{self, Fault, Kind, Note, Place, kind};
use crate::files;
use crate::lint::{Message, Severity};
use go_text_template::diagnostics::{Source, Span};
use serde_json::{Value, json};
use std::path::Path;

/// How findings are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Helm's lines.
    #[default]
    Text,
    /// A JSON document of our own.
    Json,
    /// The Static Analysis Results Interchange Format, which code hosts read.
    Sarif,
    /// Commands of a workflow of GitHub's, which shows them beside the lines.
    Github,
    /// The XML that servers for tests read.
    Junit,
}

/// All findings as one text.
pub(super) fn report(verdicts: &[Verdict], args: &Args) -> String {
    match args.format {
        Format::Text => text(verdicts, args),
        Format::Json => format!("{:#}\n", json_report(verdicts, args)),
        Format::Sarif => format!("{:#}\n", forms::sarif(&records(verdicts, args))),
        Format::Github => records(verdicts, args).iter().map(forms::github).collect(),
        Format::Junit => forms::junit("chart lint", &records(verdicts, args)),
    }
}

/// The messages that are told at all.
fn told<'v>(verdict: &'v Verdict, args: &Args) -> impl Iterator<Item = &'v Message> {
    let quiet = args.quiet;
    let messages = verdict.messages.iter();
    messages.filter(move |message| !quiet || message.severity > Severity::Info)
}

fn text(verdicts: &[Verdict], args: &Args) -> String {
    let mut text = String::new();
    for verdict in verdicts.iter().filter(|verdict| !args.quiet || verdict.has_warnings()) {
        let Run { path, values_file, .. } = &verdict.run;
        let path = path.display();
        let with = values_file.as_ref().map_or_else(String::new, |file| format!(" with {file}"));
        text.push_str(&format!("==> Linting {path}{with}\n"));
        if let Some(refusal) = &verdict.refusal {
            text.push_str(&format!("Error {refusal}\n"));
        }
        for message in told(verdict, args) {
            let Message { severity, path, text: what, .. } = message;
            text.push_str(&format!("[{}] {path}: {what}\n", severity.name()));
        }
        text.push('\n');
    }
    text
}

fn json_report(verdicts: &[Verdict], args: &Args) -> Value {
    let charts: Value = verdicts.iter().map(|verdict| json_verdict(verdict, args)).collect();
    let failed = verdicts.iter().filter(|verdict| verdict.failed).count();
    json!({ "charts": charts, "failed": failed, "linted": verdicts.len() })
}

fn json_verdict(verdict: &Verdict, args: &Args) -> Value {
    let Run { path, values_file, .. } = &verdict.run;
    let message = |message: &Message| {
        json!({
            "file": message.file,
            "line": message.line,
            "path": message.path,
            "rule": message.rule,
            "severity": message.severity.name().to_lowercase(),
            "text": message.text,
        })
    };
    json!({
        "error": verdict.refusal,
        "failed": verdict.failed,
        "messages": told(verdict, args).map(message).collect::<Value>(),
        "path": path.display().to_string(),
        "values": values_file,
    })
}

/// The findings as code hosts and servers for tests want them.
fn records(verdicts: &[Verdict], args: &Args) -> Vec<Record> {
    let mut records = Vec::new();
    for verdict in verdicts {
        records.extend(verdict.refusal.as_ref().map(|refusal| Record {
            rule: "chart".to_owned(),
            summary: String::new(),
            severity: faults::Severity::Error,
            message: refusal.clone(),
            file: Some(verdict.run.shown()),
            start: None,
            end: None,
        }));
        records.extend(told(verdict, args).map(|message| Record {
            rule: message.rule.to_owned(),
            summary: String::new(),
            severity: severity(message.severity),
            message: message.text.clone(),
            file: Some(file(verdict, message)),
            start: message.line.map(|line| (line, None)),
            end: None,
        }));
    }
    records
}

/// The findings as faults, with their places in the files as they are now.
pub(super) fn faults(verdicts: &[Verdict], args: &Args) -> Vec<Fault> {
    let mut found = Vec::new();
    for verdict in verdicts {
        let refused = verdict.refusal.iter().map(|refusal| Fault::new(kind("E0601"), &**refusal));
        found.extend(refused);
        found.extend(told(verdict, args).map(|message| {
            let fault = Fault::new(kind_of(message.severity), &*message.text);
            let rule = Some(message.rule.to_owned());
            let fault = Fault { rule, ..fault };
            match message.line.and_then(|line| place(&file(verdict, message), line, message)) {
                Some(place) => fault.with(Note::Place(place)),
                None => fault,
            }
        }));
    }
    found
}

fn kind_of(severity: Severity) -> &'static Kind {
    kind(match severity {
        Severity::Error => "E0701",
        Severity::Warning => "E0702",
        Severity::Info => "E0703",
    })
}

/// The line `line` of the file at `path`, if that is on the disk.
fn place(path: &str, line: usize, message: &Message) -> Option<Place> {
    let source = Source::new(path, &files::read(Path::new(path)).ok()?);
    let text = source.line(line)?;
    let indentation = text.len() - text.trim_ascii_start().len();
    let start = source.text().split_inclusive(|&byte| byte == b'\n').take(line - 1);
    let start: usize = start.map(<[u8]>::len).sum();
    let span = Span::new(start + indentation, start + text.trim_ascii_end().len().max(indentation));
    Some(Place::new(source, span, &message.text))
}

fn severity(severity: Severity) -> faults::Severity {
    match severity {
        Severity::Info => faults::Severity::Info,
        Severity::Warning => faults::Severity::Warning,
        Severity::Error => faults::Severity::Error,
    }
}

/// The file that a message is about, from where the program runs.
fn file(verdict: &Verdict, message: &Message) -> String {
    let chart = verdict.run.shown();
    let chart = chart.trim_end_matches('/');
    match message.file.as_ref().unwrap_or(&message.path).as_str() {
        // What is said of the chart as a whole goes to the file that makes it one.
        path if path.is_empty() || path.starts_with('/') => format!("{chart}/Chart.yaml"),
        path => format!("{chart}/{path}"),
    }
}
