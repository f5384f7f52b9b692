//! `chart batch` gives what `chart template` gives, whatever the number of threads, with shards and
//! with a cache.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// All tests of this file.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("batch: the charts of charts/ as template renders them", as_template),
        test("batch: all shards together are the list", shards),
        test("batch: what comes out of a cache is what went in", cache),
        test("batch: the report", report),
    ]
}

/// A folder of its own with a list of releases in it, gone when the test is.
struct Place(PathBuf);

impl Place {
    /// Two releases of each chart of charts/, one of them with values.
    fn new() -> Result<Self, Failed> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("chart-batch-test-{}-{number}", std::process::id());
        let place = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&place.0)?;
        let mut list = String::new();
        for chart in charts()? {
            let path = root().join("charts").join(&chart);
            for namespace in ["one", "two"] {
                list.push_str(&format!(
                    "- {{name: {chart}, namespace: {namespace}, chart: {path:?}, \
                     values: {{global: {{team: {namespace}}}}}}}\n"
                ));
            }
        }
        fs::write(place.0.join("list.yaml"), list)?;
        Ok(place)
    }

    fn run(&self, words: &[&str]) -> Result<Output, Failed> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chart"));
        Ok(command.args(words).current_dir(&self.0).env_clear().output()?)
    }

    /// Runs `batch` on the list with `words`, which has to go well.
    fn batch(&self, words: &[&str]) -> Result<String, Failed> {
        let output = self.run(&[&["batch", "list.yaml"], words].concat())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// All files below `folder`, by path.
    fn files(&self, folder: &str) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failed> {
        let mut files = BTreeMap::new();
        let top = self.0.join(folder);
        let mut waiting = vec![top.clone()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    files.insert(path.strip_prefix(&top)?.to_owned(), fs::read(&path)?);
                }
            }
        }
        Ok(files)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn charts() -> Result<Vec<String>, Failed> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("charts"))? {
        let entry = entry?;
        let metadata = fs::read_to_string(entry.path().join("Chart.yaml"))?;
        if !metadata.contains("type: library") {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn as_template() -> Result<(), Failed> {
    let place = Place::new()?;
    let mut expected = String::new();
    for chart in charts()? {
        let path = root().join("charts").join(&chart);
        for namespace in ["one", "two"] {
            let team = format!("global.team={namespace}");
            let path = path.to_string_lossy();
            let words = ["template", &chart, &path, "-n", namespace, "--set", &team];
            let single = String::from_utf8(place.run(&words)?.stdout)?;
            expected
                .push_str(&format!("# Release: {namespace}/{chart} ({} bytes)\n", single.len()));
            expected.push_str(&single);
            let folder = format!("single/{namespace}/{chart}");
            place.run(&[&words[..], &["--output-dir", &folder]].concat())?;
        }
    }
    for jobs in ["1", "3"] {
        if place.batch(&["--jobs", jobs])? != expected {
            return Err(format!("the stream of {jobs} jobs differs").into());
        }
    }
    place.batch(&["--output-dir", "batch"])?;
    same(&place.files("batch")?, &place.files("single")?)
}

fn shards() -> Result<(), Failed> {
    let place = Place::new()?;
    place.batch(&["--output-dir", "whole"])?;
    for shard in 1..=5 {
        place.batch(&["--shard", &format!("{shard}/5"), "--output-dir", "parts"])?;
    }
    same(&place.files("parts")?, &place.files("whole")?)?;
    // Whatever was there of a shard that is run again is replaced.
    for (number, path) in place.files("parts")?.keys().enumerate().filter(|(at, _)| at % 3 == 0) {
        let path = place.0.join("parts").join(path);
        fs::write(path.with_extension(format!("{number}")), "left over")?;
        fs::remove_file(path)?;
    }
    for shard in 1..=5 {
        place.batch(&["--shard", &format!("{shard}/5"), "--output-dir", "parts"])?;
    }
    same(&place.files("parts")?, &place.files("whole")?)
}

fn cache() -> Result<(), Failed> {
    let place = Place::new()?;
    let words = ["--cache", "cache", "--report", "report"];
    let statuses = |place: &Place| -> Result<Vec<bool>, Failed> {
        let report = fs::read_to_string(place.0.join("report"))?;
        Ok(report.lines().map(|line| line.contains(r#""status":"cached""#)).collect())
    };
    let without = place.batch(&[])?;
    if place.batch(&words)? != without || statuses(&place)?.contains(&true) {
        return Err("the first run differs".into());
    }
    if place.batch(&words)? != without || statuses(&place)?.contains(&false) {
        return Err("the second run differs, or does not take everything from the cache".into());
    }
    for file in place.files("cache/cas")?.keys() {
        fs::write(place.0.join("cache/cas").join(file), "damaged")?;
    }
    // What the first release has mended may serve another one with the same manifests.
    let one_by_one = [&words[..], &["--jobs", "1"]].concat();
    if place.batch(&one_by_one)? != without || statuses(&place)?[0] {
        return Err("damaged results were used".into());
    }
    // Time, randomness and name servers have other answers the next time.
    fs::create_dir_all(place.0.join("c/templates"))?;
    fs::write(place.0.join("c/Chart.yaml"), "{apiVersion: v2, name: c, version: 0.1.0}")?;
    for asks in ["now", "randAlpha 3", r#"getHostByName "h.invalid""#, "uuidv4"] {
        fs::write(place.0.join("c/templates/a.yaml"), format!("a: {{{{ {asks} }}}}\n"))?;
        fs::write(place.0.join("list.yaml"), "- {name: a, chart: c}")?;
        place.batch(&words)?;
        place.batch(&words)?;
        if statuses(&place)? != [false] {
            return Err(format!("{asks} came out of the cache").into());
        }
    }
    Ok(())
}

fn report() -> Result<(), Failed> {
    let place = Place::new()?;
    fs::write(place.0.join("list.yaml"), "- {name: a, chart: ./none}\n- {name: b, chart: ./none}")?;
    let output =
        place.run(&["batch", "list.yaml", "-j1", "--fail-fast", "--report", "r/report"])?;
    let report = fs::read_to_string(place.0.join("r/report"))?;
    let lines: Vec<&str> = report.lines().collect();
    let found = [
        output.status.code() == Some(1),
        lines.len() == 2,
        lines[0].starts_with(r#"{"release":"a","status":"failed","milliseconds":"#),
        lines[0].ends_with(r#","error":"path \"./none\" not found"}"#),
        lines[1] == r#"{"release":"b","status":"skipped"}"#,
        place.files("r")?.len() == 1,
    ];
    if found.contains(&false) { Err(format!("{found:?}: {report}").into()) } else { Ok(()) }
}

fn same(
    found: &BTreeMap<PathBuf, Vec<u8>>,
    expected: &BTreeMap<PathBuf, Vec<u8>>,
) -> Result<(), Failed> {
    let paths = found.keys().chain(expected.keys());
    let different: Vec<_> = paths.filter(|path| found.get(*path) != expected.get(*path)).collect();
    match (different.is_empty(), expected.is_empty()) {
        (true, false) => Ok(()),
        _ => Err(format!("{} files are expected; differ: {different:?}", expected.len()).into()),
    }
}
