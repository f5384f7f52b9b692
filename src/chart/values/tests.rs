//! From files in memory to values, as far as one needs several charts for it.
//!
//! Expected values were printed by Helm for the same charts.

use std::sync::Arc;

use super::{Error, check_presence, coalesce, process_dependencies};
use crate::model::{Chart, Notice, read_values};
use go_text_template::Compat::{self, Helm3, Helm4};
use go_text_template::data::{Str, Tree, TreeMap};

fn table(text: &str) -> Arc<TreeMap> {
    // Helm 3 keeps what Helm 4 would take out of a document, so both may read this.
    read_values(&Str::from(text), Helm3).expect("tests hold valid YAML")
}

/// A chart with these defaults, dependencies (as YAML) and subcharts.
fn chart(name: &str, values: &str, dependencies: Option<&str>, below: Vec<Chart>) -> Chart {
    let mut chart = Chart { values: table(values), path: name.into(), ..Chart::default() };
    let metadata = Arc::make_mut(&mut chart.metadata);
    metadata.name = name.into();
    metadata.version = "0.1.0".into();
    metadata.lists_dependencies = dependencies.is_some();
    for line in dependencies.unwrap_or_default().lines() {
        let item = table(line);
        let text = |key: &str| item.get(key.as_bytes()).and_then(Tree::as_str).cloned();
        let list = |key: &str| match item.get(key.as_bytes()) {
            Some(Tree::List(items)) => items.to_vec(),
            _ => Vec::new(),
        };
        metadata.dependencies.push(crate::model::Dependency {
            name: text("name").unwrap_or_default(),
            version: "*".into(),
            condition: text("condition").unwrap_or_default(),
            tags: list("tags").iter().filter_map(Tree::as_str).cloned().collect(),
            import_values: list("import-values"),
            alias: text("alias").unwrap_or_default(),
            ..Default::default()
        });
    }
    chart.templates = Arc::default();
    chart.dependencies = Arc::new(below);
    chart
}

fn processed(
    chart: &Chart,
    user: &str,
    compat: Compat,
    notices: &mut Vec<Notice>,
) -> Result<(Chart, Arc<TreeMap>), Error> {
    let user = table(user);
    let chart = process_dependencies(chart, &user, compat, notices)?;
    let values = coalesce(&chart, &user, compat, notices)?;
    Ok((chart, values))
}

fn values(chart: &Chart, user: &str, compat: Compat) -> Tree {
    let (_, values) = processed(chart, user, compat, &mut Vec::new()).expect("values fit");
    Tree::Map(values)
}

fn tree(text: &str) -> Tree {
    Tree::Map(table(text))
}

#[test]
fn nulls_of_defaults_and_users_meet() {
    let sub = chart("s", "x: 1\ny2: {z: 2, q: null}\nk: null\n", None, Vec::new());
    let defaults = "a: null\nb: {c: null, d: 1}\ns: {x: null, y2: {z: null, w: 1}}\n";
    let top = chart("c", defaults, Some("name: s"), vec![sub]);
    let cases = [
        (Helm3, "{}", "{a: null, b: {c: null, d: 1}, s: {global: {}, y2: {q: null, w: 1}}}"),
        (Helm4, "{}", "{b: {d: 1}, s: {global: {}, x: 1, y2: {w: 1, z: 2}}}"),
        (Helm4, "s: {o: 1}", "{b: {d: 1}, s: {global: {}, o: 1, y2: {q: null, w: 1}}}"),
        (Helm3, "b: null", "{a: null, s: {global: {}, y2: {q: null, w: 1}}}"),
        (Helm4, "new: null", "{b: {d: 1}, new: null, s: {global: {}, x: 1, y2: {w: 1, z: 2}}}"),
    ];
    for (compat, user, expected) in cases {
        assert_eq!(values(&top, user, compat), tree(expected), "{compat:?} {user}");
    }
}

