//! Any template can be executed or refused, within its limits. The input is values in YAML, a zero
//! byte, and the template.

#![no_main]

use std::sync::Arc;

use go_text_template::{Compat, Fixed};
use go_text_template::data::{Str, Tree, Value};
use go_text_template::functions::{Host, lookup};
use go_text_template::template::{Budget, Context, Limits, Render, TemplateSet, parse};
use go_text_template::yaml;
use libfuzzer_sys::fuzz_target;

/// Far below what a render may use, so that the fuzzer sees what happens at the limits.
const LIMITS: Limits = Limits { steps: 20_000, depth: 1_000, output: 1 << 20, memory: 8 << 20 };

/// Functions that take their time by design.
const SLOW: &[&str] = &[
    "bcrypt",
    "derivePassword",
    "genCA",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSignedCert",
    "htpasswd",
];

fuzz_target!(|input: &[u8]| {
    let Some(cut) = input.iter().position(|byte| *byte == 0) else { return };
    let values = yaml::read(&Str::from(&input[..cut])).unwrap_or(Tree::Null);
    for compat in [Compat::Helm3, Compat::Helm4] {
        execute(&values, &Str::from(&input[cut + 1..]), compat);
    }
});

fn execute(values: &Tree, text: &Str, compat: Compat) {
    let functions = |name: &str| if SLOW.contains(&name) { None } else { lookup(name, compat) };
    let Ok(parsed) = parse(text, &functions) else { return };
    let mut templates = TemplateSet::new();
    if templates.add("fuzz".into(), Arc::new(parsed)).is_err() {
        return;
    }
    let Some(template) = templates.get(b"fuzz").cloned() else { return };
    let budget = Budget::new(LIMITS);
    let world = Fixed { seconds: 1_800_000_000, ..Fixed::default() };
    let host = Host { compat, forgiven: None };
    let mut context = Context::new(Render {
        templates: &templates,
        functions: &functions,
        world: &world,
        budget: &budget,
        user: &host,
    });
    let root = Tree::map(vec![("Values".into(), values.clone())]);
    if let Err(error) = context.execute(&template, Value::from(&root)) {
        let _ = error.to_string();
    }
}
