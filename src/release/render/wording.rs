//! Helm's sentences for errors of templates.
//!
//! In: an error as facts. Out: what stands behind `Error: `, equal to Helm's to the byte.

use go_text_template::Compat;
use go_text_template::data::{Str, quoted};
use go_text_template::template::{Cause, Error, Frame, ParseError};

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
    for (depth, frame) in error.frames().enumerate() {
        let paragraph = match frame.template() {
            Some(template) if template.name().contains(&b'"') => {
                let rest: String = error.frames().skip(depth).map(Frame::to_string).collect();
                misread_paragraph(&rest)
            }
            _ => paragraph(frame),
        };
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

/// What Helm makes of `text` when the template's name holds a quote: it stops reading the name
/// there, and takes all before the last colon and space for the location.
fn misread_paragraph(text: &str) -> String {
    let text = text.strip_prefix("template: ").unwrap_or(text);
    let (location, message) = text.rsplit_once(": ").unwrap_or(("", text));
    let message = message.split(" template:").next().unwrap_or_default();
    format!("{location}\n  {message}\n")
}

/// True if the next frame's text follows.
fn is_inner(frame: &Frame) -> bool {
    matches!(frame.cause(), Cause::Template { .. })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use go_text_template::Fixed;
    use go_text_template::data::Map;
    use go_text_template::functions::{Host, lookup};
    use go_text_template::template::{Budget, Context, Limits, Render, TemplateSet, parse};

    /// What Helm says when the file `f` with that text fails.
    fn failure(text: &str, compat: Compat) -> String {
        let functions = |name: &str| lookup(name, compat);
        let name = Str::from("f");
        let parsed = match parse(&text.into(), &functions) {
            Ok(parsed) => Arc::new(parsed),
            Err(error) => return parse_error(&error, &name),
        };
        let mut templates = TemplateSet::new();
        templates.add(name.clone(), parsed).expect("each name is defined once");
        let template = templates.get(&name).expect("it has been added");
        let budget = Budget::new(Limits::default());
        let host = Host { compat, forgiven: None };
        let world = &Fixed::default();
        let render = Render {
            templates: &templates,
            functions: &functions,
            world,
            budget: &budget,
            user: &host,
        };
        let error = Context::new(render).execute(template, Map::new().into()).expect_err(text);
        execution_error(&error, compat)
    }

    #[test]
    fn says_what_helm_says() {
        let cases = [
            (
                r#"{{ define "h" }}{{ .a.b }}{{ end }}{{ include "h" . }}"#,
                r#"template: f:1:38: executing "f" at <include "h" .>: error calling include: template: f:1:21: executing "h" at <.a.b>: nil pointer evaluating interface {}.b"#,
                "f:1:38\n  executing \"f\" at <include \"h\" .>:\n    error calling include:\nf:1:21\n  executing \"h\" at <.a.b>:\n    nil pointer evaluating interface {}.b",
            ),
            (
                r#"{{ define "h" }}{{ fail "a: b" }}{{ end }}{{ include "h" . }}"#,
                "execution error at (f:1:45): a: b",
                "execution error at (f:1:45): a: b",
            ),
            (
                r#"{{ eq 1 "a" }}"#,
                r#"template: f:1:3: executing "f" at <eq 1 "a">: error calling eq: incompatible types for comparison: int and string"#,
                r#"template: f:1:3: executing "f" at <eq 1 "a">: error calling eq: incompatible types for comparison: int and string"#,
            ),
            (
                r#"{{ include "nope" . }}"#,
                r#"template: f:1:3: executing "f" at <include "nope" .>: error calling include: template: no template "nope" associated with template "gotpl""#,
                "f:1:3\n  executing \"f\" at <include \"nope\" .>:\n    error calling include:\ntemplate: no template \"nope\" associated with template \"gotpl\"",
            ),
            ("\n{{ 1- }}", r#"parse error at (f:2): "1-""#, r#"parse error at (f:2): "1-""#),
        ];
        for (text, helm3, helm4) in cases {
            assert_eq!(failure(text, Compat::Helm3), helm3, "{text}");
            assert_eq!(failure(text, Compat::Helm4), helm4, "{text}");
        }
    }
}