#[test]
fn tables_inside_tables_of_globals_are_shared() {
    let s = chart("s", "global: {t: {u: {b: 2}, m: {z: 1}}}", None, Vec::new());
    let r = chart("r", "global: {t: {u: {q: 1, a: 5}}}", None, Vec::new());
    let top = chart("c", "global: {t: {u: {a: 1}}}", Some("name: s\nname: r"), vec![r, s]);
    let expected = "
global: {t: {u: {a: 1, b: 2, q: 1}}}
r: {global: {t: {u: {a: 1, b: 2, q: 1}}}}
s: {global: {t: {u: {a: 1, b: 2, q: 1}, m: {z: 1}}}}";
    assert_eq!(values(&top, "{}", Helm4), tree(expected));
}

#[test]
fn conditions_beat_tags_and_aliases_rename() {
    let names = |user: &str| {
        let sub = || chart("s", "{}", None, Vec::new());
        let wanted = "{name: s, alias: a1, condition: 'a1.act,other.act', tags: [t]}\nname: s";
        let top = chart("c", "tags: {t: false}", Some(wanted), vec![sub()]);
        let (top, _) = processed(&top, user, Helm4, &mut Vec::new()).expect("values fit");
        let names = top.dependencies.iter().map(|chart| chart.path.to_string());
        names.collect::<Vec<_>>().join(" ")
    };
    for (user, expected) in [
        ("{}", "c/charts/s"),
        ("a1: {act: true}", "c/charts/a1 c/charts/s"),
        ("a1: {act: 1}", "c/charts/s"),
        ("tags: {t: true}", "c/charts/a1 c/charts/s"),
        ("{tags: {t: true}, other: {act: false}}", "c/charts/s"),
    ] {
        assert_eq!(names(user), expected, "{user}");
    }
}

#[test]
fn exports_come_under_the_defaults_above() {
    let sub = chart("s", "data: {k: 1, l: 2}\nexports: {e: {m: 3}}", None, Vec::new());
    let wanted = "{name: s, import-values: [{child: data, parent: x.z}, e, nope]}";
    let top = chart("c", "x: {z: {k: mine}}", Some(wanted), vec![sub]);
    let mut notices = Vec::new();
    let (top, values) = processed(&top, "{}", Helm3, &mut notices).expect("values fit");
    assert_eq!(values.get(b"x"), Some(&tree("z: {k: mine, l: 2}")));
    assert_eq!(values.get(b"m"), Some(&Tree::Float(3.0)));
    assert_eq!(notices, [Notice::ImportMissingExport { table: "nope".into() }]);
    assert_eq!(top.metadata.dependencies[0].import_values.len(), 3);
}

#[test]
fn sections_must_be_tables() {
    let sub = || chart("s", "x: {d: 1}", None, Vec::new());
    let top = chart("c", "{}", Some("name: s"), vec![sub()]);
    for (user, expected) in [
        ("s: 5", "type mismatch on s: %!t(float64=5)"),
        ("s: null", "type mismatch on s: %!t(<nil>)"),
        ("s: [a, {b: 1}]", "type mismatch on s: [%!t(string=a) map[%!t(string=b):%!t(float64=1)]]"),
        ("s: true", "type mismatch on s: true"),
    ] {
        let error = processed(&top, user, Helm3, &mut Vec::new()).expect_err("s is no table");
        assert_eq!(error.to_string(), expected);
    }
    let error = check_presence(&chart("c", "", Some("name: a\nname: b"), vec![]), Helm3);
    let text = "found in Chart.yaml, but missing in charts/ directory: a, b";
    assert_eq!(error.expect_err("nothing is there").to_string(), text);
}

#[test]
fn warnings_are_said_as_often_as_helm_says_them() {
    let top = chart("c", "a: {b: {t: 1}, c: 1}\nd: 1", None, Vec::new());
    let mut notices = Vec::new();
    processed(&top, "a: {b: 5, c: {t: 1}}\nd: {t: 1}", Helm3, &mut notices).expect("values fit");
    let lines: Vec<_> = notices.iter().map(|notice| notice.line(Helm3).to_string()).collect();
    let expected = [
        "coalesce.go:316: warning: cannot overwrite table with non table for c.a.b (map[t:1])",
        "coalesce.go:319: warning: destination for c.a.c is a table. Ignoring non-table value (1)",
        "coalesce.go:237: warning: skipped value for c.d: Not a table.",
    ];
    assert_eq!(lines, expected);
}
