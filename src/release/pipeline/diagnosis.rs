//! Where a fault is, how it was reached, what was probably meant.
//!
//! Everything here is shown below Helm's own sentence, and only when it is asked for.

use bstr::ByteSlice;

use super::cures;
use super::prepared::Prepared;
use super::replay::Replay;
use crate::faults::{Fault, Kind, Note, Place, Setter, distinct, kind};
use crate::manifest;
use crate::model::Chart;
use crate::render::{self, Rendered};
use crate::values::{self, LocalFiles, Origin, Sources, origin};
use go_text_template::Compat;
use go_text_template::data::{Str, Tree};
use go_text_template::diagnostics::{Source, Span, closest, masked_argument};
use go_text_template::functions;
use go_text_template::template::{self, Cause, Frame, Missing, ParseError, Template};

/// What was rendered, and the flags that its values came from.
pub(super) struct Rendering<'r> {
    pub(super) prepared: &'r Prepared,
    pub(super) cache: Option<&'r render::Cache>,
    pub(super) flags: &'r values::Flags,
    pub(super) world: &'r Replay<'r>,
}

/// Where values come from.
#[derive(Clone, Copy, Debug)]
pub struct Givers<'g> {
    /// The chart, its subcharts enabled and named.
    pub chart: &'g Chart,
    /// The flags.
    pub flags: &'g values::Flags,
    /// Whose rules hold.
    pub compat: Compat,
}

impl Rendering<'_> {
    fn givers(&self) -> Givers<'_> {
        let Prepared { chart, compat, .. } = self.prepared;
        Givers { chart, flags: self.flags, compat: *compat }
    }
}

/// The template that a render failed in, from the chart's name on, and the line in it. What `tpl`
/// renders is in no file; the template that calls it is.
pub fn place(error: &render::Error) -> Option<(String, usize)> {
    let (name, text, offset) = match error {
        render::Error::KubeVersion { .. } => return None,
        render::Error::Parse(parse) => {
            let (path, text, error) = &**parse;
            (path.clone(), text, error.span.start)
        }
        render::Error::Execute(error) => {
            let is_file = |template: &&Template| template.file_name().contains(&b'/');
            let mut frames = error.frames().rev();
            let (frame, template) =
                frames.find_map(|frame| Some((frame, frame.template().filter(is_file)?)))?;
            (template.file_name().clone(), template.text(), frame.span().start)
        }
    };
    let offset = usize::try_from(offset).ok()?.min(text.len());
    let line = 1 + text[..offset].iter().filter(|&&byte| byte == b'\n').count();
    Some((name.to_string(), line))
}

/// So many faults are told: finding out about each takes time, and nobody reads more.
const MOST_FAULTS: usize = 100;

/// What is wrong when `error` stopped a render, and what else is: all other templates are rendered,
/// each on its own.
pub(super) fn all_of_render(error: &render::Error, rendering: &Rendering<'_>) -> Vec<Fault> {
    let mut faults = vec![of_render(error, rendering)];
    if !goes_on(error) {
        return faults;
    }
    rendering.world.rewind();
    let input = rendering.prepared.input(rendering.cache);
    let (texts, errors): (Vec<_>, Vec<_>) =
        render::render_each(&input, rendering.world).into_iter().partition(Result::is_ok);
    let texts: Vec<Rendered> = texts.into_iter().flatten().collect();
    let errors: Vec<render::Error> = errors.into_iter().filter_map(Result::err).collect();
    let is_parsed = !errors.iter().any(|error| matches!(error, render::Error::Parse(_)));
    let own = errors.iter().filter(|error| goes_on(error) && (is_parsed || !lacks_template(error)));
    faults.extend(own.take(MOST_FAULTS).map(|error| of_render(error, rendering)));
    faults.extend(of_manifests(&texts, rendering));
    distinct(faults)
}

