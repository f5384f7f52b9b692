//! The bytes of a bundle.

use std::fmt::Write;

use super::assemble::{Bundle, Entry};
use super::lines::{lines, without_end};
use super::receipt::{PHASE, Receipt, digest, head};
use super::size::Limit;
use super::warning::Warning;
use crate::bundle::Options;

/// The bytes of `bundle`; `receipt` learns the digests of its documents.
pub fn write(bundle: &Bundle, options: &Options, receipt: &mut Receipt) -> Vec<u8> {
    let mut body = Vec::new();
    let mut phase = None;
    for entry in &bundle.entries {
        body.extend_from_slice(b"---\n");
        if phase.replace(entry.phase) != Some(entry.phase) {
            body.extend_from_slice(format!("{PHASE}{}\n", entry.phase.title()).as_bytes());
        }
        let document = document(entry);
        receipt.objects.push((entry.title(), digest(&document)));
        body.extend_from_slice(&document);
    }
    let mut text = head(&notes(bundle, options, receipt), receipt, &body).into_bytes();
    text.extend_from_slice(&body);
    text
}

/// A document as it stands in a bundle.
pub(super) fn document(entry: &Entry) -> Vec<u8> {
    [b"# Source: ", &on_one_line(&entry.path)[..], b"\n", entry.text.as_bytes()].concat()
}

/// A path without what would end the comment that it is in.
fn on_one_line(path: &[u8]) -> Vec<u8> {
    let parts: Vec<&[u8]> = lines(path).map(without_end).collect();
    parts.join(&b' ')
}

/// What people are told in the head: what this is, and how it is applied.
fn notes(bundle: &Bundle, options: &Options, receipt: &Receipt) -> String {
    let [chart, version, ..] = &receipt.chart;
    let [release, namespace] = &receipt.release;
    let mut notes = format!("{release}: chart {chart} {version} for the namespace {namespace}\n\n");
    let creates = bundle.entries.iter().flat_map(|entry| &entry.objects);
    let mut creates = creates.filter(|object| object.is_namespace());
    if namespace != "default" && !creates.any(|object| object.name == *namespace) {
        let _ = writeln!(notes, "Before: kubectl create namespace {namespace}");
    }
    let command = apply_command(bundle, options, receipt);
    let _ = writeln!(notes, "Apply:  {command}");
    if bundle.warnings.iter().any(|warning| matches!(warning, Warning::TwoPasses(_))) {
        notes.push_str("        (twice: the first time for the definitions)\n");
    }
    let _ = writeln!(notes, "Check:  chart verify-bundle {}", word(&options.file));
    notes
}

fn apply_command(bundle: &Bundle, options: &Options, receipt: &Receipt) -> String {
    let is_large = |warning: &Warning| matches!(warning, Warning::TooLarge(large) if large.limit_of == Limit::Annotation);
    let server_side = bundle.warnings.iter().any(is_large);
    let mut command = String::from("kubectl apply");
    if server_side {
        command.push_str(" --server-side");
    }
    let additions = &options.additions;
    if let Some(applyset) = &additions.applyset {
        let namespace = &receipt.release[1];
        command = format!(
            "KUBECTL_APPLYSET=true {command} --prune --applyset={applyset} --namespace={namespace}"
        );
    } else if !additions.labels.is_empty() && !server_side {
        let labels: Vec<String> =
            additions.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let _ = write!(command, " --prune --selector={}", labels.join(","));
    }
    format!("{command} -f {}", word(&options.file))
}

/// `text` as a word of a command line.
fn word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+=@%,:/".contains(&byte);
    match text.bytes().all(is_plain) && !text.starts_with('-') {
        true => text.to_owned(),
        false => format!("'./{}'", text.replace('\'', "'\\''")),
    }
}
