//! The program: its commands, and the words they are called with.

pub mod batch;
pub mod commands;
pub mod session;
pub mod cli;
