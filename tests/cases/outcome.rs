//! Runs the commands of a case and compares what comes out.

use std::collections::BTreeMap;
use std::io::{PipeReader, Read, Write};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::format::{Case, words};
use super::times::without_times;
use super::world::World;

/// A command that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a command of a case has to give.
#[derive(Default)]
struct Expected {
    command: String,
    status: i32,
    stdout: String,
    stderr: String,
}

/// Runs `case` in the manner of `helm`, and says what differs.
pub(super) fn check(case: &Case, helm: &str) -> Result<(), String> {
    let world = World::new(case);
    let is_volatile = |what: &str| {
        let marks =
            ["volatile".to_owned(), format!("volatile {what}"), format!("volatile {what} {helm}")];
        marks.iter().any(|mark| case.body(mark).is_some())
    };
    let before = world.listing();
    let mut differences = String::new();
    for expected in expectations(case, helm) {
        let found = run(case, &world, &expected.command, helm)?;
        let status = found.status.code().unwrap_or(-1);
        differ(
            &mut differences,
            &expected,
            "status",
            &expected.status.to_string(),
            &status.to_string(),
        );
        for (what, expected_text, text) in [
            ("stdout", &expected.stdout, &found.stdout),
            ("stderr", &expected.stderr, &found.stderr),
        ] {
            if !is_volatile(what) {
                let text = shown(case, &world, text);
                differ(&mut differences, &expected, what, expected_text, &text);
            }
        }
    }
    if !is_volatile("creates") {
        compare_files(&mut differences, case, helm, &before, &world);
    }
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

/// `text` as the case has it.
fn shown(case: &Case, world: &World, text: &[u8]) -> String {
    let text = world.hidden(text);
    if case.body("timeless").is_some() { without_times(&text) } else { text }
}

/// The commands of the case with what they have to give.
///
/// A section for both Helms ends with its name; for one of them, `helm3` or `helm4` follows.
fn expectations(case: &Case, helm: &str) -> Vec<Expected> {
    let mut all: Vec<Expected> = Vec::new();
    let mut early = Expected::default();
    let frame = frame(case);
    for section in &case.sections {
        if let Some(command) = section.header.strip_prefix("run ") {
            let command = command.to_owned();
            // What a case says before its only command is about that command.
            all.push(Expected { command, ..std::mem::take(&mut early) });
            continue;
        }
        let mut parts: Vec<&str> = section.header.split(' ').collect();
        match parts.last().copied() {
            Some(last @ ("helm3" | "helm4")) if last == helm => drop(parts.pop()),
            Some("helm3" | "helm4") => continue,
            _ => {}
        }
        let expected = all.last_mut().unwrap_or(&mut early);
        let text = String::from_utf8_lossy(&section.body);
        match parts.as_slice() {
            ["stdout"] if !text.contains("{text}") => expected.stdout = text.into_owned(),
            ["stderr"] => expected.stderr = text.into_owned(),
            ["status", status] => expected.status = status.parse().expect("a status is a number"),
            ["text"] => {
                let text = text.strip_suffix('\n').unwrap_or(&text);
                expected.stdout = frame.replace("{text}", text);
            }
            _ => {}
        }
    }
    all
}

/// The output around the text that a template gives.
fn frame(case: &Case) -> String {
    let frames = case.sections.iter().filter(|section| section.header == "stdout");
    let frames = frames.map(|section| String::from_utf8_lossy(&section.body));
    frames.into_iter().find(|frame| frame.contains("{text}")).unwrap_or_default().into_owned()
}

fn run(case: &Case, world: &World, command: &str, helm: &str) -> Result<Output, String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_chart"));
    #[cfg(unix)]
    std::os::unix::process::CommandExt::arg0(&mut program, world.root.join("bin/helm"));
    program.args(words(command).iter().map(|word| world.shown(word))).current_dir(&world.work);
    program.env_clear().env("HOME", &world.home).env("TZ", "UTC").env("LANG", "C.UTF-8");
    program.env("PATH", world.shown("$WORK/_bin:/usr/bin:/bin"));
    program.env("KUBECONFIG", world.home.join("nokube")).env("CHART_COMPAT", helm);
    for section in &case.sections {
        if let Some((key, value)) =
            section.header.strip_prefix("env ").and_then(|env| env.split_once('='))
        {
            program.env(key, world.shown(value));
        }
    }
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let merged = case.body("merged").is_some().then(|| merge(&mut program));
    let mut child = program.spawn().map_err(|error| format!("{command}: {error}"))?;
    // With the writing ends that it holds, the reader would wait for ever.
    drop(program);
    let id = child.id();
    let mut stdin = child.stdin.take().expect("it is piped");
    // A program that does not read its input is no failure.
    let _ = stdin.write_all(case.body("stdin").unwrap_or_default());
    drop(stdin);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut stdout = Vec::new();
        let read = merged.map_or(Ok(0), |mut reader| reader.read_to_end(&mut stdout));
        let output = read.and_then(|_| child.wait_with_output());
        sender.send(output.map(|output| match stdout.is_empty() {
            true => output,
            false => Output { stdout, ..output },
        }))
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(output) => output.map_err(|error| format!("{command}: {error}")),
        Err(_) => {
            let _ = Command::new("kill").arg(id.to_string()).status();
            Err(format!("{command}: no end after {} s", PATIENCE.as_secs()))
        }
    }
}

