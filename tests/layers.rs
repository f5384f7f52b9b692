//! Holds the picture of the floors in docs/architecture.md: a room imports only rooms that the
//! picture has before it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// The one test of this file.
pub(crate) fn trials() -> Vec<Trial> {
    vec![test("layers: a room imports only what stands before it", check)]
}

fn check() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let picture = fs::read_to_string(root.join("docs/architecture.md"))?;
    let rooms = rooms(&picture);
    let mut wrong = strangers_on_disk(root, &rooms);
    let steps: HashMap<&str, usize> = rooms.iter().map(|room| (room.name, room.step)).collect();
    for room in &rooms {
        visit(&root.join(room.floor).join(room.name), &mut |file| {
            let text = fs::read_to_string(file).expect("sources are readable");
            for import in imports(&text).filter(|import| !room.may_import(import, &steps)) {
                wrong.push(format!("{}: {import}", file.display()));
            }
        });
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// A room of the picture.
#[derive(Debug)]
struct Room<'p> {
    /// The folder of its floor.
    floor: &'p str,
    name: &'p str,
    /// Rooms with the same number do not know each other; a larger one knows the smaller ones.
    step: usize,
}

impl Room<'_> {
    /// True for the room itself, what stands before it, and what is no room at all.
    fn may_import(&self, import: &str, steps: &HashMap<&str, usize>) -> bool {
        import == self.name || steps.get(import).is_none_or(|step| *step < self.step)
    }
}

/// The rooms in the picture's order. A line of it is a floor's folder, and behind it its rooms:
/// `→` stands between those that may know each other, a comma between those that do not.
fn rooms(document: &str) -> Vec<Room<'_>> {
    let picture = document.split("```floors\n").nth(1).and_then(|rest| rest.split("```").next());
    let mut rooms = Vec::new();
    let mut step = 0;
    for line in picture.expect("the document has the picture").lines() {
        let (floor, names) = line.split_once(' ').expect("a folder, then its rooms");
        for group in names.split('→') {
            step += 1;
            let names = group.split(',').map(str::trim);
            rooms.extend(names.map(|name| Room { floor: floor.trim_end_matches('/'), name, step }));
        }
    }
    rooms
}

/// What stands on a floor but not in the picture.
fn strangers_on_disk(root: &Path, rooms: &[Room<'_>]) -> Vec<String> {
    let mut strangers = Vec::new();
    for room in rooms {
        let entries = fs::read_dir(root.join(room.floor)).expect("the picture names folders");
        for path in entries.map(|entry| entry.expect("sources are readable").path()) {
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let is_known = rooms.iter().any(|one| one.floor == room.floor && one.name == name);
            let text = format!("{}: is not in the picture", path.display());
            if !is_known && name != "mod" && !strangers.contains(&text) {
                strangers.push(text);
            }
        }
    }
    strangers
}

/// The rooms that a text names: what follows `crate::` or the engine's name, comments aside.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        let behind = ["crate::", "go_text_template::"].map(|start| line.split(start).skip(1));
        behind.into_iter().flatten()
    })
    .flat_map(|rest| {
        let listed = rest.strip_prefix('{').map(|rest| rest.split('}').next().unwrap_or_default());
        listed.unwrap_or(first_name(rest)).split(", ").map(first_name)
    })
}

fn first_name(text: &str) -> &str {
    let end = text.find(|rune: char| !rune.is_alphanumeric() && rune != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Calls `look` with the file of a room, or every file in its folder.
fn visit(room: &Path, look: &mut dyn FnMut(&Path)) {
    let file = room.with_extension("rs");
    if file.is_file() {
        look(&file);
    }
    let Ok(entries) = fs::read_dir(room) else { return };
    for path in entries.map(|entry| entry.expect("sources are readable").path()) {
        visit_path(&path, look);
    }
}

fn visit_path(path: &Path, look: &mut dyn FnMut(&Path)) {
    if path.is_dir() {
        visit(path, look);
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        look(path);
    }
}
