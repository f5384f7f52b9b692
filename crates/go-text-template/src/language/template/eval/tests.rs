use std::sync::Arc;

use super::{Context, Render};
use crate::Fixed;
use crate::data::{List, Map, Str, Value};
use crate::template::{
    Budget, Callable, Error, Function, Limits, Raised, Rest, TemplateSet, Trace, function, parse,
};

static FUNCTIONS: &[Function] = &[
    ("list", &function(list)),
    ("dict", &function(dict)),
    ("upper", &function(upper)),
    ("until", &function(until)),
    ("get", &function(get)),
    ("u32", &function(u32_text)),
    ("include", &function(include)),
    ("indent", &function(indent)),
];

fn list(items: Rest<Value>) -> List {
    List::new(items.0)
}

fn dict(pairs: Rest<Value>) -> Map {
    let key = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => Str::from(format!("{other:?}")),
    };
    pairs.0.chunks(2).map(|pair| (key(&pair[0]), pair[1].clone())).collect()
}

fn upper(text: Str) -> Str {
    text.as_bytes().to_ascii_uppercase().into()
}

fn until(count: i64) -> List {
    List::of(
        crate::data::Type::List(&crate::data::Type::Int(crate::data::IntKind::Int)),
        (0..count).map(Value::int).collect(),
    )
}

fn get(map: Map, key: Str) -> Value {
    map.get(&key).unwrap_or_else(|| Value::String(Str::EMPTY))
}

fn u32_text(number: u32) -> String {
    number.to_string()
}

fn include(cx: &mut Context<'_>, name: Str, data: Value) -> Result<Str, Raised> {
    let Some(template) = cx.template(&name) else {
        let error = Error::unassociated(name, "root");
        return Err(Raised::Template { prefix: String::new(), error });
    };
    let text = cx.call(&template, data);
    text.map_err(|error| Raised::Template { prefix: String::new(), error })
}

fn indent(text: Str) -> Str {
    let lines: Vec<String> = text.to_string().lines().map(|line| format!("  {line}")).collect();
    lines.join("\n").into()
}

fn functions(name: &str) -> Option<&'static dyn Callable> {
    let known = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
    Some(known.1)
}

/// What the file `t` with that text writes, or the error's text.
fn render(text: &str, data: &Value) -> Result<String, String> {
    let limits = Limits { steps: 100_000, ..Limits::default() };
    render_within(limits, text, data)
}

fn render_within(limits: Limits, text: &str, data: &Value) -> Result<String, String> {
    traced(limits, text, data).map(|(output, _)| output)
}

fn traced(limits: Limits, text: &str, data: &Value) -> Result<(String, Trace), String> {
    let name = Str::from_static("t");
    let parsed = parse(&text.into(), &functions).map_err(|e| e.named(&name).to_string())?;
    let mut templates = TemplateSet::new();
    templates
        .add(name.clone(), Arc::new(parsed))
        .map_err(|error| error.named(&name).to_string())?;
    let budget = Budget::new(limits);
    let world = Fixed::default();
    let mut context = Context::new(Render {
        templates: &templates,
        functions: &functions,
        world: &world,
        budget: &budget,
        user: &(),
    });
    let template = templates.get(b"t").expect("it has just been added").clone();
    let plain = context.execute(&template, data.clone());
    let (out, trace) = context.trace(&template, data.clone()).map_err(|error| error.to_string())?;
    assert_eq!(plain.expect("it went well once"), out);
    Ok((out.to_string(), trace))
}

/// `{"m": {"a": 1.0, "b": "x", "n": nil}, "l": [1.0, "z", nil], "s": "text", "f": 2.5, "e": []}`
fn data() -> Value {
    let m: Map =
        [("a".into(), Value::Float(1.0)), ("b".into(), "x".into()), ("n".into(), Value::Nil)]
            .into_iter()
            .collect();
    let l = List::new(vec![Value::Float(1.0), "z".into(), Value::Nil]);
    let root: Map = [
        ("m".into(), m.into()),
        ("l".into(), l.into()),
        ("s".into(), "text".into()),
        ("f".into(), Value::Float(2.5)),
        ("e".into(), List::new(vec![]).into()),
    ]
    .into_iter()
    .collect();
    root.into()
}

