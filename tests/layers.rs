//! Holds the line of the layers: a module imports only what stands before it.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

/// The modules in their order; those in one group do not know each other.
const LINE: &[&[&str]] = &[
    &["compat"],
    &["diagnostics"],
    &["data"],
    &["json"],
    &["yaml"],
    &["pattern", "semver", "dates"],
    &["toml"],
    &["template"],
    &["functions"],
    &["chart"],
    &["values"],
    &["render"],
    &["manifest"],
    &["commands"],
    &["cli"],
];

/// The one test of this file.
pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("layers: a module imports only what stands before it", check)]
}

fn check() -> Result<(), Failed> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (place, module) in modules() {
        visit(&source.join(module), &mut |file| {
            let text = fs::read_to_string(file).expect("sources are readable");
            for import in imports(&text) {
                if !stands_before(import, module, place) {
                    wrong.push(format!("{}: crate::{import}", file.display()));
                }
            }
        });
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Every module with the number of its group.
fn modules() -> impl Iterator<Item = (usize, &'static str)> {
    LINE.iter()
        .enumerate()
        .flat_map(|(place, group)| group.iter().map(move |module| (place, *module)))
}

/// True if `module`, which is in the group `place`, may import `import`.
fn stands_before(import: &str, module: &str, place: usize) -> bool {
    let known = modules().find(|(_, known)| *known == import);
    // What is no module is a name that lib.rs gives: there is only `Compat`.
    import == module || known.map_or(import == "Compat", |(other, _)| stands(other, import, place))
}

/// Modules of an earlier group, or before in the same one: `json` may use `yaml`.
fn stands(other: usize, _: &str, place: usize) -> bool {
    other <= place
}

/// The first name of each path that begins with `crate::`, comments aside.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let end = rest.find(|rune: char| !rune.is_alphanumeric() && rune != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
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
