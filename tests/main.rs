//! All integration tests; each case is a test of its own.

fn main() {}