#[test]
fn writes_what_go_writes() {
    let cases = [
        ("a{{ .s }}b", "atextb"),
        ("a  {{- .s -}}  b", "atextb"),
        ("{{/* no */}}x{{- /* no */ -}}  y", "xy"),
        ("{{ .nope }}", "<no value>"),
        ("{{ (.nope).x.y }}", "<no value>"),
        ("{{ $v := .nope }}{{ $v.x }}", "<no value>"),
        ("{{ if .e }}1{{ else if .m }}2{{ else }}3{{ end }}", "2"),
        ("{{ with .m.b }}{{ . }}{{ else with .s }}{{ . }}{{ end }}", "x"),
        ("{{ with .nope }}{{ else with .s }}{{ . }}{{ end }}", "text"),
        ("{{ range $i, $e := .l }}{{ $i }}={{ $e }};{{ end }}", "0=1;1=z;2=<no value>;"),
        ("{{ range $k, $v := .m }}{{ $k }}:{{ $v }} {{ end }}", "a:1 b:x n:<no value> "),
        ("{{ range 3 }}{{ . }}{{ else }}no{{ end }}", "012"),
        ("{{ range .e }}x{{ else }}no{{ end }}", "no"),
        ("{{ range $x := .e }}{{ else }}{{ $x }}{{ end }}", "[]"),
        (
            "{{ range until 9 }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ if gt . 4 }}{{ break }}{{ end }}{{ . }}{{ end }}",
            "0134",
        ),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ range until 2 }}{{ $x }}{{ $x := 5 }}{{ end }}", "11"),
        ("{{ $y := 0 }}{{ if or true ($y := 1) }}{{ $y }}{{ end }}", "0"),
        ("{{ $y := 0 }}{{ if or false ($y := 1) }}{{ $y }}{{ end }}", "1"),
        ("{{ $x := 1 }}{{ $x := printf \"%d!\" $x }}{{ $x }}", "1!"),
        ("{{ define \"d\" }}<{{ . }}{{ $ }}>{{ end }}{{ template \"d\" .s }}", "<texttext>"),
        ("{{ template \"d\" }}{{ define \"d\" }}{{ .x }}{{ end }}", "<no value>"),
        ("{{ block \"b\" .s }}[{{ . }}]{{ end }}", "[text]"),
        ("{{ \"a\" | printf \"%s%s\" \"b\" }}", "ba"),
        ("{{ \"a\" | }}", "a"),
        (
            "{{ 1e3 }} {{ 0x1F }} {{ 'a' }} {{ 1i }} {{ 1_000 }} {{ .5 }}",
            "1000 31 97 (0+1i) 1000 0.5",
        ),
        ("{{ eq .nope nil }} {{ eq .nope \"\" }} {{ ne .nope \"x\" }}", "true false true"),
        ("{{ and 1 0 2 }} {{ or 0 \"\" 3 }} {{ 5 | and 1 }} {{ not .e }}", "0 3 5 true"),
        (
            "{{ index .l 1 }} {{ index .m \"b\" }} {{ index .m \"zz\" }} {{ index .s 0 }}",
            "z x <no value> 116",
        ),
        ("{{ len .l }} {{ len .s }} {{ .m | len }}", "3 4 3"),
        (
            "{{ html \"<a&'\\\"\" }} {{ js \"'<\" }} {{ urlquery \"a b/\" }}",
            "&lt;a&amp;&#39;&#34; \\'\\u003C a+b%2F",
        ),
        ("{{ print 1 2 \"a\" nil }}", "1 2a<nil>"),
        ("{{ u32 7 }} {{ u32 3.0 }}", "7 3"),
        ("{{ $x := `raw\nline` }}{{ $x }}", "raw\nline"),
    ];
    for (text, output) in cases {
        assert_eq!(render(text, &data()), Ok(output.to_owned()), "{text}");
    }
}

