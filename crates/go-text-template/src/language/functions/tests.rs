//! Runs the examples of all functions, and checks that there are some.

use std::collections::HashSet;
use std::sync::Arc;

use super::{TABLES, lookup};
use crate::Fixed;
use crate::compat::Compat;
use crate::data::{Kind, Map, MapClass, Str, Type, Value};
use crate::template::{
    Budget, Cause, Context, Error, Limits, ParseError, Render, TemplateSet, parse,
};

/// The files with tables, in the order of the tables.
static SOURCES: &[(&str, &str)] = &[
    ("casing", include_str!("casing.rs")),
    ("certificate", include_str!("certificate/mod.rs")),
    ("cipher", include_str!("cipher.rs")),
    ("control", include_str!("control.rs")),
    ("dates", include_str!("dates.rs")),
    ("defaults", include_str!("defaults.rs")),
    ("dicts", include_str!("dicts.rs")),
    ("durations", include_str!("durations.rs")),
    ("encoding", include_str!("encoding.rs")),
    ("formats", include_str!("formats.rs")),
    ("hashes", include_str!("hashes.rs")),
    ("layout", include_str!("layout.rs")),
    ("lists", include_str!("lists.rs")),
    ("numbers", include_str!("numbers.rs")),
    ("password", include_str!("password.rs")),
    ("paths", include_str!("paths.rs")),
    ("random", include_str!("random.rs")),
    ("reflection", include_str!("reflection.rs")),
    ("regex", include_str!("regex.rs")),
    ("semver", include_str!("semver.rs")),
    ("strings", include_str!("strings.rs")),
    ("templates", include_str!("templates.rs")),
    ("toml", include_str!("toml.rs")),
    ("urls", include_str!("urls.rs")),
];

#[test]
fn every_table_has_its_source_here() {
    assert_eq!(SOURCES.len(), TABLES.len());
}

#[test]
fn no_name_stands_in_two_tables() {
    let mut names = HashSet::new();
    for (name, _) in TABLES.iter().copied().flatten() {
        assert!(names.insert(name), "{name}");
    }
}

#[test]
fn every_function_has_an_example() {
    let mut without = Vec::new();
    for (file, source) in SOURCES {
        let missing = functions_in_tables(source);
        let missing = missing.filter(|name| !doc_of(source, name).contains("/// {{"));
        without.extend(missing.map(|name| format!("{file}: {name}")));
    }
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn examples_print_what_they_say() {
    let mut wrong = Vec::new();
    for (file, source) in SOURCES {
        for (template, expected) in source.lines().filter_map(example) {
            let found = rendered(template);
            if found != expected && Some(found.as_str()) != unquoted(expected).as_deref() {
                wrong
                    .push(format!("{file}: {template}\n  expected {expected}\n  found    {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
}

/// The names of the Rust functions in a file's table.
fn functions_in_tables(source: &str) -> impl Iterator<Item = &str> {
    source.split("&function(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(name, _)| name)
}

/// The lines of documentation above the function `name`.
fn doc_of<'s>(source: &'s str, name: &str) -> &'s str {
    let plain = format!("fn {name}(");
    let generic = format!("fn {name}<");
    let Some(at) = source.find(&plain).or_else(|| source.find(&generic)) else {
        return "";
    };
    let start = source[..at].rfind("\n\n").unwrap_or(0);
    &source[start..at]
}

/// The template and the expectation of a line like `/// {{ upper "a" }} -> A`.
fn example(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("/// ").filter(|line| line.starts_with("{{"))?;
    let arrow = line.find("}} ")? + 2;
    let arrow = line[arrow..].find("-> ").map(|at| at + arrow)?;
    Some((line[..arrow].trim_end(), &line[arrow + 3..]))
}

/// What an expectation between double quotes stands for: a text with line breaks or the like.
fn unquoted(expected: &str) -> Option<String> {
    let inner = expected.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match (char, chars.clone().next()) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some('r')) => text.push('\r'),
            ('\\', Some(other)) => text.push(other),
            _ => {
                text.push(char);
                continue;
            }
        }
        chars.next();
    }
    Some(text)
}

/// What the template prints, or `error: …`.
fn rendered(template: &str) -> String {
    let functions = |name: &str| lookup(name, Compat::Helm4);
    let budget = Budget::new(Limits::default());
    let mut templates = TemplateSet::new();
    let name = Str::from("example");
    let parsed = parse(&template.into(), &functions);
    if let Err(error) = parsed.and_then(|parsed| templates.add(name.clone(), Arc::new(parsed))) {
        return format!("error: {}", parse_message(&error));
    }
    let render = Render {
        templates: &templates,
        functions: &functions,
        world: &Fixed { seconds: 1_700_000_000, ..Fixed::default() },
        budget: &budget,
        user: &(),
    };
    let template = templates.get(&name).expect("it has been added");
    match Context::new(render).execute(template, root()) {
        Ok(text) => String::from_utf8_lossy(&text).replace("<no value>", ""),
        Err(error) => format!("error: {}", message(&error)),
    }
}

fn parse_message(error: &ParseError) -> String {
    error.message(&"example".into())
}

/// What the innermost frame says, without the name of the function.
fn message(error: &Error) -> String {
    match error.innermost().cause() {
        Cause::Function { failure, .. } | Cause::Exhausted(failure) => failure.to_string(),
        Cause::Stop { message, .. } => message.clone(),
        cause => cause.to_string(),
    }
}

/// The dot of the examples: empty values.
fn root() -> Value {
    static VALUES: MapClass = MapClass::plain(Type::Named("common.Values", Kind::Map), Type::Any);
    let root = Map::new();
    root.insert("Values", Map::of(&VALUES));
    root.into()
}