/// True if other templates can be rendered after `error`.
fn goes_on(error: &render::Error) -> bool {
    match error {
        render::Error::KubeVersion { .. } => false,
        render::Error::Parse(_) => true,
        render::Error::Execute(error) => !matches!(error.innermost().cause(), Cause::Exhausted(_)),
    }
}

/// True if a template was not there: perhaps because its file is none.
fn lacks_template(error: &render::Error) -> bool {
    match error {
        render::Error::Execute(error) => {
            matches!(error.innermost().cause(), Cause::Unassociated { .. })
        }
        _ => false,
    }
}

/// What is wrong with the document of `error`, and with all others.
pub(super) fn all_of_manifest(
    error: &manifest::Error,
    texts: &[Rendered],
    rendering: &Rendering<'_>,
) -> Vec<Fault> {
    let mut faults = vec![of_manifest(error, texts, rendering)];
    faults.extend(of_manifests(texts, rendering));
    distinct(faults)
}

/// What is wrong with the documents of `texts`.
fn of_manifests(texts: &[Rendered], rendering: &Rendering<'_>) -> Vec<Fault> {
    let is_notes = |file: &&Rendered| file.path.ends_with(b"NOTES.txt");
    let texts: Vec<Rendered> = texts.iter().filter(|file| !is_notes(file)).cloned().collect();
    let errors = manifest::faults(&texts, rendering.prepared.compat);
    errors.iter().take(MOST_FAULTS).map(|error| of_manifest(error, &texts, rendering)).collect()
}

/// What is wrong when `error` stopped a render.
fn of_render(error: &render::Error, rendering: &Rendering<'_>) -> Fault {
    match error {
        render::Error::KubeVersion { .. } => {
            Fault::new(kind("E0207"), error.message(rendering.prepared.compat))
        }
        render::Error::Parse(parse) => {
            let (path, text, error) = &**parse;
            of_parse(path, text, error, rendering.prepared.compat)
        }
        render::Error::Execute(error) => of_execution(error, rendering),
    }
}

/// A text that is not a template.
fn of_parse(path: &Str, text: &Str, error: &ParseError, compat: Compat) -> Fault {
    let message = error.message(path);
    let function = error.unknown_function();
    let sort = kind(if function.is_some() { "E0102" } else { "E0101" });
    let fault =
        Fault::new(sort, &*message).with(Note::Place(place_in(path, text, error.span, &message)));
    let meant = function.and_then(|name| closest(&name.to_str_lossy(), functions::names(compat)));
    let mut fault = fault.helped(meant.map(|name| format!("did you mean `{name}`?")));
    if let Some(opened) = error.opened() {
        let opened = place_in(path, text, opened, "opened here, and no `end` closes it");
        fault.kind = kind("E0103");
        fault.notes.push(Note::Place(opened.reached("inside the block that is")));
    }
    let is_guess = meant.is_none();
    fault.helped(cures::of_parse(text, error.span, function).filter(|_| is_guess))
}

/// The innermost place with its reason, then the places that led there.
fn of_execution(error: &template::Error, rendering: &Rendering<'_>) -> Fault {
    let innermost = error.innermost();
    let reason = reason(innermost);
    let mut fault = Fault::new(sort(innermost), &*reason);
    // A template that was not found has no place; then the call is where it happened.
    let mut frames = error.frames().rev().filter(|frame| frame.template().is_some());
    let Some(first) = frames.next() else { return fault };
    fault.notes.extend(of_frame(first, &reason).map(Note::Place));
    let mut outermost = first;
    for frame in frames {
        let reached = of_frame(frame, "").map(|place| place.reached(call(frame)));
        fault.notes.extend(reached.map(Note::Place));
        outermost = frame;
    }
    if let (Some(missing), Some(template)) = (innermost.missing(), outermost.template()) {
        fault.notes.push(Note::Help(self::missing(missing)));
        fault.notes.extend(value_of(&missing.path, template.file_name(), rendering));
    }
    let help = match innermost.cause() {
        Cause::Unassociated { name, .. } => nearest_template(name, rendering),
        _ => cures::of_execution(first),
    };
    let mut fault = fault.helped(help);
    if innermost.missing().is_none()
        && let Some(template) = outermost.template()
    {
        fault.notes.extend(inputs(first, template.file_name(), rendering));
    }
    fault
}

