//! Any values can be checked against any schema, or the schema is refused. The input is the schema,
//! a zero byte, and values in YAML.

#![no_main]

use go_text_template::data::{Str, Tree};
use chart::schema::{NoLoader, Schema};
use go_text_template::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let values = input.get(cut + 1..).unwrap_or_default();
    let values = yaml::read(&Str::from(values)).unwrap_or(Tree::Null);
    let checked = Schema::compile(&input[..cut], &NoLoader).and_then(|it| it.check(&values));
    if let Err(failure) = checked {
        let _ = failure.to_string();
    }
});
