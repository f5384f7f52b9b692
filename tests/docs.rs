//! The documents do what they say: their commands run, and print what is shown below them.
//!
//! testdata/docs/README.md tells how a document marks its commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use go_text_template::data::{Str, Tree};
use go_text_template::yaml;
use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// A test for every document, and one for every file in docs/ that others start the program by.
pub(crate) fn trials() -> Vec<Trial> {
    let mut files = vec![root().join("README.md")];
    visit(&root().join("docs"), &mut files);
    files.into_iter().map(trial).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Adds the files of `folder`, in the order of their names.
fn visit(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("the folder is part of the project");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            visit(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn trial(file: PathBuf) -> Trial {
    let name = file.strip_prefix(root()).expect("it is part of the project").display().to_string();
    test(format!("docs: {name}"), move || {
        let text = fs::read_to_string(&file)?;
        let place = Place::new(file.file_stem().expect("it has a name").as_ref())?;
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("md") => document(&text, &place),
            Some("yaml" | "yml") => configuration(&text, &place),
            _ => place.read(&text, &[]),
        }
    })
}

/// Runs or reads all commands of a document.
fn document(text: &str, place: &Place) -> Result<(), Failed> {
    for block in blocks(text) {
        let at = |error: Failed| Failed::from(format!("line {}: {error}", block.line));
        match block.kind {
            Kind::Fenced("console") => {
                commands(&block.text).try_for_each(|command| place.run(&command)).map_err(at)?;
            }
            Kind::Fenced("yaml") => configuration(&block.text, place).map_err(at)?,
            Kind::Fenced(info) if info.starts_with("console,") => {
                let mut all = commands(&block.text);
                all.try_for_each(|command| place.read(command.words, &[])).map_err(at)?;
            }
            Kind::Fenced(_) => {}
            Kind::Prose => {
                let mut spans = spans(&block.text);
                spans.try_for_each(|span| place.read(&span, &[])).map_err(at)?;
            }
        }
    }
    Ok(())
}

/// A piece of a document.
struct Block<'t> {
    kind: Kind<'t>,
    /// The line that it begins on.
    line: usize,
    text: String,
}

enum Kind<'t> {
    /// Between fences; what stands behind the first of them.
    Fenced(&'t str),
    /// Between two fenced blocks.
    Prose,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = vec![Block { kind: Kind::Prose, line: 1, text: String::new() }];
    for (at, line) in text.lines().enumerate() {
        let block = blocks.last_mut().expect("there is one from the start");
        let kind = match (line.strip_prefix("```"), &block.kind) {
            (Some(info), Kind::Prose) => Kind::Fenced(info),
            (Some(_), Kind::Fenced(_)) => Kind::Prose,
            (None, _) => {
                block.text.push_str(line);
                block.text.push('\n');
                continue;
            }
        };
        blocks.push(Block { kind, line: at + 1, text: String::new() });
    }
    blocks
}

/// A command of a `console` block, and what is shown below it.
struct Shown<'t> {
    words: &'t str,
    output: &'t str,
}

fn commands(block: &str) -> impl Iterator<Item = Shown<'_>> {
    let block = block.strip_prefix("$ ").unwrap_or(block);
    block.split("\n$ ").map(|command| {
        let (words, output) = command.split_once('\n').unwrap_or((command, ""));
        Shown { words, output }
    })
}

/// What stands between backticks and begins with the program's name; in tables, `|` is escaped.
fn spans(prose: &str) -> impl Iterator<Item = String> {
    let spans = prose.split('`').skip(1).step_by(2);
    spans.filter(|span| span.starts_with("chart ")).map(|span| span.replace("\\|", "|"))
}

/// Reads the commands by which others start the program: lists of words, and scripts.
fn configuration(text: &str, place: &Place) -> Result<(), Failed> {
    for part in yaml::split(&Str::from(filled_in(text))) {
        walk(&yaml::read(&part?.text).map_err(|error| error.go_yaml_text())?, place)?;
    }
    Ok(())
}

/// The text with a number for everything that a code host fills in.
fn filled_in(text: &str) -> String {
    let mut pieces = text.split("${{");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + "1" + piece.split_once("}}").map_or("", |it| it.1))
}

fn walk(tree: &Tree, place: &Place) -> Result<(), Failed> {
    match tree {
        Tree::List(items) => items.iter().try_for_each(|item| walk(item, place)),
        Tree::Map(map) => {
            start(&strings(tree.at(&["command"])), &strings(tree.at(&["args"])), place)?;
            // A script is read with the variables that stand beside it.
            let variables = pairs(tree.at(&["env"]).or(tree.at(&["variables"])));
            for script in ["run", "script"].into_iter().filter_map(|key| tree.at(&[key])) {
                place.read(&strings(Some(script)).join("\n"), &variables)?;
            }
            map.iter().try_for_each(|(_, value)| walk(value, place))
        }
        _ => Ok(()),
    }
}