/// The template that was probably meant by `name`, or what there is.
fn nearest_template(name: &Str, rendering: &Rendering<'_>) -> Option<String> {
    let names = render::names(&rendering.prepared.input(rendering.cache));
    let names: Vec<_> = names.iter().map(Str::to_str_lossy).collect();
    let meant = closest(&name.to_str_lossy(), names.iter().map(AsRef::as_ref));
    Some(match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("no file in templates/ has `{{{{ define \"{name}\" }}}}`"),
    })
}

/// Who set the values that the failed node reads, and what they are. Where a function or the chart
/// itself stops for another reason than a type, that would be noise.
fn inputs(frame: &Frame, template: &Str, rendering: &Rendering<'_>) -> Vec<Note> {
    if !matches!(frame.cause(), Cause::Evaluator(_) | Cause::Function { .. }) {
        return Vec::new();
    }
    let mut notes = Vec::new();
    for path in cures::values_in(frame) {
        let words: Vec<Str> = sections(template).iter().chain(&path).cloned().collect();
        let steps = words.iter().cloned().map(values::Step::Key).collect();
        let values = Tree::Map(rendering.prepared.values.clone());
        let what = values::ValuePath(steps).of(&values).map(cures::kind_of);
        let value = path.iter().map(|key| format!(".{key}"));
        let value = std::iter::once(".Values".to_owned()).chain(value).collect();
        let by = set_by(&words, &rendering.givers()).filter(|_| what.is_some());
        notes.extend(by.map(|by| Note::Set { value, what, by }));
    }
    notes
}

fn of_frame(frame: &Frame, label: &str) -> Option<Place> {
    let template = frame.template()?;
    Some(place_in(template.file_name(), template.text(), frame.span(), label))
}

/// What sort of fault stopped a template.
fn sort(frame: &Frame) -> &'static Kind {
    kind(match frame.cause() {
        _ if frame.missing().is_some() => "E0202",
        Cause::Function { .. } => "E0203",
        Cause::Stop { .. } => "E0204",
        Cause::Unassociated { .. } => "E0205",
        Cause::Exhausted(_) => "E0206",
        Cause::Evaluator(_) | Cause::Template { .. } => "E0201",
    })
}

/// Why the frame failed, without Go's words around it.
fn reason(frame: &Frame) -> String {
    match frame.cause() {
        Cause::Function { failure, .. } => failure.to_string(),
        Cause::Stop { message, .. } => message.clone(),
        cause => cause.to_string(),
    }
}

fn call(frame: &Frame) -> String {
    match frame.cause() {
        Cause::Template { name, .. } => format!("reached by `{name}`, called here:"),
        _ => "reached by this:".to_owned(),
    }
}

/// What is probably wrong with a key that is not there.
fn missing(missing: &Missing) -> String {
    let path: String = missing.path.iter().map(|part| format!(".{part}")).collect();
    let map = if path.is_empty() { "this value".to_owned() } else { format!("`{path}`") };
    let known: Vec<_> = missing.known.iter().map(Str::to_str_lossy).collect();
    let key = missing.key.to_str_lossy();
    let text = format!("{map} has no key `{key}`");
    match closest(&key, known.iter().map(AsRef::as_ref)) {
        Some(meant) => format!("{text}; did you mean `{path}.{meant}`?"),
        None => text,
    }
}

