//! The language of `--set` and its relatives.
