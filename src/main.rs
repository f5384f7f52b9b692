//! The program: words in, bytes and an exit status out.

fn main() {}
