//! The library: the charts of charts/ through `chart::Renderer`, from disk and from memory, from several
//! threads, and the places of faults.

use std::fs;
use std::path::{Path, PathBuf};

use chart::{Code, Compat, Renderer, Rendering};
use libtest_mimic::Trial;

use crate::harness::{Failed, test};

/// A test for every variant and Helm, and for every broken chart.
pub(crate) fn trials() -> Vec<Trial> {
    let variants = folders("testdata/golden").into_iter().flat_map(|chart| inside(&chart));
    let mut trials: Vec<Trial> = variants
        .filter(|variant| !has_flag(variant, "--show-only"))
        .flat_map(|variant| [Compat::Helm3, Compat::Helm4].map(|compat| golden(&variant, compat)))
        .collect();
    trials.extend(folders("testdata/diagnostics").into_iter().map(fault));
    trials.push(test("renderer: four threads share a chart", four_threads));
    trials.push(test("renderer: without a world every render is the same", without_a_world));
    trials.push(test("renderer: the number of a release", revision));
    trials.push(test("renderer: faults outside of templates", other_faults));
    trials
}

fn folders(folder: &str) -> Vec<PathBuf> {
    inside(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is part of the project");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn has_flag(variant: &Path, flag: &str) -> bool {
    fs::read_to_string(variant.join("args")).is_ok_and(|args| args.lines().any(|arg| arg == flag))
}

fn golden(variant: &Path, compat: Compat) -> Trial {
    let helm = if compat.is_helm3() { "helm3" } else { "helm4" };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let chart = name(variant.parent().unwrap_or(variant));
    let title = format!("renderer: charts/{chart}/{} ({helm})", name(variant));
    let variant = variant.to_owned();
    test(title, move || {
        let expected = fs::read_to_string(variant.join(helm).with_extension("yaml"))?;
        let args = fs::read_to_string(variant.join("args"))?;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts").join(chart);
        let memory = Renderer::from_memory_as(files(&path), compat)?;
        for (from, renderer) in
            [("disk", Renderer::from_path_as(&path, compat)?), ("memory", memory)]
        {
            let made = with_flags(renderer, &args)?.render()?;
            let printed = String::from_utf8_lossy(&made.text()).into_owned();
            if printed != expected {
                return Err(
                    format!("from {from}\n--- expected\n{expected}\n--- made\n{printed}").into()
                );
            }
        }
        Ok(())
    })
}

/// The files below `folder`, with their paths in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).expect("the folder is part of the project") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it is in there");
            let bytes = fs::read(&path).expect("it can be read");
            found.push((name.to_string_lossy().replace('\\', "/"), bytes));
        }
    }
    found
}

/// `renderer`, as the flags of a recorded command want it.
fn with_flags(renderer: Renderer, args: &str) -> Result<Renderer, Failed> {
    let mut renderer = renderer.release("release", "default");
    let mut words = args.lines();
    while let Some(flag) = words.next() {
        let mut value = || words.next().ok_or(format!("{flag} has no value"));
        renderer = match flag {
            "--namespace" => renderer.release("release", value()?),
            "--set" => renderer.set(value()?),
            "--set-json" => renderer.set_json(value()?),
            "--set-string" => renderer.set_string(value()?),
            "--set-literal" => renderer.set_literal(value()?),
            "-f" | "--values" => renderer.values_file(value()?)?,
            "--kube-version" => renderer.kube_version(value()?),
            "--api-versions" => renderer.api_versions(value()?.split(',')),
            "--is-upgrade" => renderer.upgrade(1),
            "--include-crds" => renderer.include_crds(true),
            "--skip-tests" => renderer.skip_tests(true),
            "--no-hooks" => renderer.skip_hooks(true),
            other => return Err(format!("no test knows {other}").into()),
        };
    }
    Ok(renderer)
}