/// Sends both outputs of `program` to the end of a pipe whose other end it gives.
fn merge(program: &mut Command) -> PipeReader {
    let (reader, writer) = std::io::pipe().expect("there are pipes");
    program.stdout(writer.try_clone().expect("there are pipes")).stderr(writer);
    reader
}

/// Compares the files that the commands have written or changed with the `creates` sections.
fn compare_files(
    differences: &mut String,
    case: &Case,
    helm: &str,
    before: &BTreeMap<String, Vec<u8>>,
    world: &World,
) {
    let mut expected = BTreeMap::new();
    for section in &case.sections {
        let Some(name) = section.header.strip_prefix("creates ") else { continue };
        let name = match name.rsplit_once(' ') {
            Some((name, last)) if last == helm => name,
            Some((_, "helm3" | "helm4")) => continue,
            _ => name,
        };
        let name =
            name.strip_prefix("folder ").map_or_else(|| name.to_owned(), |name| format!("{name}/"));
        expected.insert(name, String::from_utf8_lossy(&section.body).into_owned());
    }
    let mut after = world.listing();
    after.retain(|name, body| before.get(name) != Some(body));
    let found: BTreeMap<String, String> =
        after.into_iter().map(|(name, body)| (name, world.hidden(&body))).collect();
    for name in expected.keys().chain(found.keys().filter(|name| !expected.contains_key(*name))) {
        if expected.get(name) != found.get(name) {
            let shown = |files: &BTreeMap<String, String>| match files.get(name) {
                Some(text) => format!("{text:?}"),
                None => "not there".to_owned(),
            };
            differences.push_str(&format!(
                "file {name}\n    expected {}\n    found    {}\n",
                shown(&expected),
                shown(&found)
            ));
        }
    }
}

/// Notes the lines in which two texts differ.
fn differ(differences: &mut String, command: &Expected, what: &str, expected: &str, found: &str) {
    if expected == found {
        return;
    }
    differences.push_str(&format!("$ helm {}\n{what} differs:\n", command.command));
    let (mut wanted, mut given): (Vec<&str>, Vec<&str>) =
        (expected.split_inclusive('\n').collect(), found.split_inclusive('\n').collect());
    let same = wanted.iter().zip(&given).take_while(|(wanted, given)| wanted == given).count();
    let context = same.saturating_sub(3);
    wanted[context..same].iter().for_each(|line| differences.push_str(&format!("      {line}")));
    wanted.drain(..same);
    given.drain(..same);
    let same = wanted.iter().rev().zip(given.iter().rev()).take_while(|(a, b)| a == b).count();
    wanted.truncate(wanted.len() - same);
    given.truncate(given.len() - same);
    for (mark, lines) in [("  -   ", wanted), ("  +   ", given)] {
        for line in lines {
            differences.push_str(&format!("{mark}{}\n", line.strip_suffix('\n').unwrap_or(line)));
        }
    }
}
