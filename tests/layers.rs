//! Holds the line of the layers: a module imports only what stands before it.

use std::fs;
use std::path::Path;

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// The one test of this file.
pub(crate) fn trials() -> Vec<Trial> {
    vec![test("layers: a module imports only what stands before it", check)]
}

fn check() -> Result<(), Failed> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let library = fs::read_to_string(source.join("lib.rs")).expect("sources are readable");
    let line: Vec<&str> = modules(&library).collect();
    let mut wrong = Vec::new();
    for (place, module) in line.iter().enumerate() {
        visit(&source.join(module), &mut |file| {
            let text = fs::read_to_string(file).expect("sources are readable");
            // Beside modules the crate has one name of its own.
            let fits = |import: &&str| *import == "Compat" || line[..=place].contains(import);
            let strangers = imports(&text).filter(|import| !fits(import));
            wrong.extend(strangers.map(|import| format!("{}: crate::{import}", file.display())));
        });
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The modules in the order in which lib.rs declares them, which is that of the layers.
fn modules(library: &str) -> impl Iterator<Item = &str> {
    let declared = library.lines().filter_map(|line| line.strip_prefix("pub mod "));
    declared.map(|module| module.trim_end_matches(';'))
}

/// The first name of each path that begins with `crate::`, comments aside.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1)).flat_map(|rest| {
        let listed = rest.strip_prefix('{').map(|rest| rest.split('}').next().unwrap_or_default());
        listed.unwrap_or(first_name(rest)).split(", ").map(first_name)
    })
}

fn first_name(text: &str) -> &str {
    let end = text.find(|rune: char| !rune.is_alphanumeric() && rune != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Calls `look` with the file of a module, or every file in its folder.
fn visit(module: &Path, look: &mut dyn FnMut(&Path)) {
    let file = module.with_extension("rs");
    if file.is_file() {
        look(&file);
    }
    let Ok(entries) = fs::read_dir(module) else { return };
    for entry in entries {
        let path = entry.expect("sources are readable").path();
        if path.is_dir() {
            visit(&path, look);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            look(&path);
        }
    }
}
