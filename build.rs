//! Hands the linker the order of the functions: docs/performance.md says what for.

#![expect(clippy::disallowed_methods, reason = "this is how Cargo is told")]

use std::env::var;

/// What .cargo/config.toml says where the order holds: other names would not be found in it.
const NAMES_AS_IN_THE_ORDER: &str = "symbol-mangling-version=v0";

fn main() {
    println!("cargo::rerun-if-changed=link/hot.ld");
    let is_release = var("PROFILE").is_ok_and(|profile| profile == "release");
    let flags = var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    if let Ok(root) = var("CARGO_MANIFEST_DIR")
        && is_release
        && flags.contains(NAMES_AS_IN_THE_ORDER)
    {
        println!("cargo::rustc-link-arg-bins=-T{root}/link/hot.ld");
    }
}
