//! Any index of a repository, and any repositories.yaml, can be read or refused. An index read as a
//! stream is the one that is read exactly; what is written again reads as it was.

#![no_main]

use std::collections::BTreeSet;

use go_text_template::Compat;
use go_text_template::data::Str;
use chart::repository::{Generated, Index, Repositories, read_wanted, to_yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for compat in [Compat::Helm3, Compat::Helm4] {
        let mut notices = Vec::new();
        match Index::read(&Str::from(text), compat, &mut notices) {
            Ok(index) => {
                stream(text, &index, compat);
                write_again(index, compat);
            }
            Err(error) => drop(error.to_string()),
        }
        notices.iter().for_each(|notice| drop(notice.line("https://charts", compat)));
    }
    repositories(text);
});

fn stream(mut text: &[u8], exact: &Index, compat: Compat) {
    let names: Vec<String> = exact.charts.keys().map(Str::to_string).collect();
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let wanted = read_wanted(&mut text, &names, compat).expect("bytes can be read");
    if let Some(wanted) = wanted {
        assert_eq!(wanted.index.charts, exact.charts);
    }
}

fn write_again(index: Index, compat: Compat) {
    let generated = "2026-01-01T00:00:00Z";
    let written = to_yaml(&Generated { index, generated: generated.into() });
    if is_lossy(&written) {
        return;
    }
    let index = Index::read(&Str::from(&written[..]), compat, &mut Vec::new());
    let index = index.expect("what was written can be read");
    let again = to_yaml(&Generated { index, generated: generated.into() });
    assert_eq!(Str::from(written), Str::from(again));
}

fn repositories(text: &[u8]) {
    let read = |text: &[u8]| Repositories::read(&Str::from(text));
    match read(text).map(|repositories| repositories.to_yaml()) {
        Err(error) => drop(error.to_string()),
        Ok(written) if is_lossy(&written) => {}
        Ok(written) => {
            let again = read(&written).expect("what was written can be read").to_yaml();
            assert_eq!(Str::from(written), Str::from(again));
        }
    }
}

/// True for YAML that Helm does not bring back: a key `<<`, a line break of U+0085, and no text at
/// all for some control characters.
fn is_lossy(written: &[u8]) -> bool {
    let has = |part: &[u8]| written.windows(part.len()).any(|found| found == part);
    written.is_empty() || has(b"<<") || has(b"\xc2\x85")
}
