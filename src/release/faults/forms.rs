//! Faults for machines. docs/diagnostics.md describes the forms.

use serde_json::{Value, json};

use super::{Fault, Note, Place, Setter, Severity};

/// A form that machines read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Json,
    /// The Static Analysis Results Interchange Format, which code hosts read.
    Sarif,
    /// Commands of a workflow of GitHub's, which shows them beside the lines.
    Github,
    /// The XML that servers for tests read.
    Junit,
}

/// All `faults` as one text.
pub fn write(form: Form, faults: &[Fault]) -> String {
    let records: Vec<Record> = faults.iter().map(Record::of).collect();
    match form {
        Form::Json => faults.iter().map(|fault| format!("{}\n", object(fault))).collect(),
        Form::Sarif => format!("{:#}\n", sarif(&records)),
        Form::Github => records.iter().map(github).collect(),
        Form::Junit => junit("chart", &records),
    }
}

/// What code hosts and servers for tests want to know of a fault.
#[derive(Clone, Debug)]
pub struct Record {
    /// The rule.
    pub rule: String,
    /// What the rule is about, in a few words; may be empty.
    pub summary: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub file: Option<String>,
    /// The line and the column, counted from 1.
    pub start: Option<(usize, Option<usize>)>,
    /// The line and the column behind it.
    pub end: Option<(usize, usize)>,
}

impl Record {
    fn of(fault: &Fault) -> Self {
        let place = fault.place();
        let helps = fault.notes.iter().filter_map(|note| match note {
            Note::Help(text) => Some(format!("\nhint: {text}")),
            _ => None,
        });
        let start = place.map(Place::start);
        let end = place.map(Place::end);
        let release = fault.release.as_ref().map_or_else(String::new, |name| format!("{name}: "));
        Self {
            rule: fault.rule().to_owned(),
            summary: fault.kind.summary.to_owned(),
            severity: fault.kind.severity,
            message: format!("{release}{}{}", fault.message, helps.collect::<String>()),
            file: place.map(|place| place.source.name().to_owned()),
            start: start.map(|start| (start.line, Some(start.column))),
            end: end.map(|end| (end.line, end.column)),
        }
    }
}

/// Everything that is known of a fault.
fn object(fault: &Fault) -> Value {
    let place = fault.place();
    let start = place.map(Place::start);
    let end = place.map(Place::end);
    let (mut origins, mut helps) = (Vec::new(), Vec::new());
    for note in &fault.notes {
        match note {
            Note::Place(_) => {}
            Note::Set { value, what, by } => {
                let mut set = origin(value, by);
                if let Some(what) = what {
                    set["type"] = (*what).into();
                }
                origins.push(set);
            }
            Note::Help(text) => helps.push(text.as_str()),
        }
    }
    let mut object = json!({
        "code": fault.kind.code,
        "rule": fault.rule(),
        "severity": fault.kind.severity.name(),
        "message": fault.message,
        "file": place.map(|place| place.source.name()),
        "line": start.map(|start| start.line),
        "column": start.map(|start| start.column),
        "end_line": end.map(|end| end.line),
        "end_column": end.map(|end| end.column),
        "frames": fault.places().map(frame).collect::<Value>(),
        "origin": origins,
        "help": helps,
    });
    if let Some(release) = &fault.release {
        object["release"] = release.as_str().into();
    }
    object
}

fn frame(place: &Place) -> Value {
    let (start, end) = (place.start(), place.end());
    json!({
        "file": place.source.name(),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "how": place.how,
        "output": place.is_output,
    })
}

fn origin(value: &str, by: &Setter) -> Value {
    match by {
        Setter::Flag { flag, argument } => {
            json!({ "value": value, "flag": format!("--{flag}"), "text": argument })
        }
        Setter::File { source, key } => {
            let at = source.line_column(key.start);
            let (line, column) = (at.line, at.column);
            json!({ "value": value, "file": source.name(), "line": line, "column": column })
        }
    }
}

/// A log of SARIF 2.1.0 with one run.
pub fn sarif(records: &[Record]) -> Value {
    let mut rules: Vec<(&str, &str)> =
        records.iter().map(|record| (&*record.rule, &*record.summary)).collect();
    rules.sort_unstable();
    rules.dedup_by_key(|(rule, _)| *rule);
    let described = rules.iter().map(|(rule, summary)| match summary.is_empty() {
        true => json!({ "id": rule }),
        false => json!({ "id": rule, "shortDescription": { "text": summary } }),
    });
    let driver = json!({
        "name": "chart",
        "rules": described.collect::<Value>(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    let results = records.iter().map(|record| sarif_result(record, &rules));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{ "results": results.collect::<Value>(), "tool": { "driver": driver } }],
        "version": "2.1.0",
    })
}

