//! Helm's sentences for errors of templates.
//!
//! In: an error as facts. Out: what stands behind `Error: `, equal to Helm's to the byte.

use crate::compat::Compat;
use crate::data::{Str, quoted};
use crate::template::{Cause, Error, Frame, ParseError};

/// What Helm says when the file `file` is no template.
///
/// Of a message that holds a colon and a space Helm keeps only what stands behind the last one.
pub(super) fn parse_error(error: &ParseError, file: &Str) -> String {
    let message = error.message(file);
    let message = message.rsplit(": ").next().unwrap_or_default();
    format!("parse error at ({file}:{}): {message}", error.line)
}

/// What Helm says when a template cannot be executed.
pub(super) fn execution_error(error: &Error, compat: Compat) -> String {
    if let Cause::Stop { message, .. } = error.innermost().cause() {
        return format!("execution error at ({}): {message}", error.outermost().location());
    }
    if compat.is_helm3() || !error.frames().all(is_traceable) {
        return error.to_string();
    }
    paragraphs(error)
}

/// True if Helm 4 understands the text that Go gives an error from this frame on.
///
/// It follows the chain of errors and expects each to begin with `template: `, which neither the
/// message of a function does nor what `tpl` puts in front of an inner error.
fn is_traceable(frame: &Frame) -> bool {
    match frame.cause() {
        Cause::Evaluator(_) | Cause::Exhausted(_) | Cause::Unassociated { .. } => true,
        Cause::Template { prefix, .. } => prefix.is_empty(),
        Cause::Function { .. } | Cause::Stop { .. } => false,
    }
}

/// One paragraph for each frame; of equal ones in a row only the first.
fn paragraphs(error: &Error) -> String {
    let mut text = String::new();
    let mut last = String::new();
    for frame in error.frames() {
        let paragraph = paragraph(frame);
        if paragraph != last {
            text.push_str(&paragraph);
        }
        last = paragraph;
    }
    text.trim().to_owned()
}

fn paragraph(frame: &Frame) -> String {
    let cause = frame.cause().to_string();
    let Some(template) = frame.template() else { return format!("{cause}\n") };
    let location = frame.location();
    let name = quoted(template.name());
    // Helm takes the first `>: ` for the end of the context, even one that stands inside of it.
    let rest = format!("{}>: {cause}", frame.context());
    let (context, message) = rest.split_once(">: ").unwrap_or((&rest, ""));
    // A frame's text ends where that of the next one begins.
    let message = message.split(" template:").next().unwrap_or_default();
    let message = message.strip_suffix(' ').filter(|_| is_inner(frame)).unwrap_or(message);
    format!("{location}\n  executing {name} at <{context}>:\n    {message}\n")
}

/// True if the next frame's text follows.
fn is_inner(frame: &Frame) -> bool {
    matches!(frame.cause(), Cause::Template { .. })
}