#[test]
fn fails_as_go_fails() {
    let cases = [
        (
            "{{ .m.n.x }}",
            r#"template: t:1:5: executing "t" at <.m.n.x>: nil pointer evaluating interface {}.x"#,
        ),
        (
            "{{ .s.x }}",
            r#"template: t:1:5: executing "t" at <.s.x>: can't evaluate field x in type interface {}"#,
        ),
        (
            "{{ (list 1 2).x }}",
            r#"template: t:1:11: executing "t" at <2>: can't evaluate field x in type []interface {}"#,
        ),
        (
            "{{ range .s }}{{ end }}",
            r#"template: t:1:9: executing "t" at <.s>: range can't iterate over text"#,
        ),
        (
            "{{ range .f }}{{ end }}",
            r#"template: t:1:9: executing "t" at <.f>: range can't iterate over 2.5"#,
        ),
        (
            "{{ range $i, $e := 3 }}{{ end }}",
            r#"template: t:1:19: executing "t" at <3>: can't use 3 to iterate over more than one variable"#,
        ),
        (
            "{{ upper .f }}",
            r#"template: t:1:9: executing "t" at <.f>: wrong type for value; expected string; got float64"#,
        ),
        (
            "{{ upper .nope }}",
            r#"template: t:1:9: executing "t" at <.nope>: wrong type for value; expected string; got interface {}"#,
        ),
        (
            "{{ .nope | upper }}",
            r#"template: t:1:11: executing "t" at <upper>: invalid value; expected string"#,
        ),
        ("{{ upper 1 }}", r#"template: t:1:9: executing "t" at <1>: expected string; found 1"#),
        (
            "{{ upper nil }}",
            r#"template: t:1:9: executing "t" at <nil>: cannot assign nil to string"#,
        ),
        (
            "{{ until 2.5 }}",
            r#"template: t:1:9: executing "t" at <2.5>: expected integer; found 2.5"#,
        ),
        (
            "{{ u32 -1 }}",
            r#"template: t:1:7: executing "t" at <-1>: expected unsigned integer; found -1"#,
        ),
        (
            "{{ get 5 \"a\" }}",
            r#"template: t:1:7: executing "t" at <5>: can't handle 5 for arg of type map[string]interface {}"#,
        ),
        (
            "{{ upper }}",
            r#"template: t:1:3: executing "t" at <upper>: wrong number of args for upper: want 1 got 0"#,
        ),
        (
            "{{ and }}",
            r#"template: t:1:3: executing "t" at <and>: wrong number of args for and: want at least 1 got 0"#,
        ),
        ("{{ nil }}", r#"template: t:1:3: executing "t" at <nil>: nil is not a command"#),
        (
            "{{ .m.b 1 }}",
            r#"template: t:1:5: executing "t" at <.m.b>: b is not a method but has arguments"#,
        ),
        (
            "{{ 1 | .s }}",
            r#"template: t:1:7: executing "t" at <.s>: s is not a method but has arguments"#,
        ),
        (
            "{{ $x := 1 }}{{ 2 | $x }}",
            r#"template: t:1:20: executing "t" at <$x>: can't give argument to non-function $x"#,
        ),
        ("{{ $x = 1 }}", r#"template: t:1:8: executing "t" at <1>: undefined variable: $x"#),
        ("{{ $x := $x }}", r#"template: t:1:9: executing "t" at <$x>: undefined variable: $x"#),
        (
            "{{ template \"no\" . }}",
            r#"template: t:1:12: executing "t" at <{{template "no" .}}>: template "no" not defined"#,
        ),
        (
            "{{ index nil 1 }}",
            r#"template: t:1:3: executing "t" at <index nil 1>: error calling index: index of untyped nil"#,
        ),
        (
            "{{ index .l 3 }}",
            r#"template: t:1:3: executing "t" at <index .l 3>: error calling index: reflect: slice index out of range"#,
        ),
        (
            "{{ index .l 4 }}",
            r#"template: t:1:3: executing "t" at <index .l 4>: error calling index: index out of range: 4"#,
        ),
        (
            "{{ index .l .f }}",
            r#"template: t:1:3: executing "t" at <index .l .f>: error calling index: cannot index slice/array with type float64"#,
        ),
        (
            "{{ len .nope }}",
            r#"template: t:1:3: executing "t" at <len .nope>: error calling len: len of nil pointer"#,
        ),
        (
            "{{ len nil }}",
            r#"template: t:1:3: executing "t" at <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value"#,
        ),
        (
            "{{ len 3 }}",
            r#"template: t:1:3: executing "t" at <len 3>: error calling len: len of type int"#,
        ),
        (
            "{{ call .f }}",
            r#"template: t:1:3: executing "t" at <call .f>: error calling call: non-function .f of type float64"#,
        ),
        (
            "{{ eq .f 2 }}",
            r#"template: t:1:3: executing "t" at <eq .f 2>: error calling eq: incompatible types for comparison: float64 and int"#,
        ),
        (
            "{{ eq (list 1) (list 1) }}",
            r#"template: t:1:3: executing "t" at <eq (list 1) (list 1)>: error calling eq: non-comparable type [%!s(int=1)]: []interface {}"#,
        ),
        (
            "{{ gt true false }}",
            r#"template: t:1:3: executing "t" at <gt true false>: error calling gt: invalid type for comparison"#,
        ),
        (
            "{{ 9223372036854775808 }}",
            r#"template: t:1:3: executing "t" at <9223372036854775808>: 9223372036854775808 overflows int"#,
        ),
        (
            "a\n{{ define \"d\" }}\n {{ .x.y }}{{ end }}{{ template \"d\" . }}",
            r#"template: t:3:6: executing "d" at <.x.y>: nil pointer evaluating interface {}.y"#,
        ),
    ];
    for (text, error) in cases {
        assert_eq!(render(text, &data()), Err(error.to_owned()), "{text}");
    }
}

#[test]
fn ends_what_would_not_end() {
    let endless = "{{ define \"d\" }}{{ range until 1000 }}{{ range until 1000 }}x{{ end }}{{ end }}{{ end }}{{ template \"d\" }}";
    let error = render(endless, &data()).unwrap_err();
    assert!(error.contains("rendering took more than 100000 steps"), "{error}");
    let deep = "{{ define \"d\" }}{{ template \"d\" }}{{ end }}{{ template \"d\" }}";
    let error = render_within(Limits::default(), deep, &data()).unwrap_err();
    assert!(error.ends_with("exceeded maximum template depth (100000)"), "{error}");
}

#[test]
fn parse_errors() {
    let cases = [
        ("{{ .a.b-c }}", "template: t:1: bad character U+002D '-'"),
        ("{{ nope }}", "template: t:1: function \"nope\" not defined"),
        ("{{ $x }}", "template: t:1: undefined variable \"$x\""),
        ("{{ if }}{{ end }}", "template: t:1: missing value for if"),
        ("{{ if 1 }}\n", "template: t:2: unexpected EOF"),
        ("{{ end }}", "template: t:1: unexpected {{end}}"),
        ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "template: t:1: expected end; found {{else}}"),
        ("{{ if 1 }}{{ else with 2 }}{{ end }}", "template: t:1: unexpected <with> in input"),
        ("{{ \"a\" | \"b\" }}", "template: t:1: non executable command in pipeline stage 2"),
        ("{{ \"abc", "template: t:1: unterminated quoted string"),
        ("{{ .x\n\n", "template: t:3: unclosed action started at t:1"),
        ("{{ .x\n \"", "template: t:2: unterminated quoted string in action started at t:1"),
        ("{{/* x", "template: t:1: unclosed comment"),
        ("{{/* x */ }}", "template: t:1: comment ends before closing delimiter"),
        ("{{ ( }}", "template: t:1: unclosed left paren"),
        ("{{ ) }}", "template: t:1: unexpected right paren"),
        ("{{ upper(\"a\") }}", "template: t:1: unexpected \"(\" in operand"),
        ("{{ \"a\".x }}", "template: t:1: unexpected . after term \"\\\"a\\\"\""),
        ("{{ break }}", "template: t:1: {{break}} outside {{range}}"),
        ("{{ $x, $y := 1 }}", "template: t:1: too many declarations in command"),
        ("{{ template nope }}", "template: t:1: unexpected \"nope\" in template clause"),
        (
            "{{ if 1 }}{{ define \"x\" }}{{ end }}{{ end }}",
            "template: t:1: unexpected <define> in command",
        ),
        ("{{ 1- }}", "template: t:1: bad number syntax: \"1-\""),
        ("{{ '' }}", "template: t:1: invalid syntax"),
        ("{{ 'ab' }}", "template: t:1: malformed character constant: 'ab'"),
        ("{{ 99999999999999999999 }}", "template: t:1: integer overflow: \"99999999999999999999\""),
        ("{{ \"\\q\" }}", "template: t:1: invalid syntax"),
        (
            "{{define \"d\"}}a{{end}}\n{{define \"d\"}}b{{end}}",
            "template: t:2: template: multiple definition of template \"d\"",
        ),
        (
            "{{define \"t\"}}a{{end}}\nx",
            "template: t:2: template: multiple definition of template \"t\"",
        ),
        ("{{ @ }}", "template: t:1: unexpected \"@\" in command"),
        ("{{ \u{20ac} }}", "template: t:1: unrecognized character in action: U+20AC '\u{20ac}'"),
    ];
    for (text, error) in cases {
        assert_eq!(render(text, &data()), Err(error.to_owned()), "{text}");
    }
}

#[test]
fn names_the_frames_of_calls() {
    let text = "{{ define \"d\" }}\n {{ .x.y }}{{ end }}{{ include \"d\" . }}";
    let error = "template: t:2:23: executing \"t\" at <include \"d\" .>: error calling include: \
                 template: t:2:6: executing \"d\" at <.x.y>: nil pointer evaluating interface {}.y";
    assert_eq!(render(text, &data()), Err(error.to_owned()));
    let error = "template: t:1:3: executing \"t\" at <include \"no\" .>: error calling include: \
                 template: no template \"no\" associated with template \"root\"";
    assert_eq!(render("{{ include \"no\" . }}", &data()), Err(error.to_owned()));
}

#[test]
fn traces_every_byte() {
    let text = "{{ define \"d\" }}a: {{ .s }}\nb: 1{{ end }}x:\n{{ include \"d\" . | indent }}!";
    let (output, mut trace) = traced(Limits::default(), text, &data()).unwrap();
    assert_eq!(output, "x:\n  a: text\n  b: 1!");
    let origin_of = |trace: &Trace, part: &str, output: &str| {
        let origin = trace.at(output.find(part).unwrap()).unwrap();
        let shown = |span: crate::diagnostics::Span| {
            text[span.start as usize..span.end as usize].to_owned()
        };
        (shown(origin.span()), origin.caller().map(|caller| shown(caller.span())))
    };
    let call = Some("include \"d\" .".to_owned());
    assert_eq!(origin_of(&trace, "x:", &output), ("x".to_owned(), None));
    assert_eq!(origin_of(&trace, "a:", &output), ("a".to_owned(), call.clone()));
    assert_eq!(origin_of(&trace, "text", &output), ("{{ .s }}".to_owned(), call.clone()));
    assert_eq!(origin_of(&trace, "b: 1", &output), ("b".to_owned(), call));
    let action = "{{ include \"d\" . | indent }}".to_owned();
    assert_eq!(origin_of(&trace, "  a", &output), (action, None));
    trace.remove_all(output.as_bytes(), b"text");
    let output = output.replace("text", "");
    assert_eq!(origin_of(&trace, "!", &output), ("!".to_owned(), None));
}
