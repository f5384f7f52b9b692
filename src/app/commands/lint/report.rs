//! What was found, for people and for machines. docs/lint.md describes the formats.

use super::{Args, Run, Verdict};
use crate::lint::{Message, Severity};
use serde_json::{Value, json};

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
}

/// All findings as one text.
pub(super) fn report(verdicts: &[Verdict], args: &Args) -> String {
    match args.format {
        Format::Text => text(verdicts, args),
        Format::Json => format!("{:#}\n", json_report(verdicts, args)),
        Format::Sarif => format!("{:#}\n", sarif(verdicts, args)),
        Format::Github => github(verdicts, args),
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

fn sarif(verdicts: &[Verdict], args: &Args) -> Value {
    let result = |rule: &str, level: &str, what: &str, file: &str, line: Option<usize>| {
        let region = json!({ "startLine": line.unwrap_or(1) });
        let place = json!({ "artifactLocation": { "uri": file }, "region": region });
        json!({
            "level": level,
            "locations": [{ "physicalLocation": place }],
            "message": { "text": what },
            "ruleId": rule,
        })
    };
    let mut results = Vec::new();
    for verdict in verdicts {
        let path = &verdict.run.shown();
        if let Some(refusal) = &verdict.refusal {
            results.push(result("chart", "error", refusal, path, None));
        }
        for message in told(verdict, args) {
            let level = level(message.severity, "note");
            let file = file(verdict, message);
            results.push(result(message.rule, level, &message.text, &file, message.line));
        }
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{ "results": results, "tool": { "driver": { "name": "chart" } } }],
        "version": "2.1.0",
    })
}

fn github(verdicts: &[Verdict], args: &Args) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        let path = &verdict.run.shown();
        if let Some(refusal) = &verdict.refusal {
            text.push_str(&annotation("error", path, None, "chart", refusal));
        }
        for message in told(verdict, args) {
            let level = level(message.severity, "notice");
            let file = file(verdict, message);
            text.push_str(&annotation(level, &file, message.line, message.rule, &message.text));
        }
    }
    text
}

fn annotation(level: &str, file: &str, line: Option<usize>, rule: &str, text: &str) -> String {
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = line.map_or_else(String::new, |line| format!(",line={line}"));
    format!("::{level} file={}{line},title={}::{}\n", property(file), property(rule), data(text))
}

/// The text without characters that would end a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What a severity is called elsewhere; only the least has several names.
fn level(severity: Severity, info: &'static str) -> &'static str {
    match severity {
        Severity::Info => info,
        Severity::Warning => "warning",
        Severity::Error => "error",
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
