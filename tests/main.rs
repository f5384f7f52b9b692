//! All integration tests in one program; each case is a test of its own.
//!
//! `cargo test -- 'functions/dates'` runs those whose name contains the words.

#![allow(clippy::disallowed_methods, reason = "tests lay out files and start programs")]

mod cases;
mod charts;
mod diagnostics;
mod layers;
mod limits;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let mut trials = layers::trials();
    trials.extend(charts::trials());
    trials.extend(diagnostics::trials());
    trials.extend(limits::trials());
    trials.extend(cases::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