/// The rendered lines around a fault in a manifest, and the places in templates that wrote it.
fn of_manifest(error: &manifest::Error, texts: &[Rendered], rendering: &Rendering<'_>) -> Fault {
    let fault = Fault::new(kind("E0301"), error.problem());
    let Some(file) = texts.iter().find(|file| file.path == error.path) else { return fault };
    let offset = error.range.start + error.offset().unwrap_or(0);
    let offset = last_visible(&file.text, offset);
    let source = Source::new(&format!("output of {}", file.path), &file.text);
    let place = Place::new(source.clone(), Span::new(offset, offset + 1), &fault.message);
    let mut fault = fault.with(Note::Place(Place { is_output: true, ..place }));
    if let Some(begun) = error.begun() {
        let at = error.range.start + begun;
        let begun = Place::new(source, Span::new(at, at + 1), "begins here and has no end");
        fault.notes.push(Note::Place(Place { is_output: true, ..begun.reached("of what") }));
    }
    fault.notes.extend(written_by(file, offset, rendering));
    fault.helped(cures::of_output(&file.text, offset))
}

/// The node that wrote the byte at `offset` of `file`, the values that it read, and the calls that
/// led to it.
fn written_by(file: &Rendered, offset: usize, rendering: &Rendering<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    rendering.world.rewind();
    let input = rendering.prepared.input(rendering.cache);
    let trace = render::trace(&input, rendering.world, &file.path);
    let Ok(Some(trace)) = trace else { return notes };
    let mut origin = trace.at(offset);
    let mut how = "written by";
    while let Some(node) = origin {
        let template = node.template();
        let place = place_in(template.file_name(), template.text(), node.span(), "");
        notes.push(Note::Place(place.reached(how)));
        if how == "written by" {
            let chains = node.chains();
            notes.extend(chains.iter().filter_map(|path| value_of(path, &file.path, rendering)));
        }
        origin = node.caller();
        how = "called by";
    }
    notes
}

/// The flag or the line of a file that sets the value at `path`, a chain of fields in the template
/// at `template`; nothing if the chain leads elsewhere.
fn value_of(path: &[Str], template: &Str, rendering: &Rendering<'_>) -> Option<Note> {
    let (_, keys) = path.split_first().filter(|(root, _)| *root == "Values")?;
    // The values as a whole come from everywhere.
    let words: Vec<Str> = sections(template).iter().chain(keys).cloned().collect();
    let by = set_by(&words, &rendering.givers()).filter(|_| !keys.is_empty())?;
    Some(Note::Set { value: path.iter().map(|key| format!(".{key}")).collect(), what: None, by })
}

/// The flag or the line of a file that sets the value at `words`.
pub(super) fn set_by(words: &[Str], givers: &Givers<'_>) -> Option<Setter> {
    let words: Vec<_> = words.iter().map(|word| word.to_str_lossy()).collect();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let Givers { chart, flags, compat } = *givers;
    let mut sources = Sources { flags, files: &mut LocalFiles, compat };
    Some(match origin(&words, chart, &mut sources)? {
        Origin::Flag { flag, argument } => {
            let argument = masked_argument(flag, &argument.to_str_lossy());
            Setter::Flag { flag, argument }
        }
        Origin::File { source, key } => Setter::File { source, key },
    })
}

/// The subcharts that the template at `path` is in: its values are theirs.
pub fn sections(path: &Str) -> Vec<Str> {
    let folder = path.split_once_str("/templates/").map_or(path.as_bytes(), |(folder, _)| folder);
    folder.split_str("/charts/").skip(1).map(|name| path.slice_ref(name)).collect()
}

/// The last byte up to `offset` that is not white space: a fault at the end of a line is written
/// by what stands on it.
fn last_visible(text: &[u8], offset: usize) -> usize {
    let end = (offset + 1).min(text.len());
    let line_start = text[..end].rfind_byte(b'\n').map_or(0, |at| at + 1);
    if text[line_start..end].trim().is_empty() && line_start < end {
        return end - 1;
    }
    text[..end].trim_end().len().saturating_sub(1)
}

fn place_in(name: &Str, text: &Str, span: Span, label: &str) -> Place {
    Place::new(Source::new(&name.to_str_lossy(), text), span, label)
}