fn sarif_result(record: &Record, rules: &[(&str, &str)]) -> Value {
    let level = level(record.severity, "note");
    let index = rules.iter().position(|(rule, _)| *rule == record.rule);
    let place = |file: &String| {
        let mut region = json!({ "startLine": record.start.map_or(1, |(line, _)| line) });
        if let Some((_, Some(column))) = record.start {
            region["startColumn"] = column.into();
        }
        if let Some((line, column)) = record.end {
            region["endLine"] = line.into();
            region["endColumn"] = column.into();
        }
        let file = json!({ "uri": encoded(file) });
        json!({ "physicalLocation": { "artifactLocation": file, "region": region } })
    };
    json!({
        "level": level,
        "locations": record.file.iter().map(place).collect::<Value>(),
        "message": { "text": record.message },
        "ruleId": record.rule,
        "ruleIndex": index,
    })
}

/// A path as a reference of RFC 3986.
fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => text.push(char::from(byte)),
            b'/' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// A line that a workflow of GitHub's obeys.
pub fn github(record: &Record) -> String {
    let level = level(record.severity, "notice");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut properties = Vec::new();
    properties.extend(record.file.as_ref().map(|file| format!("file={}", property(file))));
    if let Some((line, column)) = record.start {
        properties.push(format!("line={line}"));
        properties.extend(record.end.map(|(line, _)| format!("endLine={line}")));
        properties.extend(column.map(|column| format!("col={column}")));
    }
    properties.push(format!("title={}", property(&record.rule)));
    format!("::{level} {}::{}\n", properties.join(","), data(&record.message))
}

/// The text without characters that would end a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What a severity is called elsewhere; only the least has several names.
fn level(severity: Severity, info: &'static str) -> &'static str {
    match severity {
        Severity::Info => info,
        severity => severity.name(),
    }
}

/// A suite of tests in XML, each record one of them. What is only worth a note passes.
pub fn junit(name: &str, records: &[Record]) -> String {
    let failures = records.iter().filter(|record| record.severity == Severity::Error).count();
    let tests = records.len();
    let name = escaped(name);
    let cases: String = records.iter().map(junit_case).collect();
    let counts = format!("name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite {counts}>\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn junit_case(record: &Record) -> String {
    let file = record.file.as_deref().unwrap_or_default();
    let line = record.start.map_or_else(String::new, |(line, _)| format!(":{line}"));
    let place = escaped(&format!("{file}{line}"));
    let (rule, message) = (escaped(&record.rule), escaped(&record.message));
    let what = match record.severity {
        Severity::Error => {
            format!("<failure type=\"{rule}\" message=\"{message}\">{place}: {message}</failure>")
        }
        severity => format!("<system-out>{}: {message}</system-out>", severity.name()),
    };
    format!("    <testcase classname=\"{rule}\" name=\"{place}\">\n      {what}\n    </testcase>\n")
}

/// The text for XML 1.0, which has no words for some characters.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for rune in text.chars() {
        match rune {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\n' => shown.push_str("&#10;"),
            '\t' => shown.push_str("&#9;"),
            '\r' => shown.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => shown.push('\u{fffd}'),
            rune if rune < ' ' => shown.push('\u{fffd}'),
            rune => shown.push(rune),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            rule: "a-rule".into(),
            summary: String::new(),
            severity: Severity::Error,
            message: "100%: <no>\nmore\u{1}".into(),
            file: Some("a b,c/é.yaml".into()),
            start: Some((3, Some(5))),
            end: Some((3, 9)),
        }
    }

    #[test]
    fn every_form_escapes_what_it_has_to() {
        let line = "::error file=a b%2Cc/é.yaml,line=3,endLine=3,col=5,title=a-rule::100%25: \
                    <no>%0Amore\u{1}\n";
        assert_eq!(github(&record()), line);
        let log = sarif(&[record()]);
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b%2Cc/%C3%A9.yaml");
        let suite = junit("x", &[record()]);
        assert!(suite.contains("message=\"100%: &lt;no&gt;&#10;more\u{fffd}\""), "{suite}");
    }
}
