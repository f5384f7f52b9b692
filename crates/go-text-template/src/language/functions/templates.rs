//! `include` and `tpl`: text that other templates make.

use bstr::ByteSlice;

use crate::data::{Failure, Str, Value, quoted};
use crate::template::{Context, Error, Function, Raised, function};

pub(super) static TABLE: &[Function] = &[("include", &function(include)), ("tpl", &function(tpl))];

/// The name of Helm's set of templates, and of every text that `tpl` executes.
const ROOT: &str = "gotpl";
/// How many times a template may be included while it is already being included.
const MAX_INCLUDES: u32 = 1000;
/// So deep may `tpl` be nested; Helm goes on until its stack is full, and crashes.
const MAX_TPL_DEPTH: u32 = 10_000;

/// The text that the template `name` makes of `data`.
///
/// {{ define "pair" }}<{{ .a }}>{{ end }}{{ include "pair" (dict "a" 1) | quote }} -> "<1>"
/// {{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }} -> error: rendering template has a nested reference name: a: unable to execute template
/// {{ include "nope" . }} -> error: template: no template "nope" associated with template "gotpl"
fn include(cx: &mut Context<'_>, name: Str, data: Value) -> Result<Str, Raised> {
    cx.nested(&name, |cx, times| {
        if times > MAX_INCLUDES {
            let message = format!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            );
            return Err(Failure::from(message).into());
        }
        let Some(template) = cx.template(&name) else {
            return Err(inner(String::new(), Error::unassociated(name.clone(), ROOT)));
        };
        cx.call(&template, data).map_err(|error| inner(String::new(), error))
    })
}

/// How many bytes of a text are searched, or parsed, in the time that counts as a step.
const SEARCHED_PER_STEP: u64 = 16;
const PARSED_PER_STEP: u64 = 2;
/// What a parsed text takes to keep: this much at least, and this much for each of its bytes.
const BYTES_OF_TEMPLATE: u64 = 512;
const BYTES_PER_PARSED: u64 = 16;

/// The text that `text`, taken as a template, makes of `data`.
///
/// What the text defines, only the text itself sees, and what it includes or executes.
///
/// {{ tpl "{{ .a }}{{ .nope }}!" (dict "a" 1) }} -> 1!
/// {{ define "d" }}old{{ end }}{{ tpl `{{ define "d" }}new{{ end }}{{ include "d" . }}` . }},{{ include "d" . }} -> new,old
/// {{ tpl "{{ nope }}" . }} -> error: cannot parse template "{{ nope }}": template: gotpl:1: function "nope" not defined
/// {{ tpl `{{ define "e" }}{{ tpl . . }}{{ end }}{{ include "e" . }}` "{{ tpl . . }}" }} -> error: tpl is nested more than 10000 times
fn tpl(cx: &mut Context<'_>, text: Str, data: Value) -> Result<Str, Raised> {
    cx.work(text.len() as u64 / SEARCHED_PER_STEP)?;
    if !text.contains_str("{{") {
        return Ok(without_no_value(text));
    }
    if cx.overlays() >= MAX_TPL_DEPTH {
        let message = format!("tpl is nested more than {MAX_TPL_DEPTH} times");
        return Err(Raised::Exhausted(message.into()));
    }
    let root = Str::from_static(ROOT);
    if !cx.has_parsed(&text) {
        let length = text.len() as u64;
        cx.work(length / PARSED_PER_STEP)?;
        cx.reserve(BYTES_OF_TEMPLATE + length * BYTES_PER_PARSED)?;
    }
    let executed = cx.parse(&text).and_then(|parsed| {
        cx.with_definitions(&root, parsed, |cx, template| {
            cx.call(template, data).map_err(|error| inner(executing(&text), error))
        })
    });
    match executed {
        Ok(result) => result.map(without_no_value),
        Err(error) => {
            let (text, error) = (quoted(&text), error.named(&root));
            let message = format!("cannot parse template {text}: {error}");
            Err(Failure::from(message).into())
        }
    }
}

fn inner(prefix: String, error: Error) -> Raised {
    Raised::Template { prefix, error }
}

fn executing(text: &Str) -> String {
    format!("error during tpl function execution for {}: ", quoted(text))
}

/// What Go prints for values that are not there.
pub const NO_VALUE: &[u8] = b"<no value>";

/// The text without what Go prints for values that are not there.
///
/// Helm removes this text wherever it stands, also where a chart has written it itself.
pub fn without_no_value(text: Str) -> Str {
    if text.contains_str(NO_VALUE) { text.replace(NO_VALUE, b"").into() } else { text }
}
