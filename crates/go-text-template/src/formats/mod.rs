//! Formats of text: each is read into trees and written from values.

pub mod json;
pub mod yaml;
pub mod toml;
pub mod jsonpath;
