//! Any version can be checked against any constraint, or one of them is refused; what is printed
//! reads as it was. The input is the constraint, a zero byte, and the version.

#![no_main]

use go_text_template::Compat;
use chart::registry::{Reference, matching_tag};
use chart::render::KubeVersion;
use go_text_template::semver::{Constraint, Part, Version, VersionError};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let text = input.get(cut + 1..).unwrap_or_default();
    let constraint = Constraint::parse(&input[..cut]);
    match Version::parse(text) {
        Ok(version) => {
            check(&version);
            let _ = constraint.map(|constraint| constraint.check(&version));
        }
        Err(error) => drop(error.to_string()),
    }
    words(&String::from_utf8_lossy(&input[..cut]), &String::from_utf8_lossy(text));
});

fn check(version: &Version) {
    let again = match Version::parse(version.to_string().as_bytes()) {
        // The parts that were left out made it longer.
        Err(VersionError::TooLong) => version.clone(),
        again => again.expect("it was printed"),
    };
    assert!(again.compare(version).is_eq(), "{version} became {again}");
    for part in [Part::Major, Part::Minor, Part::Patch] {
        let next = version.increment(part);
        assert!(next.is_err() || next.is_ok_and(|next| next.compare(version).is_gt()));
    }
}

/// What else holds versions.
fn words(constraint: &str, version: &str) {
    let _ = matching_tag(&[version.to_owned(), "1.2.3".to_owned()], constraint);
    let _ = KubeVersion::parse(version, Compat::Helm3);
    let _ = KubeVersion::parse(version, Compat::Helm4);
    if let Ok(reference) = Reference::parse(version) {
        let _ = Reference::parse(&reference.to_string());
    }
}
