//! The cases of testdata, each run as a program would run them, in the manner of both Helms.
//!
//! testdata/README.md explains the format.

mod format;
mod outcome;
mod tar;
mod times;
mod world;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::Trial;

use format::Case;
use go_text_template::Compat;

use crate::harness::test;

/// One test for every case and Helm, and one for the releases that the cases were recorded with.
pub(crate) fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let releases = root.join("HELM");
    let mut trials = vec![test("cases: recorded with the releases that are equalled", move || {
        let recorded = fs::read_to_string(&releases)?;
        let equalled = [Compat::Helm3, Compat::Helm4].map(Compat::release).join(" ");
        if recorded.trim_end() == equalled {
            Ok(())
        } else {
            Err(format!("testdata/HELM says {recorded:?}, the program equals {equalled:?}").into())
        }
    })];
    visit(&root, &mut |file| {
        let text = fs::read_to_string(file).expect("case files are UTF-8");
        let area = file.strip_prefix(&root).expect("the file is in the folder").with_extension("");
        for case in format::parse(&text) {
            trials.extend(trials_of(&area.display().to_string(), case));
        }
    });
    trials
}

fn trials_of(area: &str, case: Case) -> Vec<Trial> {
    let case = Arc::new(case);
    let trial = |helm: &'static str| {
        let case = case.clone();
        let name = format!("{area}: {} ({helm})", case.title);
        test(name, move || outcome::check(&case, helm).map_err(Into::into))
    };
    ["helm3", "helm4"].into_iter().map(trial).collect()
}

/// Calls `look` with every case file, in the order of their names.
fn visit(folder: &Path, look: &mut dyn FnMut(&Path)) {
    let entries = fs::read_dir(folder).expect("testdata is readable");
    let mut paths: Vec<_> =
        entries.map(|entry| entry.expect("testdata is readable").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            visit(&path, look);
        } else if path.extension().is_some_and(|extension| extension == "case") {
            look(&path);
        }
    }
}