/// The first place in the picture that the program draws is the one that the library gives, but for
/// documents: there it is the first place in a template.
fn fault(folder: PathBuf) -> Trial {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    test(format!("renderer: the place of {name}"), move || {
        let drawn = fs::read_to_string(folder.join("stderr"))?;
        let places = drawn.lines().filter_map(|line| line.trim().strip_prefix("--> "));
        let expected =
            places.clone().find(|place| place.contains("/templates/") && is_place(place));
        let failed = Renderer::from_path(folder.join("chart"))?.render();
        let failed = failed.err().ok_or("it was rendered")?;
        let message = drawn.strip_prefix("Error: ").unwrap_or(&drawn);
        if !message.starts_with(&failed.message) {
            return Err(format!("says {:?}", failed.message).into());
        }
        let place = failed.place.as_ref().map(ToString::to_string);
        if place.as_deref() != expected {
            return Err(format!("{place:?} and not {expected:?}\n{}", failed.picture).into());
        }
        let first = places.clone().next().ok_or("there is no picture")?;
        if failed.picture.trim_start().starts_with(&format!("--> {first}\n")) {
            return Ok(());
        }
        Err(format!("draws\n{}", failed.picture).into())
    })
}

/// True for a place in a file: that in an output is none.
fn is_place(place: &str) -> bool {
    !place.starts_with("output of ")
}

fn four_threads() -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/umbrella");
    let renderer = Renderer::from_path(path)?;
    let alone = renderer.render()?.text();
    let same = std::thread::scope(|scope| {
        let render = || (0..8).all(|_| renderer.render().is_ok_and(|made| made.text() == alone));
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(render)).collect();
        threads.into_iter().all(|thread| thread.join().is_ok_and(|same| same))
    });
    if same { Ok(()) } else { Err("the threads made something else".into()) }
}

fn small(template: &str) -> Result<Renderer, chart::Failed> {
    Renderer::from_memory([
        ("Chart.yaml", "{apiVersion: v2, name: c, version: 1.0.0}"),
        ("templates/t.yaml", template),
    ])
}

fn content(made: &Rendering) -> String {
    made.documents.iter().map(|document| document.content.to_string()).collect()
}

fn without_a_world() -> Result<(), Failed> {
    let renderer = small("a: {{ now | date \"2006-01-02\" }} {{ randAlphaNum 20 }}")?;
    let [one, other] = [renderer.render()?, renderer.render()?];
    assert_eq!(content(&one), content(&other));
    assert!(content(&one).starts_with("a: 1970-01-01 "));
    assert!(one.asked.clock && one.asked.randomness && !one.asked.addresses);
    assert_eq!(small("a: b")?.render()?.asked, chart::Asked::default());
    let real = renderer.world(std::sync::Arc::new(chart::System::new()));
    assert_ne!(content(&real.render()?), content(&real.render()?));
    Ok(())
}

fn revision() -> Result<(), Failed> {
    let renderer = small("{{ with .Release }}a: {{ .IsUpgrade }} {{ .Revision }}{{ end }}")?;
    assert_eq!(content(&renderer.render()?), "a: false 1");
    assert_eq!(content(&renderer.upgrade(7).render()?), "a: true 7");
    Ok(())
}

fn other_faults() -> Result<(), Failed> {
    let plain = small("a: b")?;
    let code = |renderer: Renderer| renderer.render().err().map(|failed| failed.code);
    assert_eq!(code(plain.clone().release("A", "b")), Some(Code::ReleaseName));
    assert_eq!(code(plain.clone().kube_version("x")), Some(Code::KubeVersion));
    assert_eq!(code(plain.clone().set("a,b")), Some(Code::Values));
    let failed = plain.values_text("a: b\nc: [").err().ok_or("no YAML was read")?;
    assert_eq!(failed.code, Code::Values);
    assert_eq!(failed.place.map(|place| place.file), Some("values".to_owned()));
    let nothing = Renderer::from_memory([("a", "b")]).err().ok_or("a chart was made of nothing")?;
    assert_eq!((nothing.code, &*nothing.message), (Code::Chart, "Chart.yaml file is missing"));
    Ok(())
}
