//! All integration tests in one program; each case is a test of its own.
//!
//! `cargo test -- 'functions/dates'` runs those whose name contains the words.

#![allow(clippy::disallowed_methods, reason = "tests lay out files and start programs")]

mod batch;
mod cases;
mod charts;
mod diagnostics;
mod docs;
mod harness;
mod layers;
mod limits;
mod process;

fn main() {
    let mut trials = layers::trials();
    trials.extend(charts::trials());
    trials.extend(diagnostics::trials());
    trials.extend(limits::trials());
    trials.extend(process::trials());
    trials.extend(batch::trials());
    trials.extend(docs::trials());
    trials.extend(cases::trials());
    libtest2_mimic::Harness::with_env().discover(trials).main();
}