/// Reads the words that a container is started by: the image's program, if it is not named.
fn start(command: &[String], args: &[String], place: &Place) -> Result<(), Failed> {
    let image = fs::read_to_string(root().join("Dockerfile"))?;
    if let Some(program) = command.first()
        && !image.contains(&format!("ENTRYPOINT [{program:?}]"))
    {
        return Err(format!("the image has no {program}").into());
    }
    let words: Vec<&str> = command.iter().skip(1).chain(args).map(String::as_str).collect();
    if words.is_empty() { Ok(()) } else { place.read_words(&words) }
}

fn strings(tree: Option<&Tree>) -> Vec<String> {
    match tree {
        Some(Tree::List(items)) => items.iter().flat_map(|item| strings(Some(item))).collect(),
        Some(Tree::String(text)) => vec![text.to_string()],
        _ => Vec::new(),
    }
}

fn pairs(tree: Option<&Tree>) -> Vec<(String, String)> {
    let map = tree.and_then(Tree::as_map);
    let entries = map.into_iter().flat_map(|map| map.iter());
    entries.map(|(key, value)| (key.to_string(), strings(Some(value)).concat())).collect()
}

/// The folder in which a document's commands run, one after the other; gone when the test is.
struct Place(PathBuf);

impl Place {
    /// With a copy of charts/ and of what testdata/docs has for `document`.
    fn new(document: &Path) -> Result<Self, Failed> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("chart-docs-test-{}-{number}", std::process::id());
        let place = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(place.0.join("home"))?;
        fs::create_dir_all(place.work())?;
        let own = root().join("testdata/docs").join(document);
        copy(&root().join("charts"), &place.work().join("charts"))?;
        if own.is_dir() {
            copy(&own, &place.work())?;
        }
        Ok(place)
    }

    fn work(&self) -> PathBuf {
        self.0.join("work")
    }

    /// Runs a command: it has to print what is shown, and to fail only if that is shown.
    fn run(&self, command: &Shown<'_>) -> Result<(), Failed> {
        let stand_ins = root().join("testdata/docs/stand-ins");
        let program = Path::new(env!("CARGO_BIN_EXE_chart")).parent().expect("it is in a folder");
        let path = format!("{}:{}:/usr/bin:/bin", stand_ins.display(), program.display());
        let script = format!("set -o pipefail; exec 2>&1\n{}", command.words);
        let output = self.bash(&path, &script).output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let fails = command.output.lines().any(|line| line.starts_with("Error: "));
        if output.status.success() != fails && fits(&printed, command.output) {
            return Ok(());
        }
        let (words, shown) = (command.words, command.output);
        Err(format!("$ {words}\n{}\n--- shown\n{shown}\n--- printed\n{printed}", output.status)
            .into())
    }

    /// Reads a script that cannot run here, with `variables` of its own: all commands do nothing,
    /// and those of this program have to have their words right.
    fn read(&self, script: &str, variables: &[(String, String)]) -> Result<(), Failed> {
        let mut bash = self.reader(script);
        bash.envs(variables.iter().map(|(name, value)| (name, value)));
        well(script, &bash.output()?)
    }

    /// Reads the words of a command of this program.
    fn read_words(&self, words: &[&str]) -> Result<(), Failed> {
        well(&words.join(" "), &self.reader("chart \"$@\"").arg("chart").args(words).output()?)
    }

    fn reader(&self, script: &str) -> Command {
        let script = format!("set -e -o pipefail; command_not_found_handle() {{ :; }}\n{script}");
        self.bash(&root().join("testdata/docs/readers").display().to_string(), &script)
    }

    fn bash(&self, path: &str, script: &str) -> Command {
        let mut bash = Command::new("/bin/bash");
        bash.args(["-c", script]).current_dir(self.work()).stdin(Stdio::null());
        bash.env_clear().env("PATH", path).env("HOME", self.0.join("home"));
        bash.env("TZ", "UTC").env("PROGRAM", env!("CARGO_BIN_EXE_chart"));
        bash
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Copies what is in a folder.
fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    fs::create_dir_all(to)?;
    well("cp", &Command::new("cp").arg("-R").arg(from.join(".")).arg(to).output()?)
}

/// An error if a program did not go well.
fn well(what: &str, output: &Output) -> Result<(), Failed> {
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{what}\n{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Whether a command printed what is shown, where `…` stands for any text; nothing shown fits all.
fn fits(printed: &str, shown: &str) -> bool {
    let (shown, mut rest) = (shown.trim_end(), printed.trim_end());
    let pieces: Vec<&str> = shown.split('…').collect();
    let [first, between @ .., last] = pieces.as_slice() else {
        return shown.is_empty() || shown == rest;
    };
    let Some(behind) = rest.strip_prefix(first) else { return false };
    rest = behind;
    for piece in between {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}
