//! What helps against mistakes that many make, told by the text around a fault.

use bstr::ByteSlice;

use go_text_template::data::{Str, Tree};
use go_text_template::diagnostics::Span;
use go_text_template::template::Frame;

/// What helps when `text` is no template because of what is at `span`; `function` is the one that
/// there is not.
pub(super) fn of_parse(text: &Str, span: Span, function: Option<&Str>) -> Option<String> {
    if let Some(name) = function {
        return is_alone(text, span).then(|| {
            format!("if the output is to have `{{{{{name}}}}}` itself, write `{{{{ \"{{{{{name}}}}}\" }}}}`")
        });
    }
    if text.get(span.start as usize..span.end as usize) == Some(b"define") {
        let help = "`define` stands at the top of a file: an `end` is missing before it";
        return Some(help.to_owned());
    }
    dashed_key(text, span)
}

/// True if the word at `span` is all that its action has: then it was perhaps meant for another
/// program that reads templates.
fn is_alone(text: &[u8], span: Span) -> bool {
    let (before, behind) = around(text, span);
    before.trim_end().ends_with(b"{{") && behind.trim_start().starts_with(b"}}")
}

fn around(text: &[u8], span: Span) -> (&[u8], &[u8]) {
    let end = (span.end as usize).min(text.len());
    (&text[..(span.start as usize).min(end)], &text[end..])
}

/// For `.Values.a-b`, in which a dash ends the chain.
fn dashed_key(text: &[u8], span: Span) -> Option<String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$".contains(&byte);
    let at = (span.start as usize).min(text.len());
    let start = text[..at].iter().rposition(|&byte| !is_word(byte)).map_or(0, |at| at + 1);
    let len = text[start..].iter().position(|&byte| !is_word(byte)).unwrap_or(text.len() - start);
    let chain = text[start..start + len].to_str().ok()?;
    let (head, tail) = chain.split_at(chain.find('-')?);
    let (map, first) = head.rsplit_once('.')?;
    let (rest, more) = tail.split_once('.').unwrap_or((tail, ""));
    if rest.len() < 2 || first.is_empty() || !(chain.starts_with('.') || chain.starts_with('$')) {
        return None;
    }
    let map = if map.is_empty() { "." } else { map };
    let index = format!("index {map} \"{first}{rest}\"");
    let index = if more.is_empty() { index } else { format!("({index}).{more}") };
    Some(format!("a name behind a dot has no dashes; write `{index}`"))
}

/// What helps when the node of `frame` cannot be executed.
pub(super) fn of_execution(frame: &Frame) -> Option<String> {
    let template = frame.template()?;
    let (text, span) = (template.text(), frame.span());
    let node = &text[(span.start as usize).min(text.len())..(span.end as usize).min(text.len())];
    let is_variable = node.starts_with(b"$") && !node.starts_with(b"$.");
    let name: &[u8] = node.split(|&byte| byte == b'.').next().unwrap_or_default();
    let is_looked_up = |line: &[u8]| line.contains_str("lookup ") && line.contains_str(name);
    if node.contains_str("lookup ") || is_variable && text.lines().any(is_looked_up) {
        return Some(
            "`lookup` finds nothing without a cluster: test what it gives with `if`".into(),
        );
    }
    let roots = [&b".Values"[..], b".Release", b".Chart", b".Files", b".Capabilities"];
    let names_root = roots.iter().any(|root| node.starts_with(root));
    let is_lost = frame.missing().is_none_or(|missing| missing.path.is_empty());
    (names_root && is_lost && is_shadowed(text, span)).then(|| {
        "inside `range` and `with`, `.` is another value; `$.Values` is the root's".to_owned()
    })
}

/// True if the action at `span` stands inside a `range` or `with`.
fn is_shadowed(text: &[u8], span: Span) -> bool {
    let before = &text[..(span.start as usize).min(text.len())];
    let before = &before[..before.rfind(b"{{").unwrap_or(0)];
    let mut open: Vec<bool> = Vec::new();
    for at in before.find_iter("{{") {
        let action = before[at + 2..].strip_prefix(b"-").unwrap_or(&before[at + 2..]).trim_start();
        let len = action.iter().position(|byte| !byte.is_ascii_alphabetic());
        match &action[..len.unwrap_or(action.len())] {
            b"range" | b"with" => open.push(true),
            b"if" | b"block" | b"define" => open.push(false),
            b"end" => drop(open.pop()),
            _ => {}
        }
    }
    open.contains(&true)
}

/// What helps when the output at `offset` of `text` is no YAML.
pub(super) fn of_output(text: &[u8], offset: usize) -> Option<String> {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind_byte(b'\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    (line.contains_str("{ {") || line.contains_str("} }"))
        .then(|| "`{ {` begins no action: there is no space between the braces, `{{`".to_owned())
}

/// The values that the node of `frame` names, without `.Values`.
pub(super) fn values_in(frame: &Frame) -> Vec<Vec<Str>> {
    let Some(template) = frame.template() else { return Vec::new() };
    let (text, span) = (template.text(), frame.span());
    let node = &text[(span.start as usize).min(text.len())..(span.end as usize).min(text.len())];
    let mut found: Vec<Vec<Str>> = Vec::new();
    for at in node.find_iter(".Values.") {
        let rest = &node[at + ".Values.".len()..];
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.".contains(&byte);
        let len = rest.iter().position(|&byte| !is_name(byte)).unwrap_or(rest.len());
        let path: Vec<Str> = rest[..len].split(|&byte| byte == b'.').map(Str::from).collect();
        if !found.contains(&path) && found.len() < MOST_VALUES {
            found.push(path);
        }
    }
    found
}

/// So many values of a node are told.
const MOST_VALUES: usize = 3;

/// What a value is, for people.
pub(super) fn kind_of(value: &Tree) -> &'static str {
    match value {
        Tree::Null => "null",
        Tree::Bool(_) => "a boolean",
        Tree::Int(_) | Tree::Float(_) => "a number",
        Tree::String(_) => "a string",
        Tree::List(_) => "a list",
        Tree::Map(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cure(text: &str, at: &str, function: Option<&str>) -> Option<String> {
        let start = text.find(at).expect("it is there");
        let function = function.map(Str::from);
        of_parse(&text.into(), Span::new(start, start + at.len()), function.as_ref())
    }

    #[test]
    fn common_mistakes_have_cures() {
        let dashed =
            |index: &str| Some(format!("a name behind a dot has no dashes; write `{index}`"));
        for (text, at, expected) in [
            ("{{ .Values.a-b }}", "-b", dashed("index .Values \"a-b\"")),
            ("{{ .a-b.c | quote }}", "-", dashed("(index . \"a-b\").c")),
            ("{{ $x.y.a-b-c }}", "-b", dashed("index $x.y \"a-b-c\"")),
            ("{{ 1 - 2 }}", "-", None),
            ("{{ a-b }}", "-", None),
        ] {
            assert_eq!(cure(text, at, None), expected, "{text}");
        }
        let cured = cure("legend: {{gpu_id}}", "gpu_id", Some("gpu_id"));
        assert!(cured.is_some_and(|text| text.contains("`{{ \"{{gpu_id}}\" }}`")));
        assert_eq!(cure("{{ gpu_id 1 }}", "gpu_id", Some("gpu_id")), None);
    }

    #[test]
    fn split_braces_are_seen() {
        assert!(of_output(b"a: 1\nb: { { .Values.x } }\n", 9).is_some());
        assert!(of_output(b"a: { { 1 } }\nb: 2\n", 14).is_none());
    }
}
