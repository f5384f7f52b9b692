//! Any template of `-o jsonpath` can be executed or refused. The input is the template, a zero byte,
//! and values in YAML.

#![no_main]

use go_text_template::data::{Str, Tree, Value};

use go_text_template::jsonpath::Template;
use go_text_template::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let values = input.get(cut + 1..).unwrap_or_default();
    let values = yaml::read(&Str::from(values)).unwrap_or(Tree::Null);
    match Template::parse(&String::from_utf8_lossy(&input[..cut])) {
        Ok(template) => drop(template.execute(&Value::from(&values)).map_err(|it| it.to_string())),
        Err(error) => drop(error.to_string()),
    }
});
