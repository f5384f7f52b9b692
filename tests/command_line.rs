//! The command line under the program's own name: help, manual pages, colours, and words that are not
//! UTF-8.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// The tests of this file.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("command line: every help fits 80 columns and says how it ends", helps),
        test("command line: --version is version", versions),
        test("command line: a command that there is not is a failure, in help as well", nothing),
        test("command line: every command has a manual page", pages),
        test("command line: colours where somebody wants them", colors),
        test("command line: words that are not UTF-8", bytes),
    ]
}

/// A folder of its own, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("chart-words-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Self(folder)
    }

    fn write(&self, path: &OsStr, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("the folder is ours");
        fs::write(path, text).expect("the folder is ours");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn chart(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_chart"));
    program.current_dir(folder).env_clear().env("HOME", folder);
    program
}

fn run<W: AsRef<OsStr>>(words: &[W]) -> Output {
    let folder = Folder::new();
    chart(&folder.0).args(words).output().expect("the program can be started")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The words that lead to each command, as completion has them.
fn commands() -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut at = 0;
    while at < all.len() {
        let path: Vec<String> = all[at].clone();
        at += 1;
        let asked = run(&[&["__completeNoDesc".to_owned()], &path[..], &[String::new()]].concat());
        let is_group =
            out(&run(&[&path[..], &["--help".to_owned()]].concat())).contains(" COMMAND ");
        let names = out(&asked);
        let names =
            names.lines().filter(|name| is_group && !name.starts_with(':') && *name != "help");
        all.extend(names.map(|name| [&path[..], &[name.to_owned()]].concat()));
    }
    all
}

fn helps() -> Result<(), Failed> {
    let commands = commands();
    if commands.len() < 40 {
        return Err(format!("only {} commands were found", commands.len()).into());
    }
    for words in commands {
        let shown = run(&[&words[..], &["--help".to_owned()]].concat());
        let text = out(&shown);
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        if !wide.is_empty() {
            return Err(format!("{words:?} is too wide:\n{}", wide.join("\n")).into());
        }
        for part in ["Usage: chart", "Every command:", "Environment:", "Exit status:", "--help"] {
            if !text.contains(part) {
                return Err(format!("{words:?} does not have {part:?}").into());
            }
        }
        if !words.is_empty() && out(&run(&[&["help".to_owned()], &words[..]].concat())) != text {
            return Err(format!("help {words:?} is something else").into());
        }
    }
    Ok(())
}

fn versions() -> Result<(), Failed> {
    let version = run(&["version"]);
    for flag in ["--version", "-V"] {
        if run(&[flag]).stdout != version.stdout {
            return Err(format!("{flag} is something else").into());
        }
    }
    Ok(())
}

fn nothing() -> Result<(), Failed> {
    for (words, of) in [
        (&["nope"][..], "chart"),
        (&["help", "nope"], "chart"),
        (&["help", "repo", "nope"], "chart repo"),
        (&["repo", "nope"], "chart repo"),
    ] {
        let output = run(words);
        let expected =
            format!("Error: unknown command \"nope\" for {of:?}\nRun '{of} --help' for usage.\n");
        let found = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(1) || found != expected || !output.stdout.is_empty() {
            return Err(format!("{words:?}: {output:?}").into());
        }
    }
    Ok(())
}

fn pages() -> Result<(), Failed> {
    let folder = Folder::new();
    let written = chart(&folder.0).args(["man", "pages"]).output()?;
    for words in commands() {
        let name = format!("{}.1", [&["chart".to_owned()], &words[..]].concat().join("-"));
        let page = fs::read_to_string(folder.0.join("pages").join(&name))?;
        let usage = roff(&format!("chart {}", words.join(" ")));
        for part in [".SH SYNOPSIS", ".SH \"EXIT STATUS\"", ".SH \"EVERY COMMAND\"", &usage] {
            if !page.contains(part) {
                return Err(format!("{name} does not have {part:?}").into());
            }
        }
        if !out(&written).contains(&format!("wrote pages/{name}\n")) {
            return Err(format!("nothing is said of {name}").into());
        }
    }
    Ok(())
}

/// `text` as pages have it.
fn roff(text: &str) -> String {
    text.trim().replace('-', r"\-")
}

fn colors() -> Result<(), Failed> {
    let is_colored = |words: &[&str], environment: &[(&str, &str)]| -> Result<bool, Failed> {
        let folder = Folder::new();
        let output = chart(&folder.0).args(words).envs(environment.iter().copied()).output()?;
        let escapes = |bytes: &[u8]| bytes.contains(&0x1b);
        Ok(escapes(&output.stdout) || escapes(&output.stderr))
    };
    for words in [["help", "template"], ["template", "nope"]] {
        let always = [&words[..], &["--color", "always"]].concat();
        for (words, environment, expected) in [
            (&words[..], &[][..], false),
            (&always, &[], true),
            (&words, &[("HELM_COLOR", "always")], true),
            (&always, &[("NO_COLOR", "1")], false),
        ] {
            if is_colored(words, environment)? != expected {
                return Err(format!("{words:?} {environment:?}").into());
            }
        }
    }
    Ok(())
}

fn bytes() -> Result<(), Failed> {
    let name = |text: &[u8]| OsStr::from_bytes(text).to_owned();
    let folder = Folder::new();
    folder.write(&name(b"c\xff/Chart.yaml"), "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    folder.write(&name(b"c\xff/templates/t.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: {{ .Values.a | quote }}, b: {{ .Values.b | quote }}}\n");
    folder.write(&name(b"c\xff/values.yaml"), "a: x\nb: y\n");
    folder.write(&name(b"v\xfe.yaml"), "a: from the file\n");
    // `create` wants the folder above to be there.
    folder.write(&name(b"new\xf9/README"), "");
    let run = |words: &[&[u8]]| -> Result<Vec<u8>, Failed> {
        let output = chart(&folder.0).args(words.iter().map(|word| name(word))).output()?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(format!("{words:?}: {output:?}").into()),
        }
    };
    // The language of --set is one of characters, and has this one for what is none.
    let rendered = run(&[b"template", b"c\xff", b"-f", b"v\xfe.yaml", b"--set", b"b=\xfc"])?;
    if !rendered.ends_with("data: {a: \"from the file\", b: \"\u{fffd}\"}\n".as_bytes()) {
        return Err(String::from_utf8_lossy(&rendered).into());
    }
    run(&[b"lint", b"c\xff"])?;
    run(&[b"show", b"values", b"c\xff"])?;
    run(&[b"dependency", b"list", b"c\xff"])?;
    run(&[b"template", b"c\xff", b"--output-dir", b"out\xfb"])?;
    run(&[b"package", b"c\xff", b"-d", b"dist\xfa"])?;
    run(&[b"repo", b"index", b"dist\xfa"])?;
    run(&[b"create", b"new\xf9/shop"])?;
    run(&[b"bundle", b"r", b"c\xff", b"-o", b"bundle\xf8.yaml"])?;
    run(&[b"verify-bundle", b"bundle\xf8.yaml"])?;
    let made: [&[u8]; 5] = [
        b"out\xfb/c/templates/t.yaml",
        b"dist\xfa/c-0.1.0.tgz",
        b"dist\xfa/index.yaml",
        b"new\xf9/shop/Chart.yaml",
        b"bundle\xf8.lock",
    ];
    match made.iter().find(|path| !folder.0.join(name(path)).is_file()) {
        Some(path) => Err(format!("{:?} is not there", name(path)).into()),
        None => Ok(()),
    }
}
