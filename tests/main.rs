//! All integration tests in one program; each case is a test of its own.
//!
//! `cargo test -- 'functions/dates'` runs those whose name contains the words.

#![allow(clippy::disallowed_methods, reason = "tests lay out files and start programs")]

mod batch;
mod cases;
mod charts;
mod command_line;
mod diagnostics;
mod docs;
mod harness;
mod layers;
mod limits;
mod process;
mod renderer;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let mut trials = layers::trials();
    trials.extend(charts::trials());
    trials.extend(command_line::trials());
    trials.extend(diagnostics::trials());
    trials.extend(limits::trials());
    trials.extend(renderer::trials());
    trials.extend(process::trials());
    trials.extend(batch::trials());
    trials.extend(docs::trials());
    trials.extend(cases::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
