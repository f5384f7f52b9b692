//! How long the rooms take, one by one, and whole renders of the charts in charts/.
//!
//! `cargo bench` runs all in less than a minute, `cargo bench -- yaml` those whose name has the
//! word. Figures of one machine and one hour can be compared with each other, nothing else can.

#![allow(clippy::disallowed_methods, reason = "benchmarks look at the clock and read charts")]
#![allow(clippy::print_stdout, reason = "that is where the figures go")]

use std::ffi::OsString;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chart::cli::{self, Process};
use chart::model::Chart;
use chart::values;
use go_text_template::Fixed;
use go_text_template::data::{Map, Str, Tree, TreeMap, Value};
use go_text_template::template::{Budget, Context, Functions, Limits, Render, TemplateSet};
use go_text_template::{Compat, functions, template, yaml};

/// One benchmark measures for so long, after a first run that does not count.
const PATIENCE: Duration = Duration::from_millis(500);
const COMPAT: Compat = Compat::Helm4;

fn main() {
    let filter = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let bench = Bench { filter };
    parse(&bench);
    evaluate(&bench);
    read_and_write_yaml(&bench);
    coalesce(&bench);
    render(&bench);
}

struct Bench {
    /// What the name of a benchmark has to contain.
    filter: String,
}

impl Bench {
    /// Times `work`, which goes through `bytes` bytes, and prints the median.
    fn run<R>(&self, name: &str, bytes: usize, mut work: impl FnMut() -> R) {
        if !name.contains(&self.filter) {
            return;
        }
        black_box(work());
        let mut times = Vec::new();
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE || times.len() < 3 {
            let start = Instant::now();
            black_box(work());
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let median = times[times.len() / 2].as_secs_f64();
        let speed = bytes as f64 / median / 1e6;
        println!("{name:<28} {:>10.1} µs {speed:>8.0} MB/s {:>6} runs", median * 1e6, times.len());
    }
}

/// The templates of all charts in charts/, read as the language of templates.
fn parse(bench: &Bench) {
    let texts: Vec<Str> = charts().iter().flat_map(|(_, chart)| templates(chart)).collect();
    let bytes = texts.iter().map(|text| text.len()).sum();
    bench.run("template/parse", bytes, || {
        texts.iter().filter(|text| template::parse(text, &lookup).is_ok()).count()
    });
}

/// A template's loops, calls and functions, a thousand times each.
fn evaluate(bench: &Bench) {
    for (name, body) in [
        ("range", "a{{ $i }}: {{ $i | quote }}\n"),
        ("include", "k{{ $i }}: {{ include \"name\" $ }}\n"),
        ("tpl", "k{{ $i }}: {{ tpl \"{{ .a }}-x\" $ }}\n"),
        ("printf", "k{{ $i }}: {{ printf \"%s-%d\" $.a $i | trunc 63 | trimSuffix \"-\" }}\n"),
        ("toYaml", "k{{ $i }}:{{ toYaml $.tree | nindent 2 }}\n"),
        ("regex", "k{{ $i }}: {{ regexReplaceAll \"[^a-z]+\" $.a \"-\" }}\n"),
    ] {
        let text = format!(
            "{{{{ define \"name\" }}}}{{{{ .a }}}}-n{{{{ end }}}}{{{{ range $i, $e := until 1000 }}}}{body}{{{{ end }}}}"
        );
        let parsed = Arc::new(template::parse(&text.as_str().into(), &lookup).expect("it is one"));
        let mut templates = TemplateSet::new();
        templates.add("t".into(), parsed).expect("no name is taken");
        let bytes = execute(&templates).len();
        bench.run(&format!("template/{name}"), bytes, || execute(&templates));
    }
}

fn execute(templates: &TemplateSet) -> Str {
    let budget = Budget::new(Limits::default());
    let functions: &Functions<'_> = &lookup;
    let world = Fixed::default();
    let mut context =
        Context::new(Render { templates, functions, world: &world, budget: &budget, user: &() });
    let data = Map::new();
    data.insert("a", "some-text");
    data.insert("tree", Value::from(&tree(20)));
    let template = templates.get(b"t").expect("it was added").clone();
    context.execute(&template, Value::Map(data)).expect("it can be executed")
}

/// Values of 10,000 leaves, read and written.
fn read_and_write_yaml(bench: &Bench) {
    let tree = tree(10_000);
    let mut room = |_: u64| true;
    let text = yaml::write(&Value::from(&tree), &mut room).expect("plain values");
    let text = Str::from(text);
    bench.run("yaml/read", text.len(), || yaml::read(&text));
    bench.run("yaml/write", text.len(), || yaml::write(&Value::from(&tree), &mut room));
}

/// The values of the umbrella chart and of all below it.
fn coalesce(bench: &Bench) {
    let found = charts();
    let Some((_, chart)) = found.iter().find(|(name, _)| name == "umbrella") else { return };
    let user = Arc::new(TreeMap::default());
    bench.run("values/coalesce", 0, || {
        let chart = values::process_dependencies(chart, &user, COMPAT, &mut Vec::new())?;
        values::coalesce(&chart, &user, COMPAT, &mut Vec::new())
    });
}

/// Every chart in charts/, from its files to its manifests, without the start of a process.
fn render(bench: &Bench) {
    for (name, chart) in charts() {
        if chart.is_library() {
            continue;
        }
        let words = ["chart", "template", "r", &path(&name)].map(OsString::from).to_vec();
        let bytes = manifests(words.clone()).len();
        bench.run(&format!("render/{name}"), bytes, || manifests(words.clone()));
    }
}

fn manifests(words: Vec<OsString>) -> Vec<u8> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let environment = cli::environment();
    let process = Process {
        words,
        environment,
        out: &mut out,
        err: &mut err,
        out_is_terminal: false,
        err_is_terminal: false,
    };
    let status = cli::run(process);
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&err));
    out
}

fn lookup(name: &str) -> Option<&'static dyn template::Callable> {
    functions::lookup(name, COMPAT)
}

/// A map of ten maps of ten maps … with so many leaves.
fn tree(leaves: usize) -> Tree {
    let key = |index: usize| Str::from(format!("key{index}"));
    if leaves <= 10 {
        let leaf = |index| (key(index), Tree::String(format!("value {index}").into()));
        return Tree::map((0..leaves).map(leaf).collect());
    }
    Tree::map((0..10).map(|index| (key(index), tree(leaves / 10))).collect())
}

fn path(name: &str) -> String {
    format!("{}/charts/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The charts of the project, by name.
fn charts() -> Vec<(String, Chart)> {
    let folder = std::fs::read_dir(path("")).expect("the folder is part of the project");
    let names = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let load = |name: String| {
        let chart = chart::model::load(Path::new(&path(&name)), COMPAT, &mut Vec::new());
        (name, chart.expect("it can be loaded"))
    };
    let mut charts: Vec<_> = names.map(load).collect();
    charts.sort_by(|(a, _), (b, _)| a.cmp(b));
    charts
}

fn templates(chart: &Chart) -> Vec<Str> {
    let below = chart.dependencies.iter().flat_map(templates);
    chart.templates.iter().map(|file| file.data().clone()).chain(below).collect()
}
